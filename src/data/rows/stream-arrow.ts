import { readFile } from "node:fs/promises";
import type { Table } from "@uwdata/flechette";
import { BaalError, errorMessage } from "../../core/errors.js";
import { type ClassNames, classNamesOf } from "./class-names.js";
import type { Row } from "./row.js";
import { readingError } from "./stream-text.js";

/**
 * Rows of an Arrow file, in the file or the stream format, as `datasets` saves them. The file is read whole. Dates come as `Date`. Throws
 * `E_FILE_NOT_FOUND`, and `E_DATA` for a damaged or compressed file.
 */
export async function* streamArrow(path: string): AsyncGenerator<Row> {
  const table = await openArrow(path);
  for (let i = 0; i < table.numRows; i++) yield plainRow(table.get(i) as Row);
}

/** Class names of an Arrow file's ClassLabel columns, by column. Throws `E_FILE_NOT_FOUND`, `E_DATA`. */
export async function readArrowLabels(path: string): Promise<ClassNames> {
  const metadata = (await openArrow(path)).schema.metadata?.get("huggingface");
  return metadata === undefined ? new Map() : classNamesOf(metadata, path);
}

async function openArrow(path: string): Promise<Table> {
  const { tableFromIPC } = await import("@uwdata/flechette");
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw readingError(path, error);
  }
  try {
    return tableFromIPC(bytes, { useDate: true });
  } catch (error) {
    const advice = "Files that are compressed inside (Feather) are not read: save them without compression, or as Parquet.";
    throw new BaalError("E_DATA", `${path} could not be read as Arrow (${errorMessage(error)}). ${advice}`, { cause: error });
  }
}

function plainRow(row: Row): Row {
  for (const [column, value] of Object.entries(row)) row[column] = plainValue(value);
  return row;
}

/** Lists of numbers come as typed arrays; bytes stay. */
function plainValue(value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof Uint8Array)) return Array.from(value as Float64Array);
  return value;
}

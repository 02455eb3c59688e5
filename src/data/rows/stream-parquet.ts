import type { AsyncBuffer, FileMetaData } from "hyparquet";
import { BaalError, errorMessage } from "../../core/errors.js";
import { type ClassNames, classNamesOf } from "./class-names.js";
import type { Row } from "./row.js";
import { readingError } from "./stream-text.js";

export interface ParquetOptions {
  /** Reads only these columns. All by default. */
  readonly columns?: readonly string[] | undefined;
}

/**
 * Rows of a Parquet file, one row group in memory at a time. 64-bit integers come as numbers where they fit exactly; byte arrays
 * of an unknown kind as text where they are UTF-8, except those named `bytes`, as Hugging Face's images and sounds are.
 * Throws `E_FILE_NOT_FOUND`, `E_DATA`.
 */
export async function* streamParquet(path: string, options: ParquetOptions = {}): AsyncGenerator<Row> {
  const { parquetReadObjects } = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  const { file, metadata } = await openParquet(path);
  const present = new Set(parquetColumns(metadata));
  const columns = options.columns?.filter((column) => present.has(column));
  const untyped = untypedColumns(metadata);
  let rowStart = 0;
  for (const [group, { num_rows }] of metadata.row_groups.entries()) {
    const rowEnd = rowStart + Number(num_rows);
    const selection = { file, metadata, compressors, utf8: false, rowStart, rowEnd, ...(columns && { columns }) };
    let rows: Row[];
    try {
      rows = await parquetReadObjects(selection);
    } catch (error) {
      throw new BaalError("E_DATA", `${path}, row group ${group}: ${errorMessage(error)}`, { cause: error });
    }
    for (const row of rows) yield plainRow(row, untyped);
    rowStart = rowEnd;
  }
}

/** Names of a Parquet file's top-level columns. */
function parquetColumns(metadata: FileMetaData): string[] {
  const names = metadata.row_groups[0]?.columns.map((column) => column.meta_data?.path_in_schema[0] ?? "");
  return [...new Set(names)];
}

/** Number of rows, from the footer alone. Throws `E_FILE_NOT_FOUND`, `E_DATA`. */
export async function countParquetRows(path: string): Promise<number> {
  return Number((await openParquet(path)).metadata.num_rows);
}

/**
 * Label names of a Parquet file's ClassLabel columns, by column, as Hugging Face `datasets` stores them in the footer.
 * Throws `E_FILE_NOT_FOUND`, `E_DATA`.
 */
export async function readParquetLabels(path: string): Promise<ClassNames> {
  const { metadata } = await openParquet(path);
  const entry = metadata.key_value_metadata?.find(({ key }) => key === "huggingface");
  return entry?.value === undefined ? new Map() : classNamesOf(entry.value, path);
}

async function openParquet(path: string): Promise<{ file: AsyncBuffer; metadata: FileMetaData }> {
  const { asyncBufferFromFile, parquetMetadataAsync } = await import("hyparquet");
  try {
    const file = await asyncBufferFromFile(path);
    return { file, metadata: await parquetMetadataAsync(file) };
  } catch (error) {
    throw readingError(path, error);
  }
}

/** Top-level columns that hold, or have fields that hold, byte arrays without a note of what they are. */
function untypedColumns(metadata: FileMetaData): ReadonlySet<string> {
  const untyped = new Set(
    metadata.schema
      .filter(({ type, converted_type, logical_type }) => type === "BYTE_ARRAY" && !converted_type && !logical_type)
      .map(({ name }) => name),
  );
  const paths = metadata.row_groups[0]?.columns.map((column) => column.meta_data?.path_in_schema ?? []) ?? [];
  return new Set(paths.filter((path) => untyped.has(path.at(-1) ?? "")).map(([column]) => column ?? ""));
}

function plainRow(row: Row, untyped: ReadonlySet<string>): Row {
  for (const [column, value] of Object.entries(row)) {
    const plain = plainInteger(value);
    row[column] = untyped.has(column) ? textWherePossible(plain, column) : plain;
  }
  return row;
}

function plainInteger(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  return Array.isArray(value) ? value.map(plainInteger) : value;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textWherePossible(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((item) => textWherePossible(item, name));
  if (value instanceof Uint8Array) return name === "bytes" ? value : decoded(value);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, textWherePossible(field, key)]));
}

/** Bytes that are no UTF-8 were never meant as text. */
function decoded(bytes: Uint8Array): string | Uint8Array {
  try {
    return utf8.decode(bytes);
  } catch {
    return bytes;
  }
}

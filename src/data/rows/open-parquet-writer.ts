import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { openTextWriter } from "./open-text-writer.js";
import type { Row } from "./row.js";
import { jsonLinesFormat, type RowWriter, type RowWriterOptions } from "./row-format.js";
import { streamJsonLines } from "./stream-json-lines.js";
import { streamParquet } from "./stream-parquet.js";

type ParquetType = "BOOLEAN" | "DOUBLE" | "INT32" | "JSON" | "STRING";

const rowGroupSize = 10_000;

/**
 * A writer for Parquet. A Parquet file is readable only once its footer is there and cannot grow, so rows are collected
 * in a JSON Lines file beside it ({@link partPath}) and become Parquet, row group by row group, in `finish`. To append to
 * a finished file its rows are taken back into such a file.
 */
export async function openParquetWriter(path: string, options: RowWriterOptions): Promise<RowWriter> {
  const part = partPath(path);
  const reopen = options.append && !existsSync(part) && existsSync(path);
  const rows = await openTextWriter(part, jsonLinesFormat, options);
  if (reopen) {
    for await (const row of streamParquet(path)) await rows.write([row]);
  }
  return {
    get rowsWritten() {
      return rows.rowsWritten;
    },
    write: (batch) => rows.write(batch),
    abandon: () => rows.abandon(),
    async finish() {
      await rows.finish();
      await convert(part, path, options.columns);
      await rm(part);
    },
  };
}

/** Where the rows of an unfinished Parquet file are. */
export function partPath(path: string): string {
  return `${path}.part.jsonl`;
}

async function convert(part: string, path: string, names: readonly string[]): Promise<void> {
  const { fileWriter, parquetWriteRows } = await import("hyparquet-writer");
  const types = await columnTypes(part, names);
  const columns = names.map((name) => ({ name, type: types.get(name) ?? "STRING" }));
  const temporary = `${path}.tmp`;
  await parquetWriteRows({ writer: fileWriter(temporary), rows: parquetRows(part, types), columns, rowGroupSize });
  await rename(temporary, path);
}

async function* parquetRows(part: string, types: ReadonlyMap<string, ParquetType>): AsyncGenerator<Row> {
  for await (const row of streamJsonLines(part)) {
    // The writer encodes JSON columns itself, but takes a JavaScript null there for the JSON value null.
    for (const name of types.keys()) row[name] ??= undefined;
    yield row;
  }
}

/** One type per column that all its values fit; guessing from the first rows alone fails when 0 is followed by 0.5. */
async function columnTypes(part: string, names: readonly string[]): Promise<ReadonlyMap<string, ParquetType>> {
  const types = new Map<string, ParquetType>();
  for await (const row of streamJsonLines(part)) {
    for (const name of names) {
      const value = row[name];
      if (value !== null && value !== undefined) types.set(name, widen(types.get(name), typeOf(value)));
    }
  }
  return types;
}

function typeOf(value: unknown): ParquetType {
  if (typeof value === "number") return (value | 0) === value ? "INT32" : "DOUBLE";
  if (typeof value === "boolean") return "BOOLEAN";
  return typeof value === "string" ? "STRING" : "JSON";
}

function widen(before: ParquetType | undefined, now: ParquetType): ParquetType {
  if (before === undefined || before === now) return now;
  const numbers = new Set<ParquetType>(["INT32", "DOUBLE"]);
  return numbers.has(before) && numbers.has(now) ? "DOUBLE" : "JSON";
}

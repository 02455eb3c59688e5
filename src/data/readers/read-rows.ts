import type { Row } from "../row.js";
import { type ReadOptions, streamRows } from "./stream-rows.js";

/** All rows of a data file; formats and errors are those of {@link streamRows}. */
export async function readRows(path: string, options: ReadOptions = {}): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of streamRows(path, options)) rows.push(row);
  return rows;
}

import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { BaalError } from "../../core/errors.js";
import { scanLines, type WholeLines } from "../../system/json-lines.js";
import type { Row } from "./row.js";
import type { RowFormat, RowWriter, RowWriterOptions } from "./row-format.js";

/** A writer for a text format. Throws `E_DATA` when the file that is to be continued has other columns. */
export async function openTextWriter(path: string, format: RowFormat, options: RowWriterOptions): Promise<RowWriter> {
  const { columns, append = false } = options;
  await mkdir(dirname(path), { recursive: true });
  const before = append ? await scanLines(path, { quoted: format.quotedLineEnds }) : { count: 0, bytes: 0, first: "" };
  const header = format.header(columns);
  if (header !== "" && before.first !== "" && before.first !== header) {
    const message = `${path} cannot be continued: it has the columns ${before.first.trim()}, not ${header.trim()}. Give another path.`;
    throw new BaalError("E_DATA", message);
  }
  const file = await open(path, append ? "a" : "w");
  await file.truncate(before.bytes);
  if (before.bytes === 0) await file.appendFile(header);
  let rowsWritten = rowCount(before, format);
  return {
    get rowsWritten() {
      return rowsWritten;
    },
    async write(rows: readonly Row[]) {
      await file.appendFile(rows.map((row) => format.line(row, columns)).join(""));
      rowsWritten += rows.length;
    },
    async finish() {
      await file.sync();
      await file.close();
    },
    abandon: () => file.close(),
  };
}

/** Complete rows, the header line not counted. */
export function rowCount({ count }: Pick<WholeLines, "count">, { headerRows }: RowFormat): number {
  return Math.max(0, count - headerRows);
}

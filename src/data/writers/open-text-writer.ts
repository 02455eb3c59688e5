import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { BaalError } from "../../errors.js";
import type { Row } from "../row.js";
import type { RowFormat } from "./row-format.js";
import type { RowWriter, RowWriterOptions } from "./row-writer.js";
import { scanWholeRows, type WholeRows } from "./scan-whole-rows.js";

/** A writer for a text format. Throws `E_DATA` when the file that is to be continued has other columns. */
export async function openTextWriter(path: string, format: RowFormat, options: RowWriterOptions): Promise<RowWriter> {
  const { columns, append = false } = options;
  await mkdir(dirname(path), { recursive: true });
  const before: WholeRows = append ? await scanWholeRows(path, format) : { rows: 0, bytes: 0, firstLine: "" };
  const header = format.header(columns);
  if (header !== "" && before.firstLine !== "" && before.firstLine !== header) {
    const message = `${path} cannot be continued: it has the columns ${before.firstLine.trim()}, not ${header.trim()}. Give another path.`;
    throw new BaalError("E_DATA", message);
  }
  const file = await open(path, append ? "a" : "w");
  await file.truncate(before.bytes);
  if (before.bytes === 0) await file.appendFile(header);
  let rowsWritten = before.rows;
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

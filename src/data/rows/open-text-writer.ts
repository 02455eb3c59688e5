import { createReadStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { BaalError } from "../../core/errors.js";
import type { Row } from "./row.js";
import type { RowFormat, RowWriter, RowWriterOptions } from "./row-format.js";

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

/** What of a file can be kept after an interruption. */
export interface WholeRows {
  /** Complete rows, the header line not counted. */
  readonly rows: number;
  /** Bytes up to the end of the last complete line. What follows is a torn line. */
  readonly bytes: number;
  /** The first complete line with its line end; empty where there is none. */
  readonly firstLine: string;
}

const quote = 0x22;
const lineEnd = 0x0a;

/** Counts complete rows in one pass. A missing file has none. */
export async function scanWholeRows(path: string, format: RowFormat): Promise<WholeRows> {
  let lines = 0;
  let position = 0;
  let end = 0;
  let quoted = false;
  const first: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      let kept = 0;
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i];
        // A doubled quote inside a quoted field toggles twice, which is what it should do.
        if (byte === quote && format.quotedLineEnds) quoted = !quoted;
        else if (byte === lineEnd && !quoted) {
          end = position + i + 1;
          if (++lines === 1) kept = i + 1;
        }
      }
      if (lines === 0) first.push(chunk);
      else if (kept > 0) first.push(chunk.subarray(0, kept));
      position += chunk.length;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const firstLine = lines > 0 ? Buffer.concat(first).toString("utf8") : "";
  return { rows: Math.max(0, lines - format.headerRows), bytes: end, firstLine };
}

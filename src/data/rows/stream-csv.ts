import { BaalError } from "../../core/errors.js";
import { recordBatches } from "./csv-records.js";
import { type CsvOptions, csvTable } from "./csv-table.js";
import type { Row } from "./row.js";
import { streamText } from "./stream-text.js";

/**
 * Rows of a CSV file with a header line (RFC 4180: quoted fields may hold delimiters, quotes and line breaks), one at a time. Lines end with
 * LF, CRLF or CR, also within one file. Empty lines, empty records at the end and columns without a name and a value are passed over. All values
 * are strings. Throws `E_DATA` with the line for a row with too few or too many fields or a stray quote.
 */
export async function* streamCsv(path: string, options: CsvOptions = {}): AsyncGenerator<Row> {
  const table = csvTable(path, options);
  let rows: Row[] = [];
  // Only at the end of the file it is known that nothing follows them.
  const empty: Row[] = [];
  let failure: unknown;
  let line = 1;
  const reader = {
    get dialect() {
      return table.dialect;
    },
    take(...[record, text]: Parameters<typeof table.takeHead>) {
      const where = `${path}, line ${line}`;
      line += record.lines;
      try {
        if (!table.hasHeader) table.takeHead(record, text);
        else if (record.isBlank) return true;
        else if (record.isEmpty) empty.push(table.toRow(record, where));
        else {
          for (const row of empty.splice(0)) rows.push(row);
          rows.push(table.toRow(record, where));
        }
      } catch (error) {
        if (!(error instanceof BaalError)) throw error;
        failure = error;
      }
      return failure === undefined;
    },
  };
  for await (const _ of recordBatches(streamText(path), reader)) {
    yield* rows;
    rows = [];
    if (failure !== undefined) throw failure;
  }
}

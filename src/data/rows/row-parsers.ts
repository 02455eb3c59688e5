import { BaalError } from "../../core/errors.js";
import { type CsvRecord, readRecord } from "./csv-records.js";
import { type CsvOptions, type CsvTable, csvTable } from "./csv-table.js";
import type { Row } from "./row.js";
import { type RowOffsets, type ScanOptions, scanJsonLines, scanRecords } from "./scan-row-offsets.js";
import { parseJsonRow } from "./stream-json-lines.js";

/** How the rows of one file are parsed. Line ends belong to the rows' text. */
export interface ParseRows {
  /** The row that a text is. Throws `E_DATA`, beginning with `where`. */
  readonly one: (text: string, where: string) => Row;
  /** The rows that a text begins with, where that is quicker than one by one. Throws `E_DATA`. */
  readonly many?: ((text: string, count: number) => Row[]) | undefined;
}

/** A file format whose rows can be read one by one. */
export interface RowParser {
  /** Finds the rows. Throws `E_DATA`, `E_ABORTED`. */
  readonly scan: (path: string, options: ScanOptions & CsvOptions) => Promise<RowOffsets>;
  /** Given the text in front of the rows. Throws `E_DATA`, beginning with `path`. */
  readonly parser: (head: string, path: string, options: CsvOptions) => ParseRows;
}

const jsonLines: RowParser = { scan: scanJsonLines, parser: () => ({ one: parseJsonRow }) };

const csv: RowParser = {
  scan: scanRecords,
  parser(head, path, options) {
    const table = csvTable(path, options);
    for (const record of recordsOf(head, table)) table.takeHead(record, head);
    return {
      one: (text, where) => table.toRow(firstRecord(text, table), where),
      many(text, count) {
        const rows: Row[] = [];
        for (const record of recordsOf(text, table)) {
          if (rows.length === count) break;
          if (!record.isBlank) rows.push(table.toRow(record, path));
        }
        return rows;
      },
    };
  },
};

function* recordsOf(text: string, table: CsvTable): Generator<CsvRecord> {
  let at = 0;
  while (at < text.length) {
    const record = readRecord(text, at, table.dialect, true)!;
    yield record;
    at = record.end;
  }
}

function firstRecord(text: string, table: CsvTable): CsvRecord {
  for (const record of recordsOf(text, table)) if (!record.isBlank) return record;
  return { fields: [], start: 0, end: 0, lines: 1, isBlank: true, isEmpty: false, fault: undefined };
}

const parsers: Readonly<Record<string, RowParser>> = { ".csv": csv, ".tsv": csv, ".jsonl": jsonLines, ".ndjson": jsonLines };

/** The parser for a file by its extension. Throws `E_DATA` for one whose rows cannot be found without reading all before them. */
export function rowParserOf(path: string): RowParser {
  const extension = Object.keys(parsers).find((candidate) => path.toLowerCase().endsWith(candidate));
  const parser = extension && parsers[extension];
  if (parser) return parser;
  const known = Object.keys(parsers).join(", ");
  throw new BaalError("E_DATA", `${path}: rows can be read one by one from ${known}; unpack or convert other files first.`);
}

import { parse } from "csv-parse/sync";
import { BaalError, errorMessage } from "../../core/errors.js";
import type { Row } from "./row.js";
import type { RowLines } from "./scan-row-offsets.js";
import { type CsvOptions, uniqueColumns } from "./stream-csv.js";
import { parseJsonRow } from "./stream-json-lines.js";

/** How the rows of one file are parsed. Line ends belong to the rows' text. */
export interface ParseRows {
  /** The row that a text is. Throws `E_DATA`, beginning with `where`. */
  readonly one: (text: string, where: string) => Row;
  /** The rows that a text holds, where that is quicker than one by one. Throws `E_DATA`. */
  readonly many?: ((text: string) => Row[]) | undefined;
}

/** A file format whose rows can be read one by one. */
export interface RowParser {
  readonly lines: RowLines;
  /** Given the header line's text. Throws `E_DATA`, beginning with `path`. */
  readonly parser: (header: string, path: string, options: CsvOptions) => ParseRows;
}

const jsonLines: RowParser = { lines: { quotedLineEnds: false, headerRows: 0 }, parser: () => ({ one: parseJsonRow }) };

const csv: RowParser = {
  lines: { quotedLineEnds: true, headerRows: 1 },
  parser(header, path, { delimiter = "," }) {
    const options = { delimiter, skip_empty_lines: true };
    const [names] = parseCsv(header, options, path);
    const columns = uniqueColumns(names ?? [], path);
    const toRow = (values: readonly string[], where: string): Row => {
      if (values.length === columns.length) return Object.fromEntries(columns.map((column, i) => [column, values[i]]));
      throw new BaalError(
        "E_DATA",
        `${where}: ${columns.length} fields are needed, as in the header; ${values.length} came. Quote fields that hold the delimiter.`,
      );
    };
    return {
      one: (text, where) => toRow(parseCsv(text, options, where).flat(), where),
      many: (text) => parseCsv(text, options, path).map((values) => toRow(values, path)),
    };
  },
};

const parsers: Readonly<Record<string, RowParser>> = {
  ".csv": csv,
  ".tsv": { ...csv, parser: (header, path, options) => csv.parser(header, path, { delimiter: "\t", ...options }) },
  ".jsonl": jsonLines,
  ".ndjson": jsonLines,
};

/** The parser for a file by its extension. Throws `E_DATA` for one whose rows cannot be found without reading all before them. */
export function rowParserOf(path: string): RowParser {
  const extension = Object.keys(parsers).find((candidate) => path.toLowerCase().endsWith(candidate));
  const parser = extension && parsers[extension];
  if (parser) return parser;
  const known = Object.keys(parsers).join(", ");
  throw new BaalError("E_DATA", `${path}: rows can be read one by one from ${known}; unpack or convert other files first.`);
}

function parseCsv(
  text: string,
  options: { readonly delimiter: string; readonly skip_empty_lines: boolean },
  where: string,
): string[][] {
  try {
    return parse(text, { ...options, relax_column_count: true });
  } catch (error) {
    throw new BaalError("E_DATA", `${where}: ${errorMessage(error)}.`, { cause: error });
  }
}

import { pipeline, Readable } from "node:stream";
import type { CsvError } from "csv-parse";
import { BaalError } from "../../core/errors.js";
import type { Row } from "./row.js";
import { readingError, streamText } from "./stream-text.js";

export interface CsvOptions {
  /** Between the fields; a comma by default, a tab for `.tsv`. */
  readonly delimiter?: string | undefined;
}

/**
 * Rows of a CSV file with a header line (RFC 4180: quoted fields may hold delimiters, quotes and line breaks), one at a
 * time. All values are strings. Throws `E_DATA` with the line for a row with too few or too many fields or a stray quote.
 */
export async function* streamCsv(path: string, options: CsvOptions = {}): AsyncGenerator<Row> {
  const csv = await import("csv-parse");
  const parser = csv.parse({
    bom: true,
    columns: (header: string[]) => uniqueColumns(header, path),
    delimiter: options.delimiter ?? ",",
    skip_empty_lines: true,
  });
  // Errors reach the loop below through the parser, which the pipeline destroys with them.
  pipeline(Readable.from(streamText(path)), parser, () => {});
  try {
    for await (const record of parser) yield record as Row;
  } catch (error) {
    throw error instanceof csv.CsvError ? csvError(path, error) : readingError(path, error);
  }
}

/** Throws `E_DATA` for a column that is named twice. */
export function uniqueColumns(header: readonly string[], path: string): string[] {
  const twice = header.find((name, position) => header.indexOf(name) !== position);
  if (twice === undefined) return [...header];
  throw new BaalError("E_DATA", `${path}: the column ${JSON.stringify(twice)} is in the header line twice; rename one.`);
}

function csvError(path: string, error: CsvError): BaalError {
  const line = typeof error["lines"] === "number" ? `, line ${error["lines"]}` : "";
  const ragged = error.code === "CSV_RECORD_INCONSISTENT_COLUMNS" || error.code === "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH";
  const hint = ragged ? " Every row needs as many fields as the header; quote fields that hold the delimiter." : "";
  return new BaalError("E_DATA", `${path}${line}: ${error.message}.${hint}`, { cause: error });
}

import type { Row } from "./row.js";

/** A text form of rows that can grow at its end. */
export interface RowFormat {
  /** The text before the first row. */
  readonly header: (columns: readonly string[]) => string;
  /** One row with its line end. */
  readonly line: (row: Row, columns: readonly string[]) => string;
  /** Rows that the header line takes when whole lines are counted: 0 or 1. */
  readonly headerRows: number;
  /** Whether a line end between quotes belongs to a value. */
  readonly quotedLineEnds: boolean;
}

export const jsonLinesFormat: RowFormat = {
  header: () => "",
  line: (row, columns) => `${json(Object.fromEntries(columns.map((column) => [column, row[column] ?? null])))}\n`,
  headerRows: 0,
  quotedLineEnds: false,
};

/** RFC 4180 with LF line ends, or with another delimiter; arrays and objects are written as JSON, missing values as nothing. */
export function csvFormatOf(delimiter: string): RowFormat {
  const line = (values: readonly unknown[]) => `${values.map((value) => csvField(value, delimiter)).join(delimiter)}\n`;
  return {
    header: (columns) => line(columns),
    line: (row, columns) => line(columns.map((column) => row[column])),
    headerRows: 1,
    quotedLineEnds: true,
  };
}

export const csvFormat: RowFormat = csvFormatOf(",");

function csvField(value: unknown, delimiter: string): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "object" ? json(value) : String(value);
  return /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Whole numbers beyond 2^53, which JSON's readers would round, as texts of their digits. */
function json(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part));
}

/** Writes rows to a file as they come. */
export interface RowWriter {
  /** Rows in the file, with those that were there before where it was opened for appending. */
  readonly rowsWritten: number;
  write(rows: readonly Row[]): Promise<void>;
  /** Completes the file: all rows are on the disk when it resolves. */
  finish(): Promise<void>;
  /** Releases the file without completing it; what was written stays, for a later run that appends. */
  abandon(): Promise<void>;
}

export interface RowWriterOptions {
  /** The columns of the file, in order; other properties of rows are left out. */
  readonly columns: readonly string[];
  /** Continue a file that an interrupted run has left: its torn last row is cut off first. A new file by default. */
  readonly append?: boolean | undefined;
}

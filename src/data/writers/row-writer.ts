import type { Row } from "../row.js";

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
  readonly append?: boolean;
}

import { BaalError } from "../../core/errors.js";

/** One record of a data file: column names to values. CSV values are strings; JSON and Parquet keep their types. */
export type Row = Record<string, unknown>;

/** Rows by position, from 0 to `length - 1`: an array, or a `FileBackedRows`. */
export interface RowSource {
  readonly length: number;
  at(position: number): Row | undefined;
}

/** Throws `E_DATA` when a wanted column is not among those that are there. `where` names the file. */
export function requireColumns(wanted: readonly string[], present: readonly string[], where: string): void {
  const missing = wanted.filter((column) => !present.includes(column));
  if (missing.length === 0) return;
  throw new BaalError(
    "E_DATA",
    `${where} has no column ${missing.map(quote).join(", ")}; its columns are ${listColumns(present)}.`,
  );
}

/** A value for an error message. */
export function showValue(value: unknown): string {
  return typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? String(value));
}

function listColumns(columns: readonly string[]): string {
  if (columns.length === 0) return "none";
  const only = columns[0] ?? "";
  const separator = columns.length === 1 ? [";", "\t", "|"].find((candidate) => only.includes(candidate)) : undefined;
  const hint = separator ? ` (one column only: is the delimiter ${JSON.stringify(separator)}?)` : "";
  return columns.map(quote).join(", ") + hint;
}

function quote(name: string): string {
  return JSON.stringify(name);
}

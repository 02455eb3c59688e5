import { BaalError } from "../../core/errors.js";
import { closestName } from "../../core/names.js";

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
  const near = missing.flatMap((column) => closestName(column, present) ?? []);
  const hint = near.length === 0 ? "" : ` Did you mean ${near.map(quote).join(", ")}?`;
  throw new BaalError(
    "E_DATA",
    `${where} has no column ${missing.map(quote).join(", ")}; its columns are ${listColumns(present)}.${hint}`,
  );
}

/**
 * Gives rows the wanted columns' names where theirs differ in case, blanks or Unicode form alone (`Text` for `text`), and says so once a column with a
 * process warning, `BAAL_COLUMN`.
 */
export function columnFinder(wanted: readonly string[], where: string): (row: Row) => Row {
  const said = new Set<string>();
  return (row) => {
    const missing = wanted.filter((column) => !(column in row));
    if (missing.length === 0) return row;
    const present = Object.keys(row);
    const names = new Map<string, string>();
    for (const column of missing) {
      const [found, ...others] = present.filter((name) => !wanted.includes(name) && folded(name) === folded(column));
      if (found === undefined || others.length > 0) continue;
      names.set(found, column);
      if (said.has(column)) continue;
      said.add(column);
      const message = `${where}: the column ${quote(found)} is taken for ${quote(column)}, which is not there.`;
      process.emitWarning(message, { type: "BaalWarning", code: "BAAL_COLUMN" });
    }
    if (names.size === 0) return row;
    return Object.fromEntries(Object.entries(row).map(([name, value]) => [names.get(name) ?? name, value]));
  };
}

function folded(name: string): string {
  return name.normalize("NFKC").trim().toLowerCase();
}

/** A value for an error message. */
export function showValue(value: unknown): string {
  if (typeof value === "number" || value === undefined) return String(value);
  if (typeof value === "bigint") return `${value}n`;
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? Number(part) : part)) ?? String(value);
}

/** Names of columns, for messages. */
export function listColumns(columns: readonly string[]): string {
  return columns.length === 0 ? "none" : columns.map(quote).join(", ");
}

function quote(name: string): string {
  return JSON.stringify(name);
}

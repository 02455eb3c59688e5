import { BaalError } from "../../core/errors.js";
import { type ClincOptions, type ClincSplit, clincRows, isClinc } from "./read-clinc.js";
import type { Row } from "./row.js";
import { describe, isRow } from "./stream-json-lines.js";

export interface JsonOptions extends Pick<ClincOptions, "includeOos"> {
  /** The list to read of a file that has several: `"train"` of `{ "train": [...], "test": [...] }`. Of a CLINC-OOS file `"train"` by default. */
  readonly split?: string | undefined;
  /** Columns that must be there: they tell some shapes apart. */
  readonly columns?: readonly string[] | undefined;
}

type Lists = ReadonlyMap<string, readonly Row[]>;

/**
 * The rows of a parsed JSON file, in the shapes that people have: an array of objects; an object with one such array, or several of which `split` names
 * one; columns as lists; the `split`, `columns`, `index` and `table` orients of pandas; one object; CLINC-OOS. Throws `E_DATA` with the keys that are
 * there for any other.
 */
export function jsonRows(value: unknown, path: string, options: JsonOptions = {}): readonly Row[] {
  const { split, columns = [] } = options;
  if (Array.isArray(value)) return arrayRows(value, path, { split });
  if (!isRow(value)) throw new BaalError("E_DATA", `${path}: an array of objects is needed, ${describe(value)} came.`);
  if (isClinc(value)) return clincRows(value, path, { ...options, split: clincSplit(split, path) });
  const lists = listsOf(value);
  if (split !== undefined) return namedList(value, path, split);
  if (columns.length > 0 && columns.every((column) => column in value && isScalar(value[column]))) return [value];
  const [list] = lists.values();
  if (list !== undefined && lists.size === 1) return list;
  const rows =
    lists.size > 1 ? undefined : (splitOrient(value) ?? columnLists(value) ?? nestedColumns(value, columns) ?? oneRow(value));
  if (rows !== undefined && rows.length > 0) return rows;
  throw shapeError(value, path, lists);
}

function clincSplit(split: string | undefined, path: string): ClincSplit | undefined {
  if (split === undefined || split === "train" || split === "val" || split === "test") return split;
  throw new BaalError("E_DATA", `${path} has no split "${split}"; its splits are train, val, test.`);
}

function arrayRows(value: readonly unknown[], path: string, { split }: { readonly split: string | undefined }): readonly Row[] {
  if (split !== undefined) throw new BaalError("E_DATA", `${path} is one list without names, and has no split "${split}".`);
  for (const [position, item] of value.entries()) {
    if (!isRow(item)) throw new BaalError("E_DATA", `${path}, item ${position}: an object is needed, ${describe(item)} came.`);
  }
  return unwrapped(value as readonly Row[]);
}

function listsOf(value: Row): Lists {
  const isList = (list: unknown): list is readonly Row[] => Array.isArray(list) && list.length > 0 && list.every(isRow);
  return new Map(Object.entries(value).flatMap(([key, list]) => (isList(list) ? [[key, unwrapped(list)] as const] : [])));
}

/** The hub's server puts each row into an object of its own: `{ row_idx, row: {...} }`. */
function unwrapped(list: readonly Row[]): readonly Row[] {
  const isWrapped = list.length > 0 && list.every((item) => "row_idx" in item && isRow(item["row"]));
  return isWrapped ? list.map((item) => item["row"] as Row) : list;
}

function namedList(value: Row, path: string, split: string): readonly Row[] {
  const list = value[split];
  if (Array.isArray(list)) return arrayRows(list, `${path}, "${split}"`, { split: undefined });
  const there = Object.keys(value).filter((key) => Array.isArray(value[key]));
  throw new BaalError("E_DATA", `${path} has no list "${split}"; its lists are ${there.map(quote).join(", ") || "none"}.`);
}

/** `{ "columns": ["text"], "index": [0], "data": [["a"]] }`. */
function splitOrient({ columns, data }: Row): readonly Row[] | undefined {
  if (!Array.isArray(columns) || !Array.isArray(data)) return undefined;
  const fits = data.every((cells) => Array.isArray(cells) && cells.length === columns.length);
  return fits ? data.map((cells: unknown[]) => rowOf(columns.map(String), cells)) : undefined;
}

/** `{ "text": ["a", "b"], "label": ["x", "y"] }`. */
function columnLists(value: Row): readonly Row[] | undefined {
  const names = Object.keys(value);
  const lists = Object.values(value);
  const [first] = lists;
  if (!Array.isArray(first) || !lists.every((list) => Array.isArray(list) && list.length === first.length)) return undefined;
  return first.map((_, i) =>
    rowOf(
      names,
      (lists as unknown[][]).map((list) => list[i]),
    ),
  );
}

/** `{ "text": { "0": "a" }, "label": { "0": "x" } }` by column, `{ "0": { "text": "a", "label": "x" } }` by row. */
function nestedColumns(value: Row, wanted: readonly string[]): readonly Row[] | undefined {
  const outer = Object.keys(value);
  const parts = Object.values(value);
  if (!parts.every(isRow) || parts.length === 0) return undefined;
  const inner = [...new Set(parts.flatMap((part) => Object.keys(part)))];
  const areNumbers = (keys: readonly string[]) => keys.every((key) => /^\d+$/.test(key));
  const has = (keys: readonly string[]) => wanted.length > 0 && wanted.every((column) => keys.includes(column));
  const byColumn =
    has(outer) !== has(inner) ? has(outer) : areNumbers(inner) !== areNumbers(outer) ? areNumbers(inner) : undefined;
  if (byColumn === undefined) return undefined;
  if (!byColumn) return parts;
  return inner.map((key) =>
    rowOf(
      outer,
      parts.map((part) => part[key]),
    ),
  );
}

function oneRow(value: Row): readonly Row[] | undefined {
  return Object.keys(value).length > 0 && Object.values(value).every(isScalar) ? [value] : undefined;
}

function rowOf(names: readonly string[], values: readonly unknown[]): Row {
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value !== "object";
}

function shapeError(value: Row, path: string, lists: Lists): BaalError {
  if (lists.size > 1) {
    const named = [...lists].map(([key, { length }]) => `${quote(key)} (${length})`);
    return new BaalError(
      "E_DATA",
      `${path} has several lists of rows: ${named.join(", ")}. Name one: --split ${[...lists.keys()][0]} (split).`,
    );
  }
  const keys = Object.entries(value).map(([key, item]) => `${quote(key)} (${describe(item)})`);
  const shown = keys.slice(0, 10).join(", ") + (keys.length > 10 ? ` and ${keys.length - 10} more` : "");
  return new BaalError("E_DATA", `${path}: an array of objects is needed, an object came with the keys ${shown || "none"}.`);
}

function quote(name: string): string {
  return JSON.stringify(name);
}

import { BaalError } from "../../core/errors.js";
import { labelValue } from "./label-values.js";
import { type Row, showValue } from "./row.js";

export interface MergeAnswersOptions {
  /** Column of the label, in both. */
  readonly labelColumn: string;
  /** What a row is known by: an id, or its content. `undefined` for a row without. */
  readonly keyOf: (row: Row) => string | undefined;
  /** Which of two different labels stays: that of the answers, or that of the data. Neither by default: such rows stay as they are, and are listed. */
  readonly prefer?: "answers" | "data" | undefined;
}

/** Labels of one row, or of rows of one content, that are different ones. */
export interface MergeConflict {
  readonly key: string;
  /** Positions of the data's rows. */
  readonly rows: readonly number[];
  /** Each label that it has, by where. */
  readonly data: readonly string[];
  readonly answers: readonly string[];
}

export interface MergedAnswers {
  /** The data's rows, in their order, with all that they had. */
  readonly rows: readonly Row[];
  /** Rows that have got a label, or another one. */
  readonly changed: number;
  /** Answers that the data have already. */
  readonly known: number;
  /** Answers that belong to no row. */
  readonly unmatched: readonly string[];
  readonly conflicts: readonly MergeConflict[];
}

/**
 * Brings the labels of some rows into others: into every row of the same key, where there is no label yet. Nothing is resolved in silence: an
 * answer that differs from the data's label, and answers that differ from each other, are conflicts, see `prefer`.
 */
export function mergeAnswers(data: readonly Row[], answers: readonly Row[], options: MergeAnswersOptions): MergedAnswers {
  const { labelColumn, keyOf, prefer } = options;
  const given = new Map<string, unknown[]>();
  for (const row of answers) {
    const key = keyOf(row);
    if (key === undefined || isNone(row[labelColumn])) continue;
    given.set(key, [...(given.get(key) ?? []), row[labelColumn]]);
  }
  const positions = new Map<string, number[]>();
  for (const [position, row] of data.entries()) {
    const key = keyOf(row);
    if (key !== undefined && given.has(key)) positions.set(key, [...(positions.get(key) ?? []), position]);
  }
  const rows = [...data];
  const conflicts: MergeConflict[] = [];
  const unmatched: string[] = [];
  let [changed, known] = [0, 0];
  for (const [key, labels] of given) {
    const at = positions.get(key);
    if (at === undefined) {
      unmatched.push(key);
      continue;
    }
    const own = at.map((position) => rows[position]![labelColumn]).filter((label) => !isNone(label));
    const [answered, before] = [distinct(labels), distinct(own)];
    const isSame = before.length === 1 && answered.length === 1 && before[0] === answered[0];
    const isDecided = answered.length === 1 && (before.length === 0 || isSame || prefer === "answers");
    if (!isDecided && !(prefer === "data" && before.length > 0)) {
      conflicts.push({ key, rows: at, data: before, answers: answered });
      continue;
    }
    if (!isDecided || (isSame && own.length === at.length)) {
      known++;
      continue;
    }
    for (const position of at) {
      if (!isNone(rows[position]![labelColumn]) && textOf(rows[position]![labelColumn]) === answered[0]) continue;
      rows[position] = { ...rows[position], [labelColumn]: labels[0] };
      changed++;
    }
  }
  return { rows, changed, known, unmatched, conflicts };
}

/**
 * A key for {@link MergeAnswersOptions.keyOf} by a column of ids. Throws `E_DATA` where two rows of the data have one id, or an answer has another content
 * than the row of its id: they then belong to other data.
 */
export function keyById(
  column: string,
  data: readonly Row[],
  { answers, contentColumn }: { readonly answers: readonly Row[]; readonly contentColumn: string },
): (row: Row) => string | undefined {
  const keyOf = (row: Row) => (isNone(row[column]) ? undefined : String(row[column]));
  const contents = new Map<string, string | undefined>();
  for (const row of data) {
    const key = keyOf(row);
    if (key === undefined) continue;
    if (contents.has(key))
      throw new BaalError(
        "E_DATA",
        `Two rows have ${showValue(key)} in the column "${column}": an id is needed that each row has alone.`,
      );
    contents.set(key, contentOf(row, contentColumn));
  }
  for (const row of answers) {
    const key = keyOf(row);
    const [own, other] = [contentOf(row, contentColumn), key === undefined ? undefined : contents.get(key)];
    if (own === undefined || other === undefined || own === other) continue;
    throw new BaalError(
      "E_DATA",
      `The answer with ${showValue(key)} in the column "${column}" has another "${contentColumn}" than the row of the data: they belong to other data.`,
    );
  }
  return keyOf;
}

/** A content as it is compared: blanks around it are nothing. */
export function contentOf(row: Row, column: string): string | undefined {
  const value = row[column];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

function isNone(value: unknown): boolean {
  return labelValue(value, { where: () => "A row" }) === undefined;
}

function textOf(label: unknown): string {
  return typeof label === "object" ? JSON.stringify(label) : String(label);
}

function distinct(labels: readonly unknown[]): string[] {
  return [...new Set(labels.map(textOf))];
}

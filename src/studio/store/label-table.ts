import { BaalError } from "../../core/errors.js";
import type { SqlValue, StateDatabase } from "../../system/state-database.js";
import type { LabelRecord } from "./records.js";

export interface NewLabel {
  readonly name: string;
  readonly key?: string | undefined;
  readonly colour?: string | undefined;
  readonly description?: string | undefined;
}

/**
 * The labels of a project. Numbers stay: answers are kept by them, so that a label may be renamed, and what was answered with one that is
 * merged or split follows without being written again. All of it can be taken back by {@link restoreLabel}.
 */
export interface LabelTable {
  /** All labels in their order, those that are no longer offered as well. */
  labels(): readonly LabelRecord[];
  /** Those that are offered. */
  liveLabels(): LabelRecord[];
  /** The label of that name: one that is offered, else one that was called so, or was offered, before; what was merged is what it was merged into. */
  labelByName(name: string): LabelRecord | undefined;
  /** Throws `E_ARGUMENT` for a name that is taken or empty. */
  addLabel(label: NewLabel): LabelRecord;
  /** Changes name, key, colour or description. Throws `E_ARGUMENT` for a name that is taken: {@link mergeLabels} makes two labels one. */
  changeLabel(id: number, change: { readonly [K in keyof NewLabel]?: NewLabel[K] | undefined }): LabelRecord;
  /** No longer offered; answers with it stay as they are. */
  archiveLabel(id: number): void;
  /** What was answered with `from` counts as `into` from now on. Throws `E_ARGUMENT` for one that is not offered, and for a label and itself. */
  mergeLabels(from: number, into: number): void;
  /** Divides a label: it is no longer offered, items that had it wait for one of the new ones, items that did not have it have none of them. */
  splitLabel(id: number, parts: readonly NewLabel[]): LabelRecord[];
  /** Offers an archived or merged label again, with the answers that were its own. Throws `E_ARGUMENT` where its name is taken now. */
  restoreLabel(id: number): void;
}

interface LabelRow {
  readonly id: number;
  readonly name: string;
  readonly key: string | null;
  readonly colour: string | null;
  readonly description: string;
  readonly is_archived: number;
  readonly merged_into: number | null;
  readonly split_from: number | null;
}

export function labelTable(database: StateDatabase): LabelTable {
  let known: readonly LabelRecord[] | undefined;
  const all = () => {
    known ??= database.all<LabelRow>("SELECT * FROM label ORDER BY position, id").map(labelRecord);
    return known;
  };
  database.onRollback(() => {
    known = undefined;
  });
  const change = <T>(work: () => T): T =>
    database.write((tick) => {
      tick();
      known = undefined;
      const result = work();
      known = undefined;
      return result;
    });
  const live = (id: number): LabelRecord => {
    const label = all().find((one) => one.id === id);
    if (label && !label.isArchived) return label;
    throw new BaalError(
      "E_ARGUMENT",
      `Label ${label ? JSON.stringify(label.name) : id} is not among those that are offered: ${names(all().filter(({ isArchived }) => !isArchived))}.`,
    );
  };
  const checkName = (name: string, own?: number): string => {
    const trimmed = name.trim();
    if (trimmed === "") throw new BaalError("E_ARGUMENT", "A label needs a name; an empty one came.");
    if (all().some((one) => !one.isArchived && one.name === trimmed && one.id !== own))
      throw new BaalError(
        "E_ARGUMENT",
        `There is a label ${JSON.stringify(trimmed)} already: choose another name, or merge the two.`,
      );
    return trimmed;
  };
  const insert = ({ name, key, colour, description = "" }: NewLabel, splitFrom?: number): LabelRecord => {
    const checked = checkName(name);
    const position = `(SELECT ifnull(max(position), 0) + 1 FROM label)`;
    database.run(
      `INSERT INTO label (name, key, colour, description, position, is_archived, split_from) VALUES (?, ?, ?, ?, ${position}, 0, ?)`,
      ...[checked, key ?? null, colour ?? null, description, splitFrom ?? null],
    );
    known = undefined;
    return all().find((one) => !one.isArchived && one.name === checked)!;
  };
  const set = (id: number, column: string, value: SqlValue) =>
    database.run(`UPDATE label SET ${column} = ? WHERE id = ?`, value, id);

  return {
    labels: all,
    liveLabels: () => all().filter(({ isArchived }) => !isArchived),
    labelByName(given) {
      const name = given.trim();
      const found = all().find((label) => label.name === name && !label.isArchived);
      if (found) return found;
      const earlier = database.one<{ label: number }>("SELECT label FROM earlier_label_name WHERE name = ?", name)?.label;
      let label = all().find(({ id }) => id === earlier) ?? all().findLast((one) => one.name === name);
      while (label?.mergedInto !== undefined) label = all().find(({ id }) => id === label?.mergedInto);
      return label;
    },
    addLabel: (label) => change(() => insert(label)),
    changeLabel: (id, { name, key, colour, description }) =>
      change(() => {
        const before = live(id);
        if (name !== undefined) {
          set(id, "name", checkName(name, id));
          if (before.name !== name.trim())
            database.run("INSERT OR REPLACE INTO earlier_label_name VALUES (?, ?)", before.name, id);
        }
        if (key !== undefined) set(id, "key", key);
        if (colour !== undefined) set(id, "colour", colour);
        if (description !== undefined) set(id, "description", description);
        known = undefined;
        return live(id);
      }),
    archiveLabel: (id) =>
      change(() => {
        live(id);
        set(id, "is_archived", 1);
      }),
    mergeLabels: (from, into) =>
      change(() => {
        if (live(from).id === live(into).id) throw new BaalError("E_ARGUMENT", "A label cannot be merged into itself.");
        set(from, "is_archived", 1);
        set(from, "merged_into", into);
      }),
    splitLabel: (id, parts) =>
      change(() => {
        const { name } = live(id);
        if (parts.length < 2)
          throw new BaalError(
            "E_ARGUMENT",
            `Label ${JSON.stringify(name)} is split into two labels or more; ${parts.length} came.`,
          );
        // Out of the way first: one of the parts may keep the name.
        set(id, "is_archived", 1);
        known = undefined;
        return parts.map((part) => insert(part, id));
      }),
    restoreLabel: (id) =>
      change(() => {
        const label = all().find((one) => one.id === id);
        if (!label) throw new BaalError("E_ARGUMENT", `There is no label ${id}.`);
        checkName(label.name, id);
        set(id, "is_archived", 0);
        set(id, "merged_into", null);
      }),
  };
}

function names(labels: readonly LabelRecord[]): string {
  return labels.map(({ name }) => JSON.stringify(name)).join(", ") || "none";
}

function labelRecord(row: LabelRow): LabelRecord {
  return {
    id: row.id,
    name: row.name,
    key: row.key ?? undefined,
    colour: row.colour ?? undefined,
    description: row.description,
    isArchived: row.is_archived === 1,
    mergedInto: row.merged_into ?? undefined,
    splitFrom: row.split_from ?? undefined,
  };
}

import { BaalError } from "../../core/errors.js";
import type { StateDatabase } from "../../system/state-database.js";
import { type Batch, type Change, type EventRecord, SHARED_FLAGS } from "./records.js";

/** Names what a change is about. */
export function key({
  item,
  class: label,
  flag,
}: {
  readonly item: number;
  readonly class?: unknown;
  readonly flag?: unknown;
}): string {
  return `${item} ${label ?? ""} ${flag ?? ""}`;
}

export function eventType({ class: label, flag }: Change): EventRecord["type"] {
  if (label !== undefined) return "label";
  return flag === "comment" ? "comment" : "flag";
}

/** Throws `E_ARGUMENT` for an item or a label that is not there, and `E_CONFLICT` for a label that is no longer offered. */
export function checkChanges(
  database: StateDatabase,
  changes: readonly Change[],
  { mayBeArchived = false }: { readonly mayBeArchived?: boolean } = {},
): void {
  const unclear = changes.find(({ class: label, flag }) => (label === undefined) === (flag === undefined));
  if (unclear)
    throw new BaalError(
      "E_ARGUMENT",
      `Item ${unclear.item}: a change is one of a label or of a flag; ${unclear.flag ? "both" : "neither"} came.`,
    );
  const missing = "SELECT value AS id FROM json_each(?) WHERE value NOT IN (SELECT id FROM item) LIMIT 1";
  const unknown = database.one<{ id: number }>(missing, JSON.stringify(changes.map(({ item }) => item)));
  if (unknown) throw new BaalError("E_ARGUMENT", `There is no item ${unknown.id}.`);
  const rows = database.all<{ id: number; name: string; is_archived: number }>("SELECT id, name, is_archived FROM label");
  const labels = new Map(rows.map((row) => [row.id, row]));
  for (const { class: label, value } of changes) {
    if (label === undefined) continue;
    const found = labels.get(label);
    if (!found) throw new BaalError("E_ARGUMENT", `There is no label ${label}.`);
    // That it is not, or is not known, may still be said.
    if (found.is_archived === 1 && value === 1 && !mayBeArchived)
      throw new BaalError(
        "E_CONFLICT",
        `The label ${JSON.stringify(found.name)} is no longer offered: look at the labels again.`,
      );
  }
}

/** Throws `E_CONFLICT` where what a change is about was changed after what its user has seen. */
export function requireUnchanged(database: StateDatabase, change: Change, { user, baseSeq }: Batch): void {
  const { item, class: label, flag } = change;
  const since = "SELECT user FROM event WHERE item = ? AND seq > ?";
  const shared = flag !== undefined && SHARED_FLAGS.has(flag);
  const [what, ...values] =
    label !== undefined
      ? (["AND class IS NOT NULL AND user = ?", user] as const)
      : shared
        ? (["AND flag = ?", flag] as const)
        : (["AND flag = ? AND user = ?", flag!, user] as const);
  const other = database.one<{ user: string }>(`${since} ${what} LIMIT 1`, item, baseSeq, ...values);
  if (!other) return;
  const who = other.user === user ? "from elsewhere" : `by ${other.user}`;
  throw new BaalError(
    "E_CONFLICT",
    `Item ${item} was changed ${who} after it was shown here: look at it again, then answer. Nothing was written.`,
  );
}

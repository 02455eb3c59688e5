import { BaalError } from "../../core/errors.js";
import type { History, LabelBatch, Wrote } from "../api/item-contract.js";
import { ifPossible } from "../store/if-possible.js";
import { type Change, SHARED_FLAGS, type Written } from "../store/records.js";
import { type Desk, tellWritten, type Viewer } from "./desk.js";
import { statusFor } from "./filter-items.js";
import type { ItemState } from "./item-states.js";
import { historyEntry, itemViews } from "./item-views.js";
import { leaseHolder } from "./next-items.js";

/**
 * Writes a batch: all of it or nothing, on the disk when this returns. The same batch again is not written twice. Throws `E_CONFLICT` where what it
 * changes was changed since its `baseSeq`, and `E_ARGUMENT` for unknown items and labels.
 */
export function writeLabels(desk: Desk, viewer: Viewer, batch: LabelBatch): Wrote {
  const { store } = desk;
  const { batchId: id, baseSeq, via, versionShown, ms } = batch;
  const known = store.writtenBatch(id);
  if (known) {
    if (known.user !== viewer.name)
      throw new BaalError("E_ARGUMENT", `Batch ${id} is somebody else's: give each batch an id of its own.`);
    return wrote(desk, viewer, known);
  }
  const written = store.write({ id, user: viewer.name, changes: changesOf(desk, viewer, batch), baseSeq, via, versionShown, ms });
  tellWritten(desk, viewer.name, written);
  ifPossible(() => store.releaseLeases(leaseHolder(viewer), written.items));
  return wrote(desk, viewer, written);
}

/** Takes the user's last batch back, or does it again. Throws `E_CONFLICT` where somebody else has changed it since. */
export function takeBack(desk: Desk, viewer: Viewer, what: "undo" | "redo"): Wrote {
  const written = desk.store[what](viewer.name);
  if (!written) return { seq: desk.store.seq(), batchId: "", count: 0, items: [] };
  tellWritten(desk, viewer.name, written);
  return wrote(desk, viewer, written);
}

/** The user's last batches that are not taken back. */
export function history(desk: Desk, viewer: Viewer, count: number): History {
  return {
    batches: desk.store.history(viewer.name, count).map(({ id, at, count: changed, events }) => ({
      ...{ batchId: id, at, count: changed, entries: events.map(historyEntry) },
      items: itemViews(desk, viewer.name, [...new Set(events.map(({ item }) => item))]),
    })),
  };
}

/** Items that a batch is about. */
export function itemsOfBatch({ answers = [], changes = [] }: Pick<LabelBatch, "answers" | "changes">): number[] {
  return [...new Set([...answers, ...changes].map(({ item }) => item))];
}

/** Whether a batch changes flags that are facts about an item, which are the reviewers' to set. */
export function setsSharedFlags({ changes = [] }: Pick<LabelBatch, "changes">): boolean {
  return changes.some(({ flag }) => flag !== undefined && SHARED_FLAGS.has(flag));
}

function changesOf(
  desk: Desk,
  { name: user }: Viewer,
  { answers = [], changes = [], withDuplicates = false, versionShown }: LabelBatch,
): Change[] {
  const duplicates = (item: number) => (withDuplicates ? [item, ...openDuplicates(desk, user, item)] : [item]);
  const isSingle = desk.store.project()?.task === "single";
  // Of a single choice a yes is the whole answer.
  const chosen = changes.flatMap(({ item, class: label, value }) =>
    isSingle && label !== undefined && value === 1 ? [{ item, classes: [label] }] : [],
  );
  const named = [...answers, ...chosen];
  const wanted = new Map(named.flatMap(({ item, classes }) => duplicates(item).map((id) => [id, classes] as const)));
  // Who is named is not overruled by a duplicate.
  for (const { item, classes } of named) wanted.set(item, classes);
  // Where it was shown: how often it is right is counted.
  const shown = (item: number) => (versionShown === undefined ? undefined : desk.brain()?.suggestions(item)[0]?.label);
  const given = desk.store
    .manyAnswerChanges([...wanted], user)
    .map((change): Change => (change.value === 1 ? { ...change, suggested: shown(change.item) } : change));
  const skipped = [...wanted.keys()].filter((item) =>
    desk.states.get(item)?.flags.some(({ flag, user: who }) => flag === "skip" && who === user),
  );
  const answered = [...given, ...skipped.map((item): Change => ({ item, flag: "skip", value: null }))];
  const others = changes.filter(({ class: label, value }) => !(isSingle && label !== undefined && value === 1));
  const isNamed = new Set(others.map((change) => change.item));
  const further = others.flatMap((change) => {
    // Flags are the item's own.
    const same = change.flag === undefined ? duplicates(change.item).filter((item) => !isNamed.has(item)) : [];
    return same.map((item) => ({ ...change, item }));
  });
  return [...answered, ...others, ...further];
}

/** Duplicates of which the user has said the same so far as of the item, and whose answer so follows from its own; none that others have answered instead. */
function openDuplicates(desk: Desk, user: string, item: number): number[] {
  const { states } = desk;
  const own = states.get(item);
  const group = states.duplicatesOf(item);
  if (!own || group.length < 2) return [];
  const status = statusFor(desk, user);
  const said = (state: ItemState) => {
    const values = state.known.answers.find((answer) => answer.user === user)?.values;
    return values && JSON.stringify([...values].sort(([a], [b]) => a - b));
  };
  const before = said(own);
  return group.filter((id) => {
    const other = states.get(id);
    if (id === item || other === undefined || other.isExcluded || other.isValidation !== own.isValidation) return false;
    return said(other) === before && (before !== undefined || status(other) !== "labeled");
  });
}

/** Of very many items the first ones are told. */
const MOST_VIEWS = 500;

function wrote(desk: Desk, viewer: Viewer, { seq, batchId, items }: Written): Wrote {
  return { seq, batchId, count: items.length, items: itemViews(desk, viewer.name, items.slice(0, MOST_VIEWS)) };
}

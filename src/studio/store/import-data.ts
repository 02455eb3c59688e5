import { setImmediate } from "node:timers/promises";
import type { SuggestedLabel } from "../ranking/ranking-calls.js";
import { IMPORT_USER, labelNamed } from "./import-labelling.js";
import { type NewItem, textHash } from "./item-table.js";
import type { StudioStore } from "./open-studio-store.js";
import type { Change, ItemKind, LabelTask } from "./records.js";

/** What is to be labelled, and what the data say already. */
export interface LabelData {
  readonly kind: ItemKind;
  readonly task: LabelTask;
  readonly items: readonly NewItem[];
  /** Of the data, in their order. */
  readonly labels: readonly string[];
  /** Of each item that has one: positions of its labels. */
  readonly answers: ReadonlyMap<number, readonly number[]>;
  /** Single facts that answers cannot say: a label's 0 or 1 where others are unknown, flags. By the items' positions and the labels'. */
  readonly facts?: readonly (Omit<Change, "class"> & { readonly label?: number | undefined })[] | undefined;
  /** Of files that `baal select` has written: what it would call the items. */
  readonly suggestions: ReadonlyMap<number, readonly SuggestedLabel[]>;
  /** Whether the order of the rows is that in which they should be labelled. */
  readonly isRanked: boolean;
  /** Rows without a text. */
  readonly leftOut: number;
  /** Files and rows that could not be read, where they do not end the reading. */
  readonly problems?: readonly { readonly source: string; readonly reason: string }[] | undefined;
}

export interface ImportedData {
  /** The items, in the order of the data. */
  readonly ids: readonly number[];
  /** Those that were not there before. */
  readonly fresh: readonly number[];
  /** Items of which something else is known than before. */
  readonly changed: ReadonlySet<number>;
  /** Contents whose rows say different things: none of them counts. */
  readonly conflicts: number;
}

export interface ImportOptions {
  /** What the data are called. */
  readonly source: string;
  /** The first item that an import has added that was ended before it was through. */
  readonly firstItem?: number | undefined;
  /** Items that were removed stay so. */
  readonly keepsRemoved?: boolean | undefined;
}

/** Items, or changes, of one transaction: whoever labels meanwhile waits for one. */
const SLICE = 1_000;

/**
 * Brings items, labels and answers of the data into a project that is begun, as far as they are new; facts of known items are left as they are now. In
 * parts, each of which is on the disk before the next one begins: an import that is ended in between is taken up by the same data again, and `firstItem` is
 * the first that it has added.
 */
export async function importData(
  store: StudioStore,
  data: LabelData,
  { source, firstItem = Infinity, keepsRemoved = false }: ImportOptions,
): Promise<ImportedData> {
  const hashes: string[] = [];
  const idOf = new Map<string, number>();
  const fresh = new Set<number>(Number.isFinite(firstItem) ? store.itemsSince(firstItem) : []);
  const changed = new Set(fresh);
  for (const slice of slices(data.items)) {
    const hashed = slice.map((item) => ({ ...item, contentHash: item.contentHash ?? textHash(item.content) }));
    for (const { contentHash } of hashed) hashes.push(contentHash);
    // Of rows with one content the first speaks, wherever the others stand.
    const firsts = hashed.filter(({ contentHash }) => !idOf.has(contentHash));
    const imported = store.importItems(firsts, { keepsRemoved });
    for (const [n, id] of imported.ids.entries()) idOf.set(firsts[n]!.contentHash, id);
    for (const id of imported.fresh) fresh.add(id);
    for (const id of imported.changed) changed.add(id);
    await setImmediate();
  }
  const ids = hashes.map((hash) => idOf.get(hash)!);
  const facts = data.facts?.filter(({ item }) => fresh.has(ids[item]!));
  const steps = answering(store, { ...data, facts }, ids, source);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return { ids, fresh: [...fresh], changed, conflicts: step.value };
    for (const id of step.value) changed.add(id);
    await setImmediate();
  }
}

/** Answers that come with data count as long as nobody has said anything else. The number of contents whose rows contradict each other. */
export function importAnswers(store: StudioStore, data: LabelData, ids: readonly (number | undefined)[], source: string): number {
  const steps = answering(store, data, ids, source);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/** {@link importAnswers} in parts. */
function* answering(
  store: StudioStore,
  data: LabelData,
  ids: readonly (number | undefined)[],
  source: string,
): Generator<readonly number[], number> {
  const classes = data.labels.map((name) => labelNamed(store, name));
  const { answers, conflicts } = consistentAnswers(data, ids);
  for (const slice of slices(answers)) {
    const named = slice.map(([item, own]) => [item, own.map((c) => classes[c]!)] as const);
    const changes = store.manyAnswerChanges(named, IMPORT_USER);
    yield writeImported(store, changes, source);
  }
  const facts = (data.facts ?? []).flatMap(({ item: position, label, ...fact }): Change[] => {
    const item = ids[position];
    return item === undefined ? [] : [{ ...fact, item, class: label === undefined ? undefined : classes[label]! }];
  });
  for (const slice of slices(facts)) {
    yield writeImported(store, slice, source);
  }
  return conflicts;
}

function writeImported(store: StudioStore, changes: readonly Change[], source: string): readonly number[] {
  if (changes.length === 0) return [];
  return store.importBatch({ id: `${source} ${store.seq()}`, user: IMPORT_USER, changes }).items;
}

/** Parts of what is written in one transaction. */
export function* slices<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += SLICE) yield all.slice(from, from + SLICE);
}

function consistentAnswers({ answers }: LabelData, ids: readonly (number | undefined)[]) {
  const byItem = new Map<number, readonly number[] | undefined>();
  let conflicts = 0;
  for (const [n, classes] of answers) {
    const item = ids[n];
    if (item === undefined) continue;
    const known = byItem.get(item);
    if (byItem.has(item) && JSON.stringify(known) !== JSON.stringify(classes)) {
      if (known !== undefined) conflicts++;
      byItem.set(item, undefined);
    } else byItem.set(item, classes);
  }
  const found = [...byItem].flatMap(([item, classes]) =>
    classes === undefined ? [] : [[item, classes] as [number, readonly number[]]],
  );
  return { answers: found, conflicts };
}

import type { SuggestedLabel } from "../ranking/ranking-calls.js";
import { IMPORT_USER, labelNamed, newAnswers } from "./import-labelling.js";
import type { NewItem } from "./item-table.js";
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
  /** Contents whose rows say different things: none of them counts. */
  readonly conflicts: number;
}

/** Brings items, labels and answers of the data into a project that is begun, as far as they are new; facts of known items are left as they are now. */
export function importData(store: StudioStore, data: LabelData, source: string): ImportedData {
  const known = new Set(store.items().map(({ id }) => id));
  const { ids } = store.importItems(data.items);
  const facts = data.facts?.filter(({ item }) => !known.has(ids[item]!));
  const conflicts = importAnswers(store, { ...data, facts }, ids, source);
  return { ids, fresh: [...new Set(ids)].filter((id) => !known.has(id)), conflicts };
}

/** Answers that come with data count as long as nobody has said anything else. The number of contents whose rows contradict each other. */
export function importAnswers(store: StudioStore, data: LabelData, ids: readonly (number | undefined)[], source: string): number {
  const classes = data.labels.map((name) => labelNamed(store, name));
  const { answers, conflicts } = consistentAnswers(data, ids);
  const changes: Change[] = answers.flatMap(([item, own]) =>
    newAnswers(
      store,
      item,
      own.map((c) => classes[c]!),
    ),
  );
  for (const { item: position, label, ...fact } of data.facts ?? []) {
    const item = ids[position];
    if (item !== undefined) changes.push({ ...fact, item, class: label === undefined ? undefined : classes[label]! });
  }
  if (changes.length > 0) store.importBatch({ id: `${source} ${store.seq()}`, user: IMPORT_USER, changes });
  return conflicts;
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

import type { RankTarget } from "../ranking/ranking-calls.js";
import { flagsByItem, type ItemAnswers } from "../store/answers.js";
import type { StudioStore } from "../store/open-studio-store.js";
import type { LabelRecord, LabelTask } from "../store/records.js";

/** What an item's answer is, as a model learns it. */
export type KnownTarget = NonNullable<RankTarget>;

/** What the store says of the items, read as far as it changes. */
export interface KnownAnswers {
  readonly task: LabelTask;
  readonly labels: readonly LabelRecord[];
  /** Of the items that are there. */
  readonly items: ReadonlyMap<number, { readonly content: string; readonly subset: string | undefined }>;
  isExcluded(item: number): boolean;
  isValidation(item: number): boolean;
  /** 1 and 0 by label; `undefined` where nothing counts. */
  resolved(item: number): ReadonlyMap<number, 0 | 1> | undefined;
  /** Users who have said something of the item. */
  answeredBy(item: number): readonly string[];
  /** A class, or 1, 0 and `null` for each label; `undefined` where nothing is known. */
  target(item: number): KnownTarget | undefined;
  /** 1, 0 and `null` for each label, of one choice as well: the chosen one 1 and all others 0. */
  entries(item: number): readonly (0 | 1 | null)[] | undefined;
  /** Items with a target that may be learnt from: there, neither excluded nor of the validation. */
  learnt(): number[];
  /** Items of the validation with a target, not excluded. */
  validated(): number[];
  /** Items that nothing may be learnt from and no strategy may pick. */
  out(): number[];
  /** All, or these, some of which may be gone. */
  readItems(items?: readonly number[]): void;
  readLabels(items?: readonly number[]): void;
}

/** Reads the store; all that it keeps is in memory. */
export function knownAnswers(store: StudioStore): KnownAnswers {
  let labels: readonly LabelRecord[] = [];
  let indexOf = new Map<number, number>();
  let items: Map<number, { content: string; subset: string | undefined }> = new Map();
  const resolved = new Map<number, ReadonlyMap<number, 0 | 1>>();
  const users = new Map<number, readonly string[]>();
  const excluded = new Set<number>();
  const validation = new Set<number>();
  const task = () => store.project()?.task ?? "single";

  const setFlags = (item: number, flags: readonly { readonly flag: string; readonly value: 0 | 1 }[]) => {
    for (const [set, name] of [[excluded, "exclude"] as const, [validation, "validation"] as const]) {
      if (flags.some(({ flag, value }) => flag === name && value === 1)) set.add(item);
      else set.delete(item);
    }
  };
  const readAnswers = (item: number, { answers, resolved: values }: ItemAnswers) => {
    if (values) resolved.set(item, values);
    else resolved.delete(item);
    if (answers.length > 0)
      users.set(
        item,
        answers.map(({ user }) => user),
      );
    else users.delete(item);
  };
  const readAll = () => {
    resolved.clear();
    users.clear();
    excluded.clear();
    validation.clear();
    for (const [item, answers] of store.answers()) readAnswers(item, answers);
    for (const { item, flag, value } of store.flags()) {
      if (value === 1 && flag === "exclude") excluded.add(item);
      if (value === 1 && flag === "validation") validation.add(item);
    }
  };
  const entries = (item: number): readonly (0 | 1 | null)[] | undefined => {
    const values = resolved.get(item);
    if (values === undefined || !items.has(item)) return undefined;
    const isChosen = task() === "single" && labels.some(({ id }) => values.get(id) === 1);
    const known = labels.map(({ id }) => values.get(id) ?? (isChosen ? 0 : null));
    return known.some((value) => value !== null) ? known : undefined;
  };
  const withTargets = (isWanted: (item: number) => boolean) =>
    [...resolved.keys()].filter((item) => isWanted(item) && !excluded.has(item) && known.target(item) !== undefined);

  const known: KnownAnswers = {
    get task() {
      return task();
    },
    get labels() {
      return labels;
    },
    get items() {
      return items;
    },
    isExcluded: (item) => excluded.has(item),
    isValidation: (item) => validation.has(item),
    resolved: (item) => resolved.get(item),
    answeredBy: (item) => users.get(item) ?? [],
    entries,
    target(item) {
      if (task() === "multi") return entries(item);
      if (!items.has(item)) return undefined;
      const chosen = [...(resolved.get(item) ?? [])].find(([id, value]) => value === 1 && indexOf.has(id));
      return chosen && indexOf.get(chosen[0]);
    },
    learnt: () => withTargets((item) => !validation.has(item)).sort((a, b) => a - b),
    validated: () => withTargets((item) => validation.has(item)).sort((a, b) => a - b),
    out: () => [...new Set([...excluded, ...validation])],
    readItems(changed) {
      if (changed === undefined) items = new Map();
      for (const id of changed ?? []) items.delete(id);
      for (const { id, content, subset } of store.items(changed)) items.set(id, { content, subset });
    },
    readLabels(changed) {
      labels = store.liveLabels();
      indexOf = new Map(labels.map(({ id }, index) => [id, index]));
      if (changed === undefined) {
        readAll();
        return;
      }
      const answers = store.answers(changed);
      const flags = flagsByItem(store.flags(changed));
      for (const item of changed) {
        readAnswers(item, answers.get(item) ?? { answers: [], resolved: undefined, isConflict: false });
        setFlags(item, flags.get(item) ?? []);
      }
    },
  };
  known.readItems();
  known.readLabels();
  return known;
}

import type { LabelCounts } from "../api/contract.js";
import { type FlagRecord, flagsByItem, type ItemAnswers } from "../store/answers.js";
import { IMPORT_USER } from "../store/import-labelling.js";
import type { StudioStore } from "../store/open-studio-store.js";
import type { ItemRecord, LabelTask } from "../store/records.js";

/** An item and what is known of it. */
export interface ItemState {
  readonly item: ItemRecord;
  readonly known: ItemAnswers;
  /** Those that are set. */
  readonly flags: readonly FlagRecord[];
  readonly isExcluded: boolean;
  readonly isValidation: boolean;
  /** Of what counts; items whose annotators disagree are labelled. */
  readonly status: "unlabeled" | "partial" | "labeled";
}

export interface StateTotals {
  items: number;
  answered: number;
  partial: number;
  excluded: number;
  validation: number;
  validationAnswered: number;
  conflicts: number;
}

/**
 * What is known of all items, in memory: read once, and renewed by the items that a write has changed, so that a label costs the same however
 * many items there are.
 */
export interface ItemStates {
  readonly totals: Readonly<StateTotals>;
  get(item: number): ItemState | undefined;
  /** In the order in which they came. */
  all(): IterableIterator<ItemState>;
  readonly size: number;
  /** Yes and no of a label among the items for training, or those for validation, without excluded ones. */
  counts(label: number, part: "train" | "validation"): LabelCounts;
  skippedBy(user: string): number;
  answeredBy(user: string): number;
  /** Items that the user has labelled since midnight. */
  answeredTodayBy(user: string): number;
  subsets(): readonly string[];
  /** The items of a duplicate group, one of them alone without one. */
  duplicatesOf(item: number): readonly number[];
  /** Answers or flags of these are other ones. */
  refresh(items: Iterable<number>): void;
  /** These items came, went, or are other ones. */
  renew(items: readonly number[]): void;
  /** Labels are other ones. */
  reload(): void;
}

const NOTHING: ItemAnswers = { answers: [], resolved: undefined, isConflict: false };

export function itemStates(store: StudioStore, today: () => number = startOfToday): ItemStates {
  let states = new Map<number, ItemState>();
  let groups = new Map<number, number[]>();
  let subsets: readonly string[] = [];
  let totals = noTotals();
  let labels = new Map<string, number>();
  let users = new Map<string, number>();
  let day = { start: 0, byUser: new Map<string, Set<number>>() };
  let live = 0;
  /** The largest number of an item. */
  let newest = 0;
  const task = (): LabelTask => store.project()?.task ?? "single";

  const add = <K>(counts: Map<K, number>, key: K, by: number) => void counts.set(key, (counts.get(key) ?? 0) + by);

  const count = (state: ItemState, by: 1 | -1) => {
    const { known, flags, isExcluded, isValidation, status } = state;
    for (const { flag, user } of flags) if (flag === "skip") add(users, `skip ${user}`, by);
    for (const { user } of known.answers) add(users, `answer ${user}`, by);
    if (isExcluded) {
      totals.excluded += by;
      return;
    }
    totals.items += by;
    if (isValidation) totals.validation += by;
    if (known.isConflict) totals.conflicts += by;
    if (status === "partial") totals.partial += by;
    if (status === "labeled" && known.resolved) {
      totals.answered += by;
      if (isValidation) totals.validationAnswered += by;
      add(labels, isValidation ? "validation" : "train", by);
    }
    for (const [label, value] of known.resolved ?? [])
      add(labels, `${isValidation ? "validation" : "train"} ${label} ${value}`, by);
  };

  const stateOf = (item: ItemRecord, known: ItemAnswers, flags: readonly FlagRecord[]): ItemState => {
    const set = flags.filter(({ value }) => value === 1);
    const has = (name: string) => set.some(({ flag }) => flag === name);
    const values = known.resolved?.size ?? 0;
    const isWhole = known.isConflict || (values > 0 && (task() === "single" || values >= live));
    const status = isWhole ? "labeled" : values > 0 ? "partial" : "unlabeled";
    return { item, known, flags: set, isExcluded: has("exclude"), isValidation: has("validation"), status };
  };

  const startDay = (start: number) => {
    day = { start, byUser: new Map() };
    for (const { user, item } of store.labelledSince(start)) mark(user, item);
  };
  const mark = (user: string, item: number) => {
    if (!states.get(item)?.known.answers.some((answer) => answer.user === user)) return;
    const own = day.byUser.get(user);
    if (own) own.add(item);
    else day.byUser.set(user, new Set([item]));
  };

  const reload = () => {
    live = store.liveLabels().length;
    const flags = flagsByItem(store.flags());
    const answers = store.answers();
    const items = store.items();
    [states, groups, totals, labels, users] = [new Map(), new Map(), noTotals(), new Map(), new Map()];
    day = { start: 0, byUser: new Map() };
    for (const item of items) {
      const state = stateOf(item, answers.get(item.id) ?? NOTHING, flags.get(item.id) ?? []);
      states.set(item.id, state);
      newest = item.id;
      count(state, 1);
      joinGroup(item);
    }
    readSubsets();
    startDay(today());
  };
  const joinGroup = ({ id, duplicateGroup }: ItemRecord) => {
    if (duplicateGroup === undefined) return;
    const group = groups.get(duplicateGroup);
    if (group) group.push(id);
    else groups.set(duplicateGroup, [id]);
  };
  const leaveGroups = (items: readonly ItemRecord[]) => {
    const gone = new Set(items.map(({ id }) => id));
    for (const name of new Set(items.map(({ duplicateGroup }) => duplicateGroup))) {
      const group = name === undefined ? undefined : groups.get(name);
      if (group)
        groups.set(
          name!,
          group.filter((id) => !gone.has(id)),
        );
    }
  };
  const readSubsets = () => {
    const names = new Set<string>();
    for (const { item } of states.values()) if (item.subset !== undefined) names.add(item.subset);
    subsets = [...names].sort();
  };
  reload();

  return {
    get totals() {
      return totals;
    },
    get: (item) => states.get(item),
    all: () => states.values(),
    get size() {
      return states.size;
    },
    counts(label, part) {
      const yes = labels.get(`${part} ${label} 1`) ?? 0;
      // Of a single choice a yes to one label is a no to the others.
      const no = task() === "single" ? (labels.get(part) ?? 0) - yes : (labels.get(`${part} ${label} 0`) ?? 0);
      return { yes, no };
    },
    skippedBy: (user) => users.get(`skip ${user}`) ?? 0,
    answeredBy: (user) => users.get(`answer ${user}`) ?? 0,
    answeredTodayBy(user) {
      if (day.start !== today()) startDay(today());
      return day.byUser.get(user)?.size ?? 0;
    },
    subsets: () => subsets,
    duplicatesOf(item) {
      const group = states.get(item)?.item.duplicateGroup;
      return (group === undefined ? undefined : groups.get(group)) ?? [item];
    },
    refresh(items) {
      if (day.start !== today()) startDay(today());
      for (const id of items) {
        const before = states.get(id);
        if (!before) continue;
        const was = [...day.byUser].flatMap(([user, own]) => (own.has(id) ? [user] : []));
        for (const own of day.byUser.values()) own.delete(id);
        count(before, -1);
        const after = stateOf(before.item, store.answersOf(id), store.flagsOf(id));
        states.set(id, after);
        count(after, 1);
        const changed = after.known.answers.filter(({ user, values }) => !isSame(before, user, values)).map(({ user }) => user);
        for (const user of new Set([...was, ...changed])) if (user !== IMPORT_USER) mark(user, id);
      }
    },
    renew(ids) {
      // Data have brought a further label: what is labelled in part depends on how many there are.
      if (store.liveLabels().length !== live) return reload();
      const [answers, flags] = [store.answers(ids), flagsByItem(store.flags(ids))];
      const known = ids.flatMap((id) => states.get(id) ?? []);
      for (const state of known) count(state, -1);
      leaveGroups(known.map(({ item }) => item));
      const items = store.items(ids);
      const there = new Set(items.map(({ id }) => id));
      for (const id of ids) if (!there.has(id)) states.delete(id);
      // One that comes back has its place among the others.
      let isOrdered = true;
      for (const item of items) {
        isOrdered &&= states.has(item.id) || item.id > newest;
        newest = Math.max(newest, item.id);
        const state = stateOf(item, answers.get(item.id) ?? NOTHING, flags.get(item.id) ?? []);
        states.set(item.id, state);
        count(state, 1);
        joinGroup(item);
      }
      if (!isOrdered) states = new Map([...states].sort(([a], [b]) => a - b));
      readSubsets();
      // What was answered today is asked for anew.
      day = { start: 0, byUser: new Map() };
    },
    reload,
  };
}

/** Whether a user's answer is what it was. */
function isSame(before: ItemState, user: string, values: ReadonlyMap<number, 0 | 1>): boolean {
  const own = before.known.answers.find((answer) => answer.user === user)?.values;
  return own !== undefined && own.size === values.size && [...values].every(([label, value]) => own.get(label) === value);
}

function noTotals(): StateTotals {
  return { items: 0, answered: 0, partial: 0, excluded: 0, validation: 0, validationAnswered: 0, conflicts: 0 };
}

/** Of this machine's day. */
function startOfToday(): number {
  return new Date().setHours(0, 0, 0, 0);
}

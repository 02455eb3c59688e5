import type { StateDatabase } from "../../system/state-database.js";
import type { Change, FlagName, LabelRecord, LabelTask } from "./records.js";

/** What one user says of an item, by the labels that are offered now, and those archived ones that are nobody else's now. */
export interface Answer {
  readonly user: string;
  /** 1 or 0 for each class that is known; of a single choice the one with 1. */
  readonly values: ReadonlyMap<number, 0 | 1>;
  readonly via: string | undefined;
}

/** What is known of an item. */
export interface ItemAnswers {
  /** A person's, one each; what was imported is there as well. */
  readonly answers: readonly Answer[];
  /**
   * What counts: the reviewer's word, else what people agree on, else what was imported; of several labels each label for itself. `undefined`
   * where nothing is known, and where people disagree.
   */
  readonly resolved: ReadonlyMap<number, 0 | 1> | undefined;
  readonly isConflict: boolean;
}

export interface FlagRecord {
  readonly item: number;
  readonly flag: FlagName;
  readonly user: string;
  readonly value: 0 | 1;
  readonly note: string | undefined;
}

export interface AnswerTable {
  /** Of one item. */
  answersOf(item: number): ItemAnswers;
  /** Of all items that have any, or of these. */
  answers(items?: readonly number[]): Map<number, ItemAnswers>;
  /**
   * The changes that make these labels the user's answer to an item, none where it is that already. Of several labels those that are not named
   * become 0; a single choice of none is no answer.
   */
  answerChanges(item: number, user: string, classes: readonly number[]): Change[];
  /** {@link answerChanges} of many items, in their order. */
  manyAnswerChanges(answers: readonly (readonly [item: number, classes: readonly number[]])[], user: string): Change[];
  /** Of all items, or of these. */
  flags(items?: readonly number[]): FlagRecord[];
  flagsOf(item: number): FlagRecord[];
}

interface CurrentRow {
  readonly item: number;
  readonly class: number;
  readonly user: string;
  readonly value: 0 | 1;
  readonly via: string | null;
}

/** Numbers that came as one value. */
const GIVEN = "(SELECT value FROM json_each(?))";

interface Sources {
  readonly task: () => LabelTask;
  readonly labels: () => readonly LabelRecord[];
}

export function answerTable(database: StateDatabase, { task, labels }: Sources): AnswerTable {
  const columns = "SELECT item, class, user, value, via FROM current";
  const rowsOf = (item: number) => database.all<CurrentRow>(`${columns} WHERE item = ?`, item);
  const flags = (where: string, ...values: readonly (number | string)[]) =>
    database
      .all<FlagRecord & { note: string | null }>(
        `SELECT item, flag, user, value, note FROM flag ${where} ORDER BY item`,
        ...values,
      )
      .map((row): FlagRecord => ({ ...row, note: row.note ?? undefined }));
  const manyAnswerChanges: AnswerTable["manyAnswerChanges"] = (answers, user) => {
    const own = `SELECT item, class, value FROM current WHERE user = ? AND item IN ${GIVEN}`;
    const rows = database.all<Pick<CurrentRow, "item" | "class" | "value">>(
      own,
      user,
      JSON.stringify(answers.map(([item]) => item)),
    );
    const before = new Map<number, Map<number, 0 | 1>>();
    for (const { item, class: id, value } of rows) {
      const values = before.get(item) ?? new Map<number, 0 | 1>();
      before.set(item, values.set(id, value));
    }
    const isSingle = task() === "single";
    const all = labels();
    const { members } = labelView(all);
    const wantedOf = (raw: ReadonlyMap<number, 0 | 1>, classes: readonly number[]) => {
      const chosen = new Set(classes);
      const wanted = new Map<number, 0 | 1 | null>();
      if (isSingle) {
        for (const [id, value] of raw) if (value === 1 && !chosen.has(id)) wanted.set(id, classes.length > 0 ? 0 : null);
        for (const id of chosen) wanted.set(id, 1);
        return wanted;
      }
      for (const { id, isArchived } of all) {
        if (isArchived) continue;
        wanted.set(id, chosen.has(id) ? 1 : 0);
        // What was merged into it must not say otherwise.
        for (const member of members.get(id) ?? []) if (!chosen.has(id)) wanted.set(member, 0);
      }
      return wanted;
    };
    return answers.flatMap(([item, classes]) => {
      const raw = before.get(item) ?? new Map<number, 0 | 1>();
      return [...wantedOf(raw, classes)].flatMap(([id, value]) => (raw.get(id) === value ? [] : [{ item, class: id, value }]));
    });
  };
  return {
    answersOf: (item) => itemAnswers(rowsOf(item), labelView(labels()), task()),
    answers(items) {
      const found = new Map<number, ItemAnswers>();
      const [view, kind] = [labelView(labels()), task()];
      let rows: CurrentRow[] = [];
      const close = () => {
        if (rows[0]) found.set(rows[0].item, itemAnswers(rows, view, kind));
        rows = [];
      };
      const some =
        items === undefined
          ? database.all<CurrentRow>(`${columns} ORDER BY item`)
          : database.all<CurrentRow>(`${columns} WHERE item IN ${GIVEN} ORDER BY item`, JSON.stringify(items));
      for (const row of some) {
        if (rows[0] && rows[0].item !== row.item) close();
        rows.push(row);
      }
      close();
      return found;
    },
    answerChanges: (item, user, classes) => manyAnswerChanges([[item, classes]], user),
    manyAnswerChanges,
    flags: (items) => (items === undefined ? flags("") : flags(`WHERE item IN ${GIVEN}`, JSON.stringify(items))),
    flagsOf: (item) => flags("WHERE item = ?", item),
  };
}

function itemAnswers(rows: readonly CurrentRow[], view: LabelView, task: LabelTask): ItemAnswers {
  const byUser = new Map<string, CurrentRow[]>();
  for (const row of rows) {
    const own = byUser.get(row.user);
    if (own) own.push(row);
    else byUser.set(row.user, [row]);
  }
  const answers = [...byUser].flatMap(([user, own]): Answer[] => {
    const raw = new Map(own.map((row) => [row.class, row.value]));
    const values = task === "single" ? chosenNow(raw, view) : valuesNow(raw, view);
    return values.size === 0
      ? []
      : [{ user, values, via: own.find(({ via }) => via === "review")?.via ?? own[0]!.via ?? undefined }];
  });
  const reviews = answers.filter(({ via }) => via === "review");
  const people = answers.filter(({ via }) => via !== "import");
  const sources = [reviews, people, answers].filter((some) => some.length > 0);
  const { resolved, isConflict } = task === "single" ? oneAnswer(sources[0] ?? []) : eachLabel(sources, view);
  return { answers, resolved, isConflict };
}

type Resolution = Pick<ItemAnswers, "resolved" | "isConflict">;

function oneAnswer(counted: readonly Answer[]): Resolution {
  const chosen = new Set(counted.flatMap(({ values }) => [...values.keys()]));
  return { resolved: chosen.size === 1 ? counted[0]!.values : undefined, isConflict: chosen.size > 1 };
}

/** Label by label: those who come first and know it say what it is. Who does not know a label disagrees with nobody. */
function eachLabel(sources: readonly (readonly Answer[])[], { labels }: LabelView): Resolution {
  const resolved = new Map<number, 0 | 1>();
  for (const { id } of labels) {
    for (const counted of sources) {
      const said = new Set(counted.flatMap(({ values }) => values.get(id) ?? []));
      if (said.size > 1) return { resolved: undefined, isConflict: true };
      for (const value of said) resolved.set(id, value);
      if (said.size > 0) break;
    }
  }
  return { resolved: resolved.size > 0 ? resolved : undefined, isConflict: false };
}

/** How labels are to be read that were merged or split. */
interface LabelView {
  /** Those that answers count for, in their order. */
  readonly labels: readonly LabelRecord[];
  /** What each label counts for now; none for one that was split. */
  readonly now: ReadonlyMap<number, number>;
  /** Each label with all that were merged into it, and into those. */
  readonly members: ReadonlyMap<number, readonly number[]>;
}

function labelView(all: readonly LabelRecord[]): LabelView {
  const byId = new Map(all.map((label) => [label.id, label]));
  const isSplit = new Set(
    all.flatMap(({ splitFrom }) => (splitFrom !== undefined && byId.get(splitFrom)!.isArchived ? [splitFrom] : [])),
  );
  const now = new Map<number, number>();
  const members = new Map<number, number[]>();
  for (const { id } of all) {
    let last = id;
    for (let next = byId.get(id)!.mergedInto; next !== undefined; next = byId.get(next)!.mergedInto) last = next;
    members.set(last, [...(members.get(last) ?? []), id]);
    if (!isSplit.has(last)) now.set(id, last);
  }
  return { labels: all.filter(({ id }) => now.get(id) === id), now, members };
}

/** The one label that is chosen. */
function chosenNow(raw: ReadonlyMap<number, 0 | 1>, { now }: LabelView): Map<number, 0 | 1> {
  const chosen = [...raw].find(([id, value]) => value === 1 && now.has(id));
  return new Map(chosen ? [[now.get(chosen[0])!, 1]] : []);
}

/** Yes and no for each label that is known: of a split one a no is one to each part. */
function valuesNow(raw: ReadonlyMap<number, 0 | 1>, view: LabelView): Map<number, 0 | 1> {
  const valueFor = (id: number): 0 | 1 | undefined => {
    const values = view.members.get(id)!.map((member) => raw.get(member));
    if (values.includes(1)) return 1;
    return values.every((value) => value === 0) ? 0 : undefined;
  };
  return new Map(
    view.labels.flatMap(({ id, splitFrom }) => {
      const value = valueFor(id) ?? (splitFrom !== undefined && valueFor(splitFrom) === 0 ? 0 : undefined);
      return value === undefined ? [] : [[id, value] as const];
    }),
  );
}

export function flagsByItem(flags: readonly FlagRecord[]): Map<number, FlagRecord[]> {
  const byItem = new Map<number, FlagRecord[]>();
  for (const flag of flags) {
    const own = byItem.get(flag.item);
    if (own) own.push(flag);
    else byItem.set(flag.item, [flag]);
  }
  return byItem;
}

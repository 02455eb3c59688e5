import type { LabelView } from "../../api/contract.js";
import type { ReviewEntry, ReviewKind } from "../../api/item-contract.js";
import type { Change, LabelTask } from "../../store/records.js";
import { flagBatch, type writeBatch } from "../client/write-batch.js";

type Batch = Parameters<typeof writeBatch>[0];

/** Something that a reviewer may say about an entry, by a key of its own. */
export interface Word {
  readonly words: string;
  /** Afterwards, in the list. */
  readonly said: string;
  readonly key: "Enter" | "Space" | undefined;
  readonly label: LabelView | undefined;
  readonly batch: Batch;
}

interface Around {
  readonly labels: readonly LabelView[];
  readonly task: LabelTask;
}

/** What may be said of an entry besides any label: to keep what is there, to take what the model says, to take back a flag. */
export function wordsOf(kind: ReviewKind, entry: ReviewEntry, around: Around): readonly Word[] {
  const ids = entry.items.map(({ id }) => id);
  if (kind === "excluded") {
    const batch = flagBatch(ids, "exclude", { isOn: false, via: "review" });
    return [{ words: "Take back in", said: "Taken back in", key: "Enter", label: undefined, batch }];
  }
  const opinions = distinctOpinions(entry);
  const keep = opinions.map((values, place): Word => {
    const label = soleLabel(values, around.labels);
    const name = label?.name ?? namesOf(values, around.labels);
    return {
      words: opinions.length === 1 ? `Keep ${name}` : name,
      said: `${opinions.length === 1 ? "Kept" : "Decided:"} ${name}`,
      key: place === 0 ? "Space" : undefined,
      label,
      batch: valuesBatch(ids, values, around.task),
    };
  });
  const instead = around.labels.find(({ id }) => id === entry.instead?.label);
  if (!entry.instead || !instead) return keep;
  const isNo = around.task === "multi" && entry.instead.probability < 0.5;
  const name = `${isNo ? "not " : ""}${instead.name}`;
  const change: Batch =
    around.task === "single"
      ? { via: "review", answers: ids.map((item) => ({ item, classes: [instead.id] })) }
      : { via: "review", changes: ids.map((item): Change => ({ item, class: instead.id, value: isNo ? 0 : 1 })) };
  return [...keep, { words: `Change to ${name}`, said: `Changed to ${name}`, key: "Enter", label: instead, batch: change }];
}

type Values = Readonly<Record<number, 0 | 1>>;

/** What was answered, each once, the most frequent first. */
function distinctOpinions({ items }: ReviewEntry): readonly Values[] {
  const all = items.flatMap(({ answers, resolved }): Values[] =>
    answers.length > 0 ? answers.map(({ values }) => values) : resolved ? [resolved] : [],
  );
  const counts = new Map<string, { values: Values; times: number }>();
  for (const values of all) {
    const key = JSON.stringify(Object.entries(values).sort(([a], [b]) => Number(a) - Number(b)));
    counts.set(key, { values, times: (counts.get(key)?.times ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.times - a.times).map(({ values }) => values);
}

function yesOf(values: Values): readonly number[] {
  return Object.entries(values)
    .filter(([, value]) => value === 1)
    .map(([id]) => Number(id));
}

function soleLabel(values: Values, labels: readonly LabelView[]): LabelView | undefined {
  const yes = yesOf(values);
  return yes.length === 1 ? labels.find(({ id }) => id === yes[0]) : undefined;
}

function namesOf(values: Values, labels: readonly LabelView[]): string {
  const names = yesOf(values).map((id) => labels.find((label) => label.id === id)?.name ?? String(id));
  return names.length === 0 ? "none of the labels" : names.join(" + ");
}

function valuesBatch(items: readonly number[], values: Values, task: LabelTask): Batch {
  if (task === "single") return { via: "review", answers: items.map((item) => ({ item, classes: yesOf(values) })) };
  const changes = items.flatMap((item) =>
    Object.entries(values).map(([label, value]): Change => ({ item, class: Number(label), value })),
  );
  return { via: "review", changes };
}

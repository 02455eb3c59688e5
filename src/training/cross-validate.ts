import { entriesOf } from "../core/check-targets.js";
import type { Dataset, Target } from "../core/dataset.js";
import { itemsAt } from "../core/dataset-view.js";
import type { Task } from "../core/task.js";
import type { Metrics } from "./evaluation-metrics.js";

/** A part of the labelled items to learn from, and the rest to be judged by. */
export interface Fold<Input> {
  readonly kept: Dataset<Input>;
  readonly held: Dataset<Input>;
}

/** Means over the items that were held out, of the models of all folds. */
export interface HeldOutComparison {
  /** How many items were held out, each once. */
  readonly items: number;
  readonly folds: number;
  readonly solvedHead: Metrics;
  readonly fineTuned: Metrics;
  /** The figure that decides beside the loss: larger is better. */
  readonly judgedBy: JudgingMetric;
}

/** What a training is judged by beside its loss: right answers, the ranking of items for each label, or the share of the variance that is predicted. */
export type JudgingMetric = "accuracy" | "meanAveragePrecision" | "r2";

const JUDGED_BY: Readonly<Record<Task, JudgingMetric>> = { single: "accuracy", multi: "meanAveragePrecision", regression: "r2" };

/** Up to so many labels each of them is held out once; of more a single part, which tells enough. */
const ALL_HELD_UNTIL = 1000;
/** Two cost as much as one training on all labels, three twice as much. */
const FOLDS = 2;
/** Up to so many labels the single part is a half, so that trying costs half a training. */
const HALF_UNTIL = 2000;
/** Of more: its share of the labels, and the most of them. */
const PART = { share: 0.2, most: 500 } as const;

/**
 * The parts that a way of training is judged by, in which every class has its share; the last item of a class is never held out. Of labels by themselves
 * the class is the rarest label that an item has; numbers have none. Together they leave as many items to learn from as there are, or in a single fold a half or four fifths of them, so that trying costs no more than the training itself.
 */
export function foldsOf<Input>(
  dataset: Dataset<Input>,
  order: readonly number[],
  { task = "single" }: { readonly task?: Task | undefined } = {},
): readonly Fold<Input>[] {
  const byClass = new Map<Target, number[]>();
  const classOf = STRATA[task](order.map((position) => dataset.at(position).target));
  for (const position of order) {
    const target = classOf(dataset.at(position).target);
    const positions = byClass.get(target);
    if (positions) positions.push(position);
    else byClass.set(target, [position]);
  }
  const classes = [...byClass.values()];
  const parts = dataset.length <= ALL_HELD_UNTIL ? everyItem(classes) : [singlePart(classes, dataset.length)];
  return parts.map((held) => ({
    kept: itemsAt(
      dataset,
      order.filter((position) => !held.has(position)),
    ),
    held: itemsAt(dataset, [...held]),
  }));
}

/** What an item counts as when classes are to be shared out, from all targets. */
const STRATA: Readonly<Record<Task, (targets: readonly Target[]) => (target: Target) => Target>> = {
  single: () => (target) => target,
  multi(targets) {
    const counts: number[] = [];
    for (const target of targets) for (const label of labelsOf(target)) counts[label] = (counts[label] ?? 0) + 1;
    return (target) => labelsOf(target).sort((a, b) => counts[a]! - counts[b]! || a - b)[0] ?? -1;
  },
  regression: () => () => 0,
};

/** The labels that an item has. */
function labelsOf(target: Target): number[] {
  return target === undefined ? [] : entriesOf(target).flatMap((entry, label) => (entry !== null && entry >= 0.5 ? [label] : []));
}

/** The items of a class in turn to one fold and the other, the turn going on from class to class. */
function everyItem(classes: readonly (readonly number[])[]): readonly ReadonlySet<number>[] {
  const parts = Array.from({ length: FOLDS }, () => new Set<number>());
  let turn = 0;
  for (const positions of classes) {
    if (positions.length < 2) continue;
    for (const position of positions) parts[turn++ % FOLDS]!.add(position);
  }
  return parts.filter(({ size }) => size > 0);
}

function singlePart(classes: readonly (readonly number[])[], items: number): ReadonlySet<number> {
  const share = items <= HALF_UNTIL ? 1 / 2 : Math.min(PART.share, PART.most / items);
  return new Set(
    classes.flatMap((positions) => positions.slice(0, Math.min(Math.round(share * positions.length), positions.length - 1))),
  );
}

/** How the two ways of one fold's labels do on those held out. */
export type JudgeFold<Input> = (fold: Fold<Input>) => Promise<{ readonly solvedHead: Metrics; readonly fineTuned: Metrics }>;

/** Judges the folds one after the other. */
export async function crossValidate<Input>(
  folds: readonly Fold<Input>[],
  judge: JudgeFold<Input>,
  { task = "single" }: { readonly task?: Task | undefined } = {},
): Promise<HeldOutComparison> {
  const items = folds.reduce((sum, { held }) => sum + held.length, 0);
  const [solvedHead, fineTuned]: [Record<string, number>, Record<string, number>] = [{}, {}];
  for (const fold of folds) {
    const judged = await judge(fold);
    addShare(solvedHead, judged.solvedHead, fold.held.length / items);
    addShare(fineTuned, judged.fineTuned, fold.held.length / items);
  }
  return { items, folds: folds.length, solvedHead, fineTuned, judgedBy: JUDGED_BY[task] };
}

/**
 * Whether training is worth keeping: it takes the labels held out for more probable, and does no worse by what the task is judged by. Of one label an item
 * probabilities are compared at the best temperature of each, for a solved head is unsure whatever it knows, and the few errors that a few labels
 * show count against the training only beyond two standard errors.
 */
export function isBetter({
  items,
  solvedHead,
  fineTuned,
  judgedBy,
}: Pick<HeldOutComparison, "items" | "solvedHead" | "fineTuned" | "judgedBy">): boolean {
  const [before, after] = [solvedHead[judgedBy]!, fineTuned[judgedBy]!];
  // Where no answer is wrong there is no best temperature.
  const isTold = solvedHead["calibratedLoss"] !== undefined && Math.min(before, after) < 1;
  const name = isTold ? "calibratedLoss" : "loss";
  const error = isTold ? Math.sqrt((before * (1 - before)) / items) : 0;
  return fineTuned[name]! < solvedHead[name]! && after >= before - 2 * error;
}

function addShare(sums: Record<string, number>, metrics: Metrics, share: number): void {
  for (const [name, value] of Object.entries(metrics)) sums[name] = (sums[name] ?? 0) + share * value;
}

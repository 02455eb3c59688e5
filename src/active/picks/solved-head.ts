import type { Dataset } from "../../core/dataset.js";
import { datasetOfInputs, datasetView } from "../../core/dataset-view.js";
import type { Features } from "../../core/features.js";
import { createRandom } from "../../core/random.js";
import type { FeatureDataset } from "../../data/features/feature-dataset.js";
import { classifications } from "../../models/classification.js";
import type { GraphClassifier } from "../../models/graph/graph-classifier.js";
import { stratified } from "../../models/head/choose-evidence.js";
import { HeadClassifier } from "../../models/head/head-classifier.js";
import { solveLastLayer } from "../../training/solve-last-layer.js";
import { ENOUGH_OF_SEVERAL, type PickTask } from "./default-strategy.js";

/** What a head is solved from: vectors of length 1, labels where there are any, names where they say something. */
export interface HeadSources {
  /** All items; those without a target are unlabelled. */
  readonly dataset: FeatureDataset;
  readonly labels: readonly string[];
  /** The classes' names as vectors, in the order of `labels`. */
  readonly names?: readonly Float32Array[] | undefined;
  /** Dataset indices of the labelled items. */
  readonly labelled: readonly number[];
  /** Dataset indices of items without a label. */
  readonly pool: readonly number[];
  /** What an item is given; one label by default. Of several neither names nor items without a label have a part. */
  readonly task?: PickTask | undefined;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * How a head of one label an item is solved where its labels were picked, not drawn: how many a class has says what was picked, however many there are, so each
 * class counts alike. Of 160 labels of shapes of which the frequent ones are twelve times as many, a head that does not tells 48 % of each
 * class apart and one that does 61 %; in the pool itself it is right of 65 and 67 %.
 */
export const OF_PICKED_LABELS = { balanceClasses: true, isCalibrated: true } as const;

/** Items without a label that take part in the solution; more of them change little and take their time. */
const MOST_UNLABELLED = 2000;
/** Labels that the held-out accuracy is taken of. */
const MOST_HELD_OUT = 1000;
const FOLDS = 5;

/** Whether the sources suffice for a head: two classes, each of them named, or labelled at least once; of several labels an item a few items. */
export function canSolve({
  labels,
  names,
  labelled,
  task,
}: Pick<HeadSources, "labels" | "names" | "labelled" | "task">): boolean {
  if (task === "multi") return labels.length > 0 && labelled.length >= ENOUGH_OF_SEVERAL;
  return labels.length > 1 && (labelled.length > 0 || names !== undefined);
}

/**
 * A linear head over the vectors, at the solution of `solveLastLayer`, with the calibrator that makes its probabilities right on held-out labels. Dispose
 * of it after use.
 */
export async function solvedHead(sources: HeadSources): Promise<HeadClassifier> {
  const { dataset, labels, labelled, pool, seed, signal, task } = sources;
  const head = HeadClassifier.fromConfig({ inputDim: dataset.width, dropout: 0 }, { labels, seed, task });
  if (task === "multi") {
    await solveLastLayer(head, datasetView(dataset, labelled), { signal });
    return head;
  }
  const some = pool.length <= MOST_UNLABELLED ? pool : createRandom(seed).shuffled(pool).slice(0, MOST_UNLABELLED);
  const unlabelled = datasetView(dataset, some, () => undefined);
  await solveLastLayer(head, datasetView(dataset, labelled), {
    names: nameItems(sources),
    unlabelled,
    ...OF_PICKED_LABELS,
    signal,
  });
  return head;
}

/** A label that a model would give an item. */
export interface Suggestion {
  readonly label: string;
  readonly probability: number;
}

/**
 * What a model would give each item, in their order: its most probable class, what it calls items of none of its classes, or of several labels those that hold, the
 * most probable first, which may be none.
 */
export async function suggest<Input>(
  model: GraphClassifier<Input>,
  items: Dataset<Input>,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<(readonly Suggestion[])[]> {
  const { labels, thresholds, calibrator } = model;
  const suggestions: (readonly Suggestion[])[] = [];
  for await (const draws of model.predict(items, { iterations: 1, ...options })) {
    const form = { labels, thresholds, calibrator, outOfScopeLabel: model.outOfScope?.label };
    for (const { label, probability, labels: all, chosen } of classifications(draws, form))
      suggestions.push(chosen ? all.filter((one) => chosen.includes(one.label)) : [{ label, probability }]);
  }
  return suggestions;
}

/** How well the labels predict each other. */
export interface HeldOutAccuracy {
  readonly accuracy: number;
  /** The share of the most frequent label: what always guessing it would reach. */
  readonly chance: number;
  /** Labels that were held out, each once. */
  readonly items: number;
  /** Whether the accuracy is no further above `chance` than one standard error of a guess. */
  readonly isNearChance: boolean;
}

/** Accuracy in five-fold cross-validation on the labels (1,000 of them at most), without the unlabelled items; it costs five solutions. */
export async function heldOutAccuracy(sources: HeadSources): Promise<HeldOutAccuracy> {
  const { dataset, labels, labelled, seed, signal } = sources;
  const random = createRandom(seed);
  const some = random.shuffled(labelled).slice(0, MOST_HELD_OUT);
  const head = HeadClassifier.fromConfig({ inputDim: dataset.width, dropout: 0 }, { labels, seed });
  const targetOf = (index: number) => dataset.at(index).target as number;
  const order = stratified(some.map(targetOf), random).map((position) => some[position]!);
  let right = 0;
  try {
    for (let fold = 0; fold < FOLDS; fold++) {
      const [kept, held] = [order.filter((_, i) => i % FOLDS !== fold), order.filter((_, i) => i % FOLDS === fold)];
      if (kept.length === 0 || held.length === 0) continue;
      await solveLastLayer(head, datasetView(dataset, kept), {
        names: nameItems(sources),
        balanceClasses: OF_PICKED_LABELS.balanceClasses,
        signal,
      });
      const answers = await suggest(head, datasetView(dataset, held), { signal });
      right += answers.filter(([answer], i) => answer!.label === labels[targetOf(held[i]!)]).length;
    }
  } finally {
    await head.dispose();
  }
  const counts = new Uint32Array(labels.length);
  for (const index of order) counts[targetOf(index)]!++;
  const items = order.length;
  const [accuracy, chance] = [right / items, Math.max(...counts) / items];
  return { accuracy, chance, items, isNearChance: accuracy <= chance + Math.sqrt((chance * (1 - chance)) / items) };
}

function nameItems({ names }: HeadSources): Dataset<Float32Array> | undefined {
  return names && datasetOfInputs(names);
}

/** The vectors of a data set's items. */
export function vectorsOf(items: Dataset<Float32Array>, width: number): Features {
  const data = new Float32Array(items.length * width);
  const indices = Array.from({ length: items.length }, (_, n) => {
    const { input, index } = items.at(n);
    data.set(input, n * width);
    return index;
  });
  return { shape: [items.length, width], data, indices };
}

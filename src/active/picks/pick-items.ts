import { fitLastLayerLaplace } from "../../bayesian/laplace/fit-last-layer-laplace.js";
import { patchModule, unpatchModule } from "../../bayesian/patch-module.js";
import { shownPredictions } from "../../calibration/shown.js";
import type { PredictOptions } from "../../core/bayesian-model.js";
import type { Dataset } from "../../core/dataset.js";
import { datasetView } from "../../core/dataset-view.js";
import { DEFAULT_SEED } from "../../core/defaults.js";
import { BaalError } from "../../core/errors.js";
import type { FeatureDataset } from "../../data/features/feature-dataset.js";
import type { HeadClassifier } from "../../models/head/head-classifier.js";
import { findStrategy, type StrategyOptions, type StrategyRecord } from "../../strategies/registry.js";
import type { TrainingRecipe } from "../../training/recommend-training.js";
import { ActiveLearningDataset } from "../active-learning-dataset.js";
import { needsPredictions } from "../gather-evidence.js";
import { type ChosenStrategy, chosenStrategy, ENOUGH_PER_CLASS, type PickTask } from "./default-strategy.js";
import { type OutOfScopeItems, withAbstentions } from "./out-of-scope-picks.js";
import { comparesDraws, pickByStrategy } from "./pick-by-strategy.js";
import {
  canSolve,
  type HeadSources,
  type HeldOutAccuracy,
  heldOutAccuracy,
  type Suggestion,
  solvedHead,
  suggest,
  vectorsOf,
} from "./solved-head.js";

export interface PickOptions {
  /** Items to pick; all where there are fewer. */
  readonly count: number;
  /** What an item is given; one label by default. */
  readonly task?: PickTask | undefined;
  /** Items that are known to belong to none of the classes: they are not picked, and items like them are suggested to be called so. Of one label an item. */
  readonly outOfScope?: OutOfScopeItems | undefined;
  /** A strategy by its name; the default one of {@link defaultStrategy} where it is left out. */
  readonly strategy?: string | undefined;
  /** What the named strategy is made with, `{ beta: 8 }` of `power:entropy` say. */
  readonly strategyOptions?: StrategyOptions | undefined;
  /** The classes' names as vectors of the same encoder, in the order of the labels. */
  readonly names?: readonly Float32Array[] | undefined;
  /** The head of {@link solvedHead} for these labels, where there is one already (not calibrated for strategies that compare draws); it stays the caller's. Solved here otherwise. */
  readonly head?: HeadClassifier | undefined;
  /** Items that are not to be picked, by dataset index, for example for being copies of others. */
  readonly excluded?: readonly number[] | undefined;
  /** Whether it is found out how well the labels predict each other, which costs five solutions. True by default. */
  readonly withHeldOut?: boolean | undefined;
  /** Names all that is random; 42 by default. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Pick {
  /** Dataset index. */
  readonly index: number;
  readonly score: number;
  /**
   * What the model would give it: one label; of several labels those that hold, the most probable first. None while there is no model, for want of
   * classes or labels.
   */
  readonly suggestions: readonly Suggestion[];
}

export interface PickedItems {
  /** The best first. */
  readonly picks: readonly Pick[];
  readonly strategy: ChosenStrategy;
  /** Items that could have been picked. */
  readonly pool: number;
  /** Items with a label. */
  readonly labelled: number;
  /** How well the labels predict each other; left out where it was not asked for, before there are two per class, and ten, and of several labels an item. */
  readonly heldOut: HeldOutAccuracy | undefined;
  /** What the model has become that was trained for it, where one was: by a recipe. */
  readonly recipe?: TrainingRecipe | undefined;
}

const FEWEST_HELD_OUT = 10;

/**
 * Picks the items without a target that are worth labelling next, in seconds and without training: a linear head is solved on the
 * vectors (of length 1, of a frozen encoder), by the labels, the classes' names and the unlabelled items. Strategies that compare draws
 * get those of the head's Laplace posterior.
 *
 * Throws `E_POOL_EMPTY` where every item has a label, `E_ARGUMENT` for an unknown strategy or one that needs a model where fewer than two classes
 * are known, `E_ABORTED`.
 */
export async function pickItems(dataset: FeatureDataset, labels: readonly string[], options: PickOptions): Promise<PickedItems> {
  const { count, names, seed = DEFAULT_SEED, signal, task = "single", outOfScope } = options;
  const active = new ActiveLearningDataset(dataset);
  const labelled = Array.from({ length: dataset.length }, (_, n) => n).filter((n) => dataset.at(n).target !== undefined);
  if (labelled.length > 0) active.label(labelled);
  const excluded = [...new Set([...(options.excluded ?? []), ...(outOfScope?.items ?? [])])];
  if (excluded.length > 0) active.exclude(excluded);
  const pool = active.numUnlabelled;
  if (pool === 0) throw new BaalError("E_POOL_EMPTY", "There is nothing to pick: no item is without a label.");
  const situation = { labelled: labelled.length, classes: labels.length, pool, count, task };
  const strategy = chosenStrategy(options.strategy, situation);
  const sources: HeadSources = { dataset, labels, names, labelled, pool: active.poolIndices, task, seed, signal };
  const record = findStrategy(strategy.name);
  const head = options.head ?? (canSolve(sources) ? await solvedHead(sources) : undefined);
  try {
    const { indices, scores } = await pickBy(record, { active, head, sources, count, options: options.strategyOptions });
    const picked = datasetView(dataset, indices, () => undefined);
    const said = head ? await suggest(head, picked, { signal }) : indices.map(() => []);
    const suggestions = outOfScope ? await withAbstentions(said, picked, sources, outOfScope) : said;
    const fewest = Math.max(FEWEST_HELD_OUT, ENOUGH_PER_CLASS * labels.length);
    const isEnough = (options.withHeldOut ?? true) && task === "single" && labelled.length >= fewest;
    return {
      picks: indices.map((index, i) => ({ index, score: scores[i]!, suggestions: suggestions[i]! })),
      ...{ strategy, pool, labelled: labelled.length },
      heldOut: head && isEnough ? await heldOutAccuracy(sources) : undefined,
    };
  } finally {
    if (options.head === undefined) await head?.dispose();
  }
}

interface PickWork {
  readonly active: ActiveLearningDataset<Float32Array>;
  readonly head: HeadClassifier | undefined;
  readonly sources: HeadSources;
  readonly count: number;
  readonly options: StrategyOptions | undefined;
}

async function pickBy(record: StrategyRecord, { active, head, sources, count, options }: PickWork) {
  const { dataset, labels, labelled, seed, signal, task } = sources;
  const { needs, name } = record;
  const hasDraws = comparesDraws(record);
  if (needsPredictions(needs) && (head === undefined || (hasDraws && labelled.length === 0))) {
    const known = task === "multi" ? `${labelled.length} items` : `${labelled.length} of ${labels.length} classes`;
    throw new BaalError(
      "E_ARGUMENT",
      `Strategy "${name}" needs the predictions of a model, for which there are too few labels (${known}): begin with "kmeans" or "typiclust".`,
    );
  }
  if (head && hasDraws) patchModule(head, { posterior: await fitLastLayerLaplace(head, datasetView(dataset, labelled)) });
  // Draws are of the solution itself; one answer is as sure as it is right.
  async function* answers(items: Dataset<Float32Array>, options: PredictOptions) {
    for await (const draws of head!.predict(items, options)) yield hasDraws ? draws : shownPredictions(head!, draws);
  }
  try {
    return await pickByStrategy({
      ...{ record, options, dataset, active, count, seed, signal },
      predict: (items, drawn) => answers(items, { seed, ...drawn }),
      extractFeatures: async (items) => vectorsOf(items, dataset.width),
    });
  } finally {
    if (head && hasDraws) unpatchModule(head);
  }
}

import type { Dataset } from "../core/dataset.js";
import type { DatasetView } from "../core/dataset-view.js";
import { BaalError } from "../core/errors.js";
import type { Features } from "../core/features.js";
import { joinFeatures, joinPredictions } from "../core/join-chunks.js";
import type { Predictions } from "../core/predictions.js";
import type { LabelledItems, Need } from "../heuristics/heuristic.js";
import type { Strategy } from "../strategies/strategy.js";
import type { ActiveLearningDataset } from "./active-learning-dataset.js";

/**
 * Predicts items: draws in the order of `items`, under their dataset indices; all at once (`trainer.predictOnDataset`), or in
 * chunks (`trainer.predictOnDatasetGenerator`) for a pool whose draws would fill the memory.
 */
export type PredictPool<Input> = (
  items: Dataset<Input>,
  options: PredictPoolOptions,
) => Promise<Predictions> | AsyncIterable<Predictions>;

/** What the loop asks of predictions. */
export interface PredictPoolOptions {
  /** K, the number of draws per item. */
  readonly iterations: number;
  /** The number of the first of them, 0 if it is not given; of adaptive draws alone it is. */
  readonly firstDraw?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Embeds items, in their order and under their dataset indices (`trainer.featuresOnDataset`). */
export type ExtractFeatures<Input> = (
  items: Dataset<Input>,
  options: { readonly signal?: AbortSignal | undefined },
) => Promise<Features> | AsyncIterable<Features>;

/** Where the evidence comes from that a strategy's needs name. */
export interface EvidenceSources<Input> {
  readonly predict: PredictPool<Input>;
  /** For strategies that need `"features"`. */
  readonly extractFeatures?: ExtractFeatures<Input> | undefined;
  /** Items like those that the model will meet, for strategies that need `"target"`; only their inputs are read. */
  readonly targetDataset?: Dataset<Input> | undefined;
}

/** Whether predictions are among a strategy's needs. */
export function needsPredictions(needs: readonly Need[]): boolean {
  return needs.some((need) => need === "probabilities" || need === "draws" || need === "consistentDraws" || need === "target");
}

/** Throws `E_ARGUMENT` when a need of the strategy has no source. */
export function checkSources<Input>(strategy: Strategy, sources: Omit<EvidenceSources<Input>, "predict">): void {
  const missing = (need: Need, option: string, remedy: string) =>
    new BaalError("E_ARGUMENT", `Strategy "${strategy.name}" needs ${need}: give the option ${option} (${remedy}).`);
  if (strategy.needs.includes("features") && !sources.extractFeatures)
    throw missing("features", "extractFeatures", "for example (items, options) => trainer.featuresOnDataset(items, options)");
  if (strategy.needs.includes("target") && !sources.targetDataset)
    throw missing("target", "targetDataset", "unlabelled items like those that the model will meet");
}

/** All draws of `items`. Throws `E_SHAPE` when the predictions are not those of the items of a view. */
export async function predictAll<Input>(
  items: Dataset<Input>,
  predict: PredictPool<Input>,
  options: PredictPoolOptions,
): Promise<Predictions> {
  const chunks = predict(items, options);
  const predictions = Symbol.asyncIterator in chunks ? await joinPredictions(chunks, { total: items.length }) : await chunks;
  if (isView(items)) checkItems(predictions.indices, items.indices, "Predictions");
  return predictions;
}

/** The features of `items`. Throws `E_SHAPE` as {@link predictAll}. */
export async function featuresOf<Input>(
  items: DatasetView<Input>,
  extract: ExtractFeatures<Input>,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<Features> {
  const chunks = extract(items, options);
  const features = Symbol.asyncIterator in chunks ? await joinFeatures(chunks, { total: items.length }) : await chunks;
  checkItems(features.indices, items.indices, "Features");
  return features;
}

/** The labelled items, with the evidence that the strategy's other needs name; `undefined` while there are none. */
export async function labelledEvidence<Input>(
  active: ActiveLearningDataset<Input>,
  needs: readonly Need[],
  { predict, extractFeatures }: EvidenceSources<Input>,
  options: PredictPoolOptions,
): Promise<LabelledItems | undefined> {
  const { labelled } = active;
  if (!needs.includes("labelled") || labelled.length === 0) return undefined;
  const found = labelled.indices.map((index, position) => {
    const { target } = labelled.at(position);
    if (target !== undefined) return target;
    throw new BaalError("E_DATA", `Item ${index} has no target, and the strategy compares with labelled items.`);
  });
  const targets = found.filter((target) => typeof target === "number");
  const targetLists = found.filter((target) => typeof target !== "number");
  if (targets.length > 0 && targetLists.length > 0) {
    const odd = labelled.indices[found.findIndex((target) => typeof target !== typeof found[0])];
    throw new BaalError(
      "E_DATA",
      `Item ${odd} has a target of another form than the items before it: one class, or a list for each.`,
    );
  }
  return {
    indices: labelled.indices,
    targets,
    ...(targetLists.length > 0 ? { targetLists } : {}),
    ...(needs.includes("features") && extractFeatures ? { features: await featuresOf(labelled, extractFeatures, options) } : {}),
    ...(needsPredictions(needs) ? { predictions: await predictAll(labelled, predict, options) } : {}),
  };
}

/** Throws `E_SHAPE` when the items that came are not those that were asked for, in their order. */
export function checkItems(indices: readonly number[], asked: readonly number[], what: string): void {
  if (indices.length === asked.length && indices.every((index, position) => index === asked[position])) return;
  throw new BaalError(
    "E_SHAPE",
    `${what} of the ${asked.length} items that were asked for are needed, in their order and under their dataset indices; ${indices.length} came, of items ${indices.slice(0, 5).join(", ")}, ... Use each example's index.`,
  );
}

function isView<Input>(items: Dataset<Input>): items is DatasetView<Input> {
  return "indices" in items;
}

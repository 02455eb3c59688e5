import { patchModule } from "../../bayesian/patch-module.js";
import type { Dataset } from "../../core/dataset.js";
import { datasetView } from "../../core/dataset-view.js";
import { DEFAULT_SEED } from "../../core/defaults.js";
import { BaalError } from "../../core/errors.js";
import { joinFeatures } from "../../core/join-chunks.js";
import type { GraphClassifier } from "../../models/graph/graph-classifier.js";
import { findStrategy } from "../../strategies/registry.js";
import { adviseRecipe, labelledPositions, type TrainingRecipe } from "../../training/recommend-training.js";
import { type RecipeOptions, trainByRecipe } from "../../training/train-by-recipe.js";
import { ActiveLearningDataset } from "../active-learning-dataset.js";
import { chosenStrategy } from "./default-strategy.js";
import { comparesDraws, pickByStrategy } from "./pick-by-strategy.js";
import type { PickedItems, PickOptions } from "./pick-items.js";
import { suggest } from "./solved-head.js";

/** How {@link pickByRecipe} picks. */
export interface RecipePickOptions extends Pick<PickOptions, "count" | "strategy" | "excluded" | "seed" | "signal"> {
  readonly recipe: TrainingRecipe;
  readonly onProgress?: RecipeOptions<never>["onProgress"];
}

/**
 * Picks as a model asks that is trained for it: by a recipe, on the items with a target, which takes minutes rather than seconds. Draws are those of its
 * dropout. The model's task says what targets are.
 *
 * Throws `E_DATA` where no item has a target, `E_POOL_EMPTY` where every item has one, `E_ARGUMENT` for a model that the recipe is not for, and what
 * `trainByRecipe` throws.
 */
export async function pickByRecipe<Input>(
  model: GraphClassifier<Input>,
  dataset: Dataset<Input>,
  { recipe, count, strategy: asked, excluded = [], seed = DEFAULT_SEED, signal, onProgress }: RecipePickOptions,
): Promise<PickedItems> {
  const { task } = model;
  const labelled = labelledPositions(dataset, task);
  if (labelled.length === 0)
    throw new BaalError(
      "E_DATA",
      `The recipe "${recipe}" trains a model, and no item has a label: leave it out, or label some first.`,
    );
  const active = new ActiveLearningDataset(dataset);
  active.label(labelled);
  if (excluded.length > 0) active.exclude(excluded);
  const pool = active.numUnlabelled;
  if (pool === 0) throw new BaalError("E_POOL_EMPTY", "There is nothing to pick: no item is without a label.");
  const situation = { labelled: labelled.length, classes: model.labels.length, pool, count };
  const strategy = chosenStrategy(asked, { ...situation, task: task === "multi" ? task : "single" });
  const record = findStrategy(strategy.name);
  const known = datasetView(dataset, labelled);
  const unlabelled = task === "single" ? datasetView(dataset, active.poolIndices, () => undefined) : undefined;
  const advice = adviseRecipe(recipe, model, known);
  const trained = await trainByRecipe(model, known, { unlabelled, seed, advice, signal, onProgress });
  if (comparesDraws(record)) patchModule(model);
  const { indices, scores } = await pickByStrategy({
    ...{ record, dataset, active, count, seed, signal },
    predict: (items, drawn) => model.predict(items, { seed, ...drawn }),
    extractFeatures: (items) => joinFeatures(model.features(items, { signal }), { total: items.length }),
  });
  const suggestions = await suggest(
    model,
    datasetView(dataset, indices, () => undefined),
    { signal },
  );
  return {
    picks: indices.map((index, i) => ({ index, score: scores[i]!, suggestions: suggestions[i]! })),
    ...{ strategy, pool, labelled: labelled.length, heldOut: undefined, recipe: trained.recipe },
  };
}

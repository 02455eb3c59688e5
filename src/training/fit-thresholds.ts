import type { BayesianModel } from "../core/bayesian-model.js";
import { checkTargets, entriesOf } from "../core/check-targets.js";
import type { Items } from "../core/dataset.js";
import { BaalError } from "../core/errors.js";
import { asDataset } from "../core/items.js";
import { LOSS_OF_TASK } from "../core/task.js";
import { labelThresholds } from "../metrics/label-thresholds.js";
import { multiLabelF1 } from "../metrics/multi-label-metrics.js";
import { averageDraws } from "./evaluation-metrics.js";
import { predictDraws } from "./predict-draws.js";

/** A model whose labels may each have a threshold. */
export type ThresholdModel<Input> = Omit<BayesianModel<Input>, "thresholds"> & { thresholds?: readonly number[] | undefined };

/** How thresholds are found. */
export interface FitThresholdsOptions {
  /** Draws whose probabilities are averaged, as they will be when the model is used; 1 by default, dropout off. */
  readonly iterations?: number | undefined;
  /** Names the draws. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What {@link fitThresholds} found. */
export interface FittedThresholds {
  /** In the order of the model's labels. */
  readonly thresholds: readonly number[];
  readonly items: number;
  /** Macro F1 on these items with 0.5 for all labels. */
  readonly macroF1Before: number;
  /** With the thresholds: an upper bound of what they give elsewhere. */
  readonly macroF1: number;
}

/**
 * Finds on held-out items from which probability on each label is best predicted, {@link labelThresholds}, and gives the model these thresholds: `classify`,
 * `baal predict` and evaluations go by them, `save` keeps them in `thresholds.json`, and any change of the weights drops them. Unknown labels
 * (`null`) do not count; a label that no item has keeps 0.5.
 *
 * Throws `E_ARGUMENT` for a model of another task, `E_DATA` for no items or targets that are none, `E_MODEL_DETERMINISTIC`, `E_ABORTED`.
 *
 * @example
 * ```ts
 * import { fitThresholds, HeadClassifier } from "baaljs";
 *
 * const head = HeadClassifier.fromConfig({ inputDim: 2 }, { labels: ["late", "broken"], task: "multi", seed: 1 });
 * const heldOut = [{ features: [1, 0], label: ["late"] }, { features: [1, 1], label: ["late", "broken"] }];
 * const { thresholds, macroF1Before, macroF1 } = await fitThresholds(head, heldOut);
 * const { chosen } = await head.classify([1, 0]); // all labels from their thresholds on
 * ```
 */
export async function fitThresholds<Input>(
  model: ThresholdModel<Input>,
  items: Items<Input>,
  { iterations = 1, seed = 0, signal }: FitThresholdsOptions = {},
): Promise<FittedThresholds> {
  const { labels: names, task = "single" } = model;
  if (task !== "multi") {
    throw new BaalError(
      "E_ARGUMENT",
      `Thresholds are of labels that are each predicted by itself; this model's task is "${task}". Train it with the loss "binaryCrossEntropy" first.`,
    );
  }
  const loss = LOSS_OF_TASK.multi;
  const dataset = asDataset(items, { model, name: "fitThresholds", loss });
  const { targets } = checkTargets(dataset, { loss, classes: names.length, what: "threshold" });
  const probs: number[] = [];
  const mode = iterations === 1 ? "deterministic" : "mc";
  for await (const chunk of predictDraws(model, dataset, { iterations, seed, mode, signal, progressType: "predict" }))
    for (const prob of averageDraws(chunk, loss)) probs.push(prob);
  const [known, labels] = [targets.flatMap(entriesOf), names.length];
  const thresholds = [...labelThresholds(probs, known, { labels })];
  model.thresholds = thresholds;
  return {
    thresholds,
    items: dataset.length,
    macroF1Before: multiLabelF1(probs, known, { labels }),
    macroF1: multiLabelF1(probs, known, { labels, thresholds }),
  };
}

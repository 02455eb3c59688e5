import { BaalError } from "../core/errors.js";
import type { Predictions } from "../core/predictions.js";
import { highestOf, softmaxWeight } from "../core/softmax.js";
import { type Draws, drawsReader, sizesOf } from "./draws.js";
import { shannonEntropy } from "./fast-math.js";

/** The option of heuristics that look at the averaged prediction. */
export interface AveragingOptions {
  /**
   * The kind of number that is averaged over the draws before looking at one distribution. `"probabilities"` (default): the Bayesian predictive distribution
   * (Gal 2016), which also is uncertain where draws contradict each other with large logits. `"logits"` averages these and takes the softmax, or the sigmoid,
   * then, as Baal does.
   */
  readonly average?: "logits" | "probabilities" | undefined;
}

/** `[C]`, sums to 1. Throws `E_ARGUMENT` when logits are to be averaged and probabilities came. */
export function predictiveDistribution(draws: Draws, average: AveragingOptions["average"]): Float64Array {
  const logits_C = averagedLogits(draws, average);
  if (!logits_C) return draws.mean_C;
  const highest = highestOf(logits_C);
  const weights_C = logits_C.map((logit) => softmaxWeight(logit - highest));
  const sum = weights_C.reduce((a, b) => a + b);
  return weights_C.map((weight) => weight / sum);
}

/** Its Shannon entropy, in nats. Throws as {@link predictiveDistribution}. */
export function predictiveEntropy(draws: Draws, average: AveragingOptions["average"]): number {
  const logits_C = averagedLogits(draws, average);
  return logits_C ? softmaxEntropy(logits_C) : shannonEntropy(draws.mean_C);
}

/** `undefined` where probabilities are to be averaged. */
function averagedLogits(draws: Draws, average: AveragingOptions["average"] = "probabilities"): Float64Array | undefined {
  if (average === "probabilities") return undefined;
  const { meanLogits_C } = draws;
  if (meanLogits_C) return meanLogits_C;
  throw new BaalError("E_ARGUMENT", 'average: "logits" needs predictions that are logits, and probabilities came: leave it out.');
}

/** ln Z - sum p z: one logarithm where `-sum p ln p` takes one per class. */
function softmaxEntropy(logits_C: Float64Array): number {
  const highest = highestOf(logits_C);
  let sum = 0;
  let weighted = 0;
  for (let c = 0; c < logits_C.length; c++) {
    const logit = logits_C[c]! - highest;
    const weight = softmaxWeight(logit);
    sum += weight;
    weighted += weight * logit;
  }
  return Math.log(sum) - weighted / sum;
}

/**
 * The model's predictive distribution `probs_N_C`, row-major: probabilities averaged over the draws (never logits averaged and
 * then softmaxed, which is another and over-confident distribution). Throws `E_SHAPE` for dense predictions, `E_NOT_FINITE`.
 *
 * @example
 * ```ts
 * import { meanProbabilities, predictions } from "baaljs/heuristics";
 *
 * const draws = predictions("probabilities", [1, 2, 2], Float32Array.of(1, 0.5, 0, 0.5)); // one item, two classes, two draws
 * console.log(meanProbabilities(draws)); // [0.75, 0.25]
 * ```
 */
export function meanProbabilities(predictions: Predictions): Float64Array {
  const { items, classes } = sizesOf(predictions);
  if (predictions.shape.length !== 3) {
    throw new BaalError("E_SHAPE", `Mean probabilities are taken of predictions [N, C, K]; [${predictions.shape}] came.`);
  }
  const read = drawsReader(predictions);
  const probs_N_C = new Float64Array(items * classes);
  for (let item = 0; item < items; item++) probs_N_C.set(read(item, 0).mean_C, item * classes);
  return probs_N_C;
}

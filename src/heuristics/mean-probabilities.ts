import { BaalError } from "../errors.js";
import type { Predictions } from "../predictions.js";
import { drawsReader, sizesOf } from "./draws.js";

/**
 * The model's predictive distribution `probs_N_C`, row-major: probabilities averaged over the draws (never logits averaged and
 * then softmaxed, which is another and over-confident distribution). Throws `E_SHAPE` for dense predictions, `E_NOT_FINITE`.
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

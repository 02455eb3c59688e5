import { BaalError } from "../errors.js";
import type { PredictionKind } from "../predictions.js";
import type { Draws } from "./draws.js";

export interface AverageOptions {
  /**
   * What is averaged over the draws before looking at one distribution. By default what the predictions are: logits are averaged
   * and then softmaxed, as Baal does. `"probabilities"` softmaxes first: the Bayesian predictive distribution, which also is
   * uncertain where draws contradict each other with large logits.
   */
  readonly average?: PredictionKind;
}

/** `[C]`, sums to 1. Throws `E_ARGUMENT` when logits are to be averaged and probabilities came. */
export function predictiveDistribution({ mean_C, meanLogits_C }: Draws, average: PredictionKind | undefined): Float64Array {
  if (average === "probabilities" || (average === undefined && meanLogits_C === undefined)) return mean_C;
  if (meanLogits_C === undefined) {
    throw new BaalError(
      "E_ARGUMENT",
      'average: "logits" needs predictions that are logits, and probabilities came: leave it out.',
    );
  }
  return softmax(meanLogits_C);
}

function softmax(logits_C: Float64Array): Float64Array {
  const highest = logits_C.reduce((a, b) => Math.max(a, b));
  const weights_C = logits_C.map((logit) => Math.exp(logit - highest));
  const sum = weights_C.reduce((a, b) => a + b);
  return weights_C.map((weight) => weight / sum);
}

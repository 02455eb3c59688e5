import { BaalError } from "../errors.js";
import { meanMetric } from "./mean-metric.js";
import { defineMetric, type ItemPlace } from "./metric.js";

export interface AccuracyOptions {
  /** An item counts as right when its target is among the `topK` most probable classes. 1 by default. */
  readonly topK?: number;
}

/**
 * Share of items whose target is among the most probable classes, in [0, 1]; of equal probabilities the lower class index comes first.
 * `probs_N_C` is row-major. Throws as `checkClassified`, and `E_ARGUMENT` for a `topK` below 1.
 */
export const accuracy = defineMetric<AccuracyOptions>(({ topK = 1 }) => {
  if (!Number.isInteger(topK) || topK < 1)
    throw new BaalError("E_ARGUMENT", `topK must be a whole number of at least 1; ${topK} came.`);
  return meanMetric((probs_N_C, item) => (rankOfTarget(probs_N_C, item) < topK ? 1 : 0));
});

/** How many classes come before the target. */
function rankOfTarget(probs_N_C: ArrayLike<number>, { start, classes, target }: ItemPlace): number {
  const own = probs_N_C[start + target]!;
  let rank = 0;
  for (let c = 0; c < classes; c++) {
    const other = probs_N_C[start + c]!;
    if (other > own || (other === own && c < target)) rank++;
  }
  return rank;
}

import { scoreMetric } from "./score-metric.js";

/**
 * Area under the ROC curve, in [0, 1]: the probability that a positive item scores higher than a negative one, ties counting half
 * (Mann and Whitney 1947). `positives_N` holds 1 or true for positives, 0 or false for the rest. O(N log N).
 * Throws `E_ARGUMENT` when one of the two kinds is missing, `E_SHAPE`, `E_NOT_FINITE`.
 */
export const auroc = scoreMetric<object>("AUROC", () => ({ points, positives, negatives }) => {
  let wins = 0;
  let before = 0; // positives that score higher
  let passed = 0;
  for (const { truePositives, falsePositives } of points) {
    wins += ((falsePositives - passed) * (before + truePositives)) / 2;
    before = truePositives;
    passed = falsePositives;
  }
  return wins / (positives * negatives);
});

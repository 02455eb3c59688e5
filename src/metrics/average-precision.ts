import { scoreMetric } from "./score-metric.js";

/**
 * Area under the precision-recall curve as average precision, in [0, 1]: the precision at each distinct score, weighted by the
 * recall that the score adds (`sum (R_i - R_(i-1)) P_i`; no interpolation, which would be too optimistic, Davis & Goadrich 2006).
 * A score that says nothing gets the share of positive items. Ties count together, as in scikit-learn. `positives_N` and errors as for `auroc`.
 */
export const averagePrecision = scoreMetric<object>("Average precision", () => ({ points, positives }) => {
  let area = 0;
  let found = 0;
  for (const { truePositives, falsePositives } of points) {
    area += ((truePositives - found) * truePositives) / (truePositives + falsePositives);
    found = truePositives;
  }
  return area / positives;
});

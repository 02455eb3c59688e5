import { meanMetric } from "./mean-metric.js";
import { defineMetric } from "./metric.js";

/**
 * Brier score (Brier 1950): mean squared distance between the probabilities and the one-hot target, summed over the classes, in
 * [0, 2]; lower is better. `probs_N_C` is row-major. Throws as `checkClassified`.
 */
export const brierScore = defineMetric<object>(() =>
  meanMetric((probs_N_C, { start, classes, target }) => {
    let total = 0;
    for (let c = 0; c < classes; c++) total += (probs_N_C[start + c]! - (c === target ? 1 : 0)) ** 2;
    return total;
  }),
);

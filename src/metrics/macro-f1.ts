import { f1Score } from "./averaged-scores.js";
import { defineMetric } from "./metric.js";

/**
 * Mean over the classes of F1, in [0, 1]: {@link f1Score} with `average: "macro"`. `probs_N_C` is row-major. Throws as
 * `checkClassified`.
 */
export const macroF1 = defineMetric<object>(() => f1Score.with({ average: "macro" }));

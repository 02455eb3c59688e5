import { meanMetric } from "./mean-metric.js";
import { defineMetric } from "./metric.js";

/** The smallest normal float32: a target probability that underflowed costs 87.3 nats and not infinity. */
const FLOOR = 2 ** -126;

/** Mean of `-ln p(target)`, in nats; lower is better. `probs_N_C` is row-major. Throws as `checkClassified`. */
export const negativeLogLikelihood = defineMetric<object>(() =>
  meanMetric((probs_N_C, { start, target }) => -Math.log(Math.max(FLOOR, probs_N_C[start + target]!))),
);

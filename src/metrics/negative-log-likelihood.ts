import { checkClassified } from "./check-classified.js";

/** The smallest normal float32: a target probability that underflowed costs 87.3 nats and not infinity. */
const FLOOR = 2 ** -126;

/** Mean of `-ln p(target)`, in nats; lower is better. `probs_N_C` is row-major. Throws as {@link checkClassified}. */
export function negativeLogLikelihood(probs_N_C: ArrayLike<number>, targets_N: ArrayLike<number>): number {
  const classes = checkClassified(probs_N_C, targets_N);
  let total = 0;
  for (let item = 0; item < targets_N.length; item++)
    total -= Math.log(Math.max(FLOOR, probs_N_C[item * classes + targets_N[item]!]!));
  return total / targets_N.length;
}

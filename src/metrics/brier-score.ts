import { checkClassified } from "./check-classified.js";

/**
 * Brier score (Brier 1950): mean squared distance between the probabilities and the one-hot target, summed over the classes, in
 * [0, 2]; lower is better. `probs_N_C` is row-major. Throws as {@link checkClassified}.
 */
export function brierScore(probs_N_C: ArrayLike<number>, targets_N: ArrayLike<number>): number {
  const classes = checkClassified(probs_N_C, targets_N);
  let total = 0;
  for (let item = 0, at = 0; item < targets_N.length; item++) {
    for (let c = 0; c < classes; c++, at++) total += (probs_N_C[at]! - (c === targets_N[item] ? 1 : 0)) ** 2;
  }
  return total / targets_N.length;
}

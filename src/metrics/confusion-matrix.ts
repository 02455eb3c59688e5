import { checkClassified } from "./check-classified.js";
import { predictedClasses } from "./predicted-classes.js";

/** `counts_C_C`, row-major: row = target, column = most probable class. `probs_N_C` is row-major. Throws as {@link checkClassified}. */
export function confusionMatrix(probs_N_C: ArrayLike<number>, targets_N: ArrayLike<number>): Uint32Array {
  const classes = checkClassified(probs_N_C, targets_N);
  const counts_C_C = new Uint32Array(classes * classes);
  predictedClasses(probs_N_C, classes).forEach((predicted, item) => {
    const cell = targets_N[item]! * classes + predicted;
    counts_C_C[cell] = counts_C_C[cell]! + 1;
  });
  return counts_C_C;
}

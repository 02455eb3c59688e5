import { BaalError } from "../errors.js";

/**
 * The number of classes C of `probs_N_C` (row-major) for N targets. Throws `E_ARGUMENT` when there are no items or a target is no
 * class, `E_SHAPE` when the sizes do not agree, `E_NOT_FINITE` for a probability that is no finite number.
 */
export function checkClassified(probs_N_C: ArrayLike<number>, targets_N: ArrayLike<number>): number {
  const items = targets_N.length;
  if (items === 0) throw new BaalError("E_ARGUMENT", "A metric needs at least one labelled item; none came.");
  const classes = probs_N_C.length / items;
  if (!Number.isInteger(classes) || classes < 1) {
    throw new BaalError("E_SHAPE", `${probs_N_C.length} probabilities cannot be [N, C] for ${items} targets.`);
  }
  for (let i = 0; i < items; i++) checkClass(targets_N[i]!, classes, i);
  for (let i = 0; i < probs_N_C.length; i++) {
    if (!Number.isFinite(probs_N_C[i])) {
      throw new BaalError(
        "E_NOT_FINITE",
        `Item ${Math.floor(i / classes)} has the probability ${probs_N_C[i]} for class ${i % classes}.`,
      );
    }
  }
  return classes;
}

function checkClass(target: number, classes: number, item: number): void {
  if (!Number.isInteger(target) || target < 0 || target >= classes) {
    throw new BaalError(
      "E_ARGUMENT",
      `Item ${item} has the target ${target}, where a class index from 0 to ${classes - 1} was expected.`,
    );
  }
}

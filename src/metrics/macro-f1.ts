import { confusionMatrix } from "./confusion-matrix.js";

/**
 * Mean over the classes of F1 = 2 TP / (2 TP + FP + FN), in [0, 1]: every class counts alike, however rare. Classes that are
 * neither a target nor predicted are left out, as scikit-learn does. `probs_N_C` is row-major. Throws as `checkClassified`.
 */
export function macroF1(probs_N_C: ArrayLike<number>, targets_N: ArrayLike<number>): number {
  const counts_C_C = confusionMatrix(probs_N_C, targets_N);
  const classes = Math.sqrt(counts_C_C.length);
  let total = 0;
  let present = 0;
  for (let c = 0; c < classes; c++) {
    let seen = 0; // 2 TP + FP + FN: the class's row and column
    for (let other = 0; other < classes; other++) seen += counts_C_C[c * classes + other]! + counts_C_C[other * classes + c]!;
    if (seen === 0) continue;
    total += (2 * counts_C_C[c * classes + c]!) / seen;
    present++;
  }
  return total / present;
}

import { BaalError } from "../errors.js";
import { classScores } from "./class-scores.js";

/**
 * Recall of one class, in [0, 1]: the share of its items that are predicted as it. For the out-of-scope class this is CLINC-OOS's
 * out-of-scope recall (Larson et al. 2019, arXiv:1909.02027). `probs_N_C` is row-major.
 * Throws as `checkClassified`, and `E_ARGUMENT` when no item has the class.
 */
export function classRecall(probs_N_C: ArrayLike<number>, targets_N: ArrayLike<number>, classIndex: number): number {
  const { recall_C, support_C } = classScores(probs_N_C, targets_N);
  if (!support_C[classIndex])
    throw new BaalError("E_ARGUMENT", `The recall of class ${classIndex} is not defined: no item has it as target.`);
  return recall_C[classIndex]!;
}

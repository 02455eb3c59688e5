import { BaalError } from "../errors.js";
import { checkClassified } from "./check-classified.js";

export interface AccuracyOptions {
  /** An item counts as right when its target is among the `topK` most probable classes. 1 by default. */
  readonly topK?: number;
}

/**
 * Share of items whose target is among the most probable classes, in [0, 1]; of equal probabilities the lower class index comes first.
 * `probs_N_C` is row-major. Throws as {@link checkClassified}, and `E_ARGUMENT` for a `topK` below 1.
 */
export function accuracy(probs_N_C: ArrayLike<number>, targets_N: ArrayLike<number>, { topK = 1 }: AccuracyOptions = {}): number {
  if (!Number.isInteger(topK) || topK < 1)
    throw new BaalError("E_ARGUMENT", `topK must be a whole number of at least 1; ${topK} came.`);
  const classes = checkClassified(probs_N_C, targets_N);
  let right = 0;
  for (let item = 0; item < targets_N.length; item++) {
    if (rankOf(probs_N_C, item * classes, classes, targets_N[item]!) < topK) right++;
  }
  return right / targets_N.length;
}

/** How many classes come before `target` in the row that starts at `start`. */
function rankOf(probs_N_C: ArrayLike<number>, start: number, classes: number, target: number): number {
  const own = probs_N_C[start + target]!;
  let rank = 0;
  for (let c = 0; c < classes; c++) {
    const other = probs_N_C[start + c]!;
    if (other > own || (other === own && c < target)) rank++;
  }
  return rank;
}

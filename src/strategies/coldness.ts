import { BaalError } from "../errors.js";
import { type ItemKey, itemUniform } from "../heuristics/item-uniform.js";

export interface ColdnessOptions {
  /** Coldness: 0 picks uniformly, larger values come closer to the top k; 1 by default. A temperature T is `beta = 1 / T`. */
  readonly beta?: number;
}

/** Throws `E_ARGUMENT` for a `beta` that is negative or not finite. */
export function checkBeta(beta: number, what: string): void {
  if (Number.isFinite(beta) && beta >= 0) return;
  throw new BaalError(
    "E_ARGUMENT",
    `${what} needs a finite beta of at least 0; ${beta} came. For the best items alone use "topk".`,
  );
}

/** Standard Gumbel noise of a dataset index: added to log weights, the top k are a draw without replacement (Kool et al. 2019, arXiv:1903.06059). */
export function itemGumbel(key: ItemKey, index: number): number {
  return -Math.log(-Math.log(itemUniform(key, index)));
}

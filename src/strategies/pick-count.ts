import { BaalError } from "../errors.js";

/** How many of `available` items to pick when `wanted` are asked for: all where there are fewer. Throws `E_ARGUMENT`, `E_POOL_EMPTY`. */
export function pickCount(wanted: number, available: number): number {
  if (!Number.isInteger(wanted) || wanted < 0) {
    throw new BaalError("E_ARGUMENT", `The number of items to pick must be a whole number of at least 0; ${wanted} came.`);
  }
  if (available === 0) {
    throw new BaalError(
      "E_POOL_EMPTY",
      "The pool is empty, so there is nothing to pick: stop the loop, or add unlabelled items.",
    );
  }
  return Math.min(wanted, available);
}

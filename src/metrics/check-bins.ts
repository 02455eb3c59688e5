import { BaalError } from "../errors.js";

/** Throws `E_ARGUMENT` unless there is at least one bin. */
export function checkBins(bins: number): void {
  if (!Number.isInteger(bins) || bins < 1)
    throw new BaalError("E_ARGUMENT", `bins must be a whole number of at least 1; ${bins} came.`);
}

/** The bin of a confidence: bin b of B holds (b/B, (b+1)/B], and the first one 0 too. */
export function binOf(confidence: number, bins: number): number {
  return Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
}

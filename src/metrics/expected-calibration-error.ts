import { BaalError } from "../errors.js";
import { checkClassified } from "./check-classified.js";
import { predictedClasses } from "./predicted-classes.js";

export interface CalibrationErrorOptions {
  /** Number of equally wide bins of confidence; 10 by default. */
  readonly bins?: number;
}

/**
 * Expected calibration error (Guo et al. 2017, arXiv:1706.04599): the distance between accuracy and mean confidence (highest
 * probability) in each bin, weighted by the bin's share of the items; in [0, 1], lower is better. `probs_N_C` is row-major.
 * Throws as {@link checkClassified}, and `E_ARGUMENT` for fewer than 1 bin.
 */
export function expectedCalibrationError(
  probs_N_C: ArrayLike<number>,
  targets_N: ArrayLike<number>,
  { bins = 10 }: CalibrationErrorOptions = {},
): number {
  if (!Number.isInteger(bins) || bins < 1)
    throw new BaalError("E_ARGUMENT", `bins must be a whole number of at least 1; ${bins} came.`);
  const classes = checkClassified(probs_N_C, targets_N);
  // Per bin: how many more items are right than the confidences promise. The counts cancel in the weighted mean.
  const surplus_B = new Float64Array(bins);
  predictedClasses(probs_N_C, classes).forEach((predicted, item) => {
    const confidence = probs_N_C[item * classes + predicted]!;
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
    surplus_B[bin] = surplus_B[bin]! + (predicted === targets_N[item] ? 1 : 0) - confidence;
  });
  return surplus_B.reduce((total, surplus) => total + Math.abs(surplus), 0) / targets_N.length;
}

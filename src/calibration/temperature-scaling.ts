import { BaalError } from "../errors.js";
import type { Predictions } from "../predictions.js";
import type { Calibrator } from "./calibrator.js";
import { type CalibrationOptions, fitCalibrator } from "./fit-calibrator.js";

/** Beyond these the best temperature is 0 or infinite and no longer a scale. */
const LIMITS = [0.01, 100] as const;

/**
 * Temperature scaling (Guo et al. 2017, arXiv:1706.04599): divides the logits by one number T > 0, above 1 for an overconfident model.
 * The order of the classes of a draw stays. Fitted to held-out predictions `[N, C, K]`, logits or probabilities, and their classes.
 *
 * With K draws each draw is scaled, and T is the one with which the *mean* of the scaled draws, the distribution that is used in
 * the end, has the least negative log-likelihood. That is never above the one before on the items given.
 *
 * Throws `E_SHAPE`, `E_ARGUMENT` for a target that is no class, `E_NOT_FINITE`, `E_ABORTED`; `E_DATA` for fewer than 2 items, for items all
 * predicted right in all draws, and where no finite temperature fits because predictions and targets have nothing to do with each other.
 */
export async function temperatureScaling(
  predictions: Predictions,
  targets_N: ArrayLike<number>,
  options: CalibrationOptions = {},
): Promise<Calibrator> {
  const calibrator = await fitCalibrator("temperature", predictions, targets_N, options);
  const { parameters } = calibrator;
  const temperature = parameters.method === "temperature" ? parameters.temperature : 1;
  if (temperature < LIMITS[0] || temperature > LIMITS[1]) {
    const cause =
      temperature < 1
        ? "the items are predicted almost all right: hold out more of them"
        : "the predictions say nothing about the targets: do they belong to the same items, in the same order?";
    throw new BaalError("E_DATA", `No temperature between ${LIMITS[0]} and ${LIMITS[1]} fits best; ${cause}`);
  }
  return calibrator;
}

import type { Predictions } from "../predictions.js";
import type { Calibrator } from "./calibrator.js";
import { type CalibrationOptions, fitCalibrator } from "./fit-calibrator.js";

/**
 * Vector scaling (Guo et al. 2017, arXiv:1706.04599): a weight and a bias for each class, on log-probabilities, so that logits and
 * the probabilities made of them calibrate alike. Fitted to held-out predictions `[N, C, K]` and their classes; draws and errors as for
 * `temperatureScaling`, and `E_DATA` also for fewer than 2 C items or a class that no item has.
 */
export function vectorScaling(
  predictions: Predictions,
  targets_N: ArrayLike<number>,
  options: CalibrationOptions = {},
): Promise<Calibrator> {
  return fitCalibrator("vector", predictions, targets_N, options);
}

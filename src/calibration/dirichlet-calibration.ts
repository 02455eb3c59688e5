import { BaalError } from "../errors.js";
import type { Predictions } from "../predictions.js";
import type { Calibrator } from "./calibrator.js";
import { type CalibrationOptions, fitCalibrator } from "./fit-calibrator.js";
import { BIAS_PENALTY, OFF_DIAGONAL } from "./methods.js";

export interface DirichletOptions extends CalibrationOptions {
  /**
   * Weight of the mean square of the off-diagonal weights (the paper's lambda). By default `C (C - 1) / (2 N 0.05^2)`: as if each of
   * these weights were known beforehand to lie within about 0.05 of 0. A fixed weight that suits 10 classes lets 150 classes overfit
   * badly. For the best one try some powers of ten around it on items that were not fitted to.
   */
  readonly offDiagonalPenalty?: number;
  /** Weight of the mean square of the biases (the paper's mu). By default `C / (2 N 0.3^2)`. */
  readonly biasPenalty?: number;
}

/** How far weights off the diagonal and biases are expected to lie from 0. */
const OFF_DIAGONAL_SPREAD = 0.05;
const BIAS_SPREAD = 0.3;

/**
 * Dirichlet calibration (Kull et al. 2019, arXiv:1910.12656): `softmax(W ln p + b)` with a full matrix W, regularised off the
 * diagonal and on the bias (ODIR). It can also undo that a class is taken for another. Fitted to held-out predictions `[N, C, K]` and their
 * classes; draws and errors as for `temperatureScaling`, `E_DATA` also for fewer than 2 C items or a class that no item has,
 * `E_ARGUMENT` for negative penalties. A fit starts from the identity, which has no penalty.
 */
export async function dirichletCalibration(
  predictions: Predictions,
  targets_N: ArrayLike<number>,
  options: DirichletOptions = {},
): Promise<Calibrator> {
  const items = Math.max(1, targets_N.length);
  const classes = predictions.shape[1] ?? 0;
  const {
    offDiagonalPenalty = (classes * (classes - 1)) / (2 * items * OFF_DIAGONAL_SPREAD ** 2),
    biasPenalty = classes / (2 * items * BIAS_SPREAD ** 2),
    ...rest
  } = options;
  for (const [name, value] of Object.entries({ offDiagonalPenalty, biasPenalty })) {
    if (!(value >= 0 && Number.isFinite(value)))
      throw new BaalError("E_ARGUMENT", `${name} must be a finite number of at least 0; ${value} came.`);
  }
  return fitCalibrator("dirichlet", predictions, targets_N, rest, {
    [OFF_DIAGONAL]: offDiagonalPenalty,
    [BIAS_PENALTY]: biasPenalty,
  });
}

import { BaalError } from "../core/errors.js";
import type { Predictions } from "../core/predictions.js";
import type { CalibrationOptions, ClassCalibrationMethod, Penalties } from "./calibration-state.js";
import type { Calibrator } from "./calibrator.js";

/** The engine is loaded with the first fit: who only applies a calibrator that is there does not wait for it. */
async function fitted(
  method: ClassCalibrationMethod,
  predictions: Predictions,
  targets_N: ArrayLike<number>,
  { penalties, ...options }: CalibrationOptions & { readonly penalties?: Penalties },
): Promise<Calibrator> {
  const { fitCalibrator } = await import("./fit-calibrator.js");
  return fitCalibrator({ method, penalties }, predictions, targets_N, options);
}

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
  return fitted("vector", predictions, targets_N, options);
}

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
 *
 * @example
 * ```ts
 * import { temperatureScaling } from "baaljs/calibration";
 * import { predictions } from "baaljs/heuristics";
 *
 * // Held-out items: always sure of itself, and wrong for one of four.
 * const held = predictions("logits", [4, 2, 1], Float32Array.of(4, 0, 4, 0, 0, 4, 0, 4));
 * const calibrator = await temperatureScaling(held, [0, 0, 1, 0]);
 * console.log(calibrator.fit, calibrator.calibrate(held).data); // less sure now
 * ```
 */
export async function temperatureScaling(
  predictions: Predictions,
  targets_N: ArrayLike<number>,
  options: CalibrationOptions = {},
): Promise<Calibrator> {
  const calibrator = await fitted("temperature", predictions, targets_N, options);
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

/** The options of {@link dirichletCalibration}. */
export interface DirichletOptions extends CalibrationOptions {
  /**
   * Weight of the mean square of the off-diagonal weights (the paper's lambda). By default `C (C - 1) / (2 N 0.05^2)`: as if each of
   * these weights were known beforehand to lie within about 0.05 of 0. A fixed weight that suits 10 classes lets 150 classes overfit
   * badly. For the best one try some powers of ten around it on items that were not fitted to.
   */
  readonly offDiagonalPenalty?: number | undefined;
  /** Weight of the mean square of the biases (the paper's mu). By default `C / (2 N 0.3^2)`. */
  readonly biasPenalty?: number | undefined;
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
  return fitted("dirichlet", predictions, targets_N, {
    ...rest,
    penalties: { offDiagonal: offDiagonalPenalty, bias: biasPenalty },
  });
}

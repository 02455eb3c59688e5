import { BaalError } from "../core/errors.js";
import type { Predictions } from "../core/predictions.js";
import { createSession, type DeviceOptions, type Feed } from "../engine/runtime/session.js";
import { calibrationData } from "./calibration-data.js";
import type { CalibrationMethod } from "./calibration-state.js";
import { type Calibrator, makeCalibrator } from "./calibrator.js";
import { BIAS_PENALTY, calibrationGraph, LOG_PROBS, METHODS, OFF_DIAGONAL, TARGETS } from "./methods.js";
import { minimise, type Objective } from "./minimise.js";

export interface CalibrationOptions extends DeviceOptions {
  /** Full-batch optimizer steps at most; 3000 by default. `calibrator.fit.hasConverged` says whether they were enough. */
  readonly maxSteps?: number;
  readonly signal?: AbortSignal;
}

/** Fits the parameters of a method; `constants` are the scalar inputs that its graph declares. */
async function fitCalibrator(
  name: CalibrationMethod,
  predictions: Predictions,
  targets_N: ArrayLike<number>,
  { maxSteps = 3000, signal, ...device }: CalibrationOptions,
  constants: Readonly<Record<string, number>> = {},
): Promise<Calibrator> {
  if (!Number.isInteger(maxSteps) || maxSteps < 1)
    throw new BaalError("E_ARGUMENT", `maxSteps must be a whole number of at least 1; ${maxSteps} came.`);
  const method = METHODS[name];
  const { items, classes, iterations, logProbs, targets } = calibrationData(predictions, targets_N, method);
  const { graph, logLikelihood_N, penalty, gradients } = calibrationGraph(
    (builder, input) => method.emit(builder, input, classes),
    { classes, iterations },
  );
  await using session = await createSession(graph, device);

  const parameters = new Map(
    Array.from(method.identity(classes), ([key, value]) => [key, { dtype: "float32" as const, ...value }]),
  );
  const feeds = new Map<string, Feed>([
    [LOG_PROBS, { dtype: "float32", dims: [items * iterations, classes], data: logProbs }],
    [TARGETS, { dtype: "float32", dims: [items, 1, classes], data: targets }],
    ...Object.entries(constants).map(([key, value]): [string, Feed] => [
      key,
      { dtype: "float32", dims: [], data: Float32Array.of(value) },
    ]),
    ...parameters,
  ]);
  const fetches = new Map<string, Feed>([
    [logLikelihood_N, { dtype: "float32", dims: [items], data: new Float32Array(items) }],
    ...Array.from(gradients, ([key, output]): [string, Feed] => {
      const { dims, data } = parameters.get(key)!;
      return [output, { dtype: "float32", dims, data: new Float32Array(data.length) }];
    }),
  ]);
  if (penalty) fetches.set(penalty, { dtype: "float32", dims: [], data: new Float32Array(1) });

  const nlls: number[] = [];
  const objective: Objective = async () => {
    const found = await session.run(feeds, fetches);
    const numbers = (output: string) => found.get(output)!.data as Float32Array;
    // Summed in double precision: near the optimum the value changes by less than float32 can tell.
    const nll = -numbers(logLikelihood_N).reduce((sum, term) => sum + term, 0) / items;
    if (!Number.isFinite(nll)) throw new BaalError("E_NOT_FINITE", `The loss of the ${name} calibration became ${nll}.`);
    nlls.push(nll);
    const value = nll + (penalty ? numbers(penalty)[0]! : 0);
    return { value, gradients: new Map(Array.from(gradients, ([key, output]) => [key, numbers(output)])) };
  };
  const { steps, hasConverged } = await minimise(parameters, objective, { maxSteps, signal });
  await objective();
  const fit = { items, nllBefore: nlls[0]!, nllAfter: nlls.at(-1)!, steps, hasConverged };
  return makeCalibrator(method.state(parameters, classes, fit));
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
  return fitCalibrator("vector", predictions, targets_N, options);
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

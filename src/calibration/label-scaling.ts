import { BaalError } from "../core/errors.js";
import type { Predictions } from "../core/predictions.js";
import { sigmoid } from "../core/softmax.js";
import type { LabelCalibrationMethod } from "./calibration-state.js";
import { type Calibrator, makeCalibrator } from "./calibrator.js";
import { labelLogitReader } from "./label-logits.js";

/** The options of {@link labelTemperatureScaling} and {@link plattScaling}. */
export interface LabelCalibrationOptions {
  /** Steps at most for each label; 200 by default. `calibrator.fit.hasConverged` says whether they were enough. */
  readonly maxSteps?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Temperature scaling of labels that are each predicted by itself: each label's logit is divided by a number T > 0 of its own (Guo et al. 2017,
 * arXiv:1706.04599, label by label), so that its ranking of items stays. Fitted to held-out predictions `[N, C, K]` (`"sigmoidLogits"` or `"sigmoid"`)
 * and their targets, `[N, C]` row-major: 1, 0 or `null` where nobody has said. With K draws T is the one for which the mean of the scaled draws
 * fits best. A label that all known items have, or none, keeps T = 1; so that few items do not make a label sure, targets are
 * drawn in as by Platt 1999.
 *
 * Throws `E_SHAPE`, `E_ARGUMENT` for predictions or targets of another kind, `E_NOT_FINITE`, `E_ABORTED`, `E_DATA` where no label has both kinds of items.
 *
 * @example
 * ```ts
 * import { labelTemperatureScaling } from "baaljs/calibration";
 * import { predictions } from "baaljs/heuristics";
 *
 * // One label of four held-out items: always sure of itself, and wrong for one of them.
 * const held = predictions("sigmoidLogits", [4, 1, 1], Float32Array.of(4, 4, -4, -4));
 * const calibrator = await labelTemperatureScaling(held, [1, 0, 0, 0]);
 * console.log(calibrator.calibrate(held).data); // less sure now
 * ```
 */
export function labelTemperatureScaling(
  predictions: Predictions,
  targets_N_C: ArrayLike<number | null>,
  options: LabelCalibrationOptions = {},
): Promise<Calibrator> {
  return fitLabels("labelTemperature", predictions, targets_N_C, options);
}

/**
 * Platt scaling (Platt 1999; vector scaling of labels by themselves): a weight and a bias for each label's logit. Where labels are more or less
 * common than the model takes them for, the bias corrects it. Data, draws and errors as of {@link labelTemperatureScaling}; a label
 * that all known items have, or none, stays as it is.
 */
export function plattScaling(
  predictions: Predictions,
  targets_N_C: ArrayLike<number | null>,
  options: LabelCalibrationOptions = {},
): Promise<Calibrator> {
  return fitLabels("platt", predictions, targets_N_C, options);
}

/** Beyond these the best temperature is 0 or infinite and no longer a scale. */
const LIMITS = [0.01, 100] as const;

interface LabelMethod {
  /** The parameters of the identity. */
  readonly identity: readonly number[];
  /** Weight and bias, and their derivatives by each parameter. */
  readonly map: (x: ArrayLike<number>) => {
    readonly weight: number;
    readonly bias: number;
    readonly slopes: readonly (readonly [number, number])[];
  };
}

const METHODS: Readonly<Record<LabelCalibrationMethod, LabelMethod>> = {
  // T = exp(t): positive for every t
  labelTemperature: {
    identity: [0],
    map: (x) => {
      const weight = Math.exp(-x[0]!);
      return { weight, bias: 0, slopes: [[-weight, 0]] };
    },
  },
  platt: {
    identity: [1, 0],
    map: (x) => ({
      weight: x[0]!,
      bias: x[1]!,
      slopes: [
        [1, 0],
        [0, 1],
      ],
    }),
  },
};

async function fitLabels(
  method: LabelCalibrationMethod,
  predictions: Predictions,
  targets_N_C: ArrayLike<number | null>,
  { maxSteps = 200, signal }: LabelCalibrationOptions,
): Promise<Calibrator> {
  if (!Number.isInteger(maxSteps) || maxSteps < 1)
    throw new BaalError("E_ARGUMENT", `maxSteps must be a whole number of at least 1; ${maxSteps} came.`);
  const [items = 0, classes = 0, iterations = 0] = predictions.shape;
  if (predictions.shape.length !== 3 || iterations < 1)
    throw new BaalError("E_SHAPE", `A calibrator is fitted to predictions [N, C, K]; [${predictions.shape}] came.`);
  if (targets_N_C.length !== items * classes) {
    throw new BaalError(
      "E_SHAPE",
      `${items} predicted items of ${classes} labels came with ${targets_N_C.length} targets; give one for each item and label.`,
    );
  }
  const read = labelLogitReader(predictions);
  // Who only applies a calibrator that is there does not wait for it.
  const { minimiseLbfgs } = await import("../engine/optimizers/lbfgs.js");
  const sums = { before: 0, after: 0, known: 0, steps: 0, hasConverged: true, fitted: 0 };
  const maps: { weight: number; bias: number }[] = [];
  for (let c = 0; c < classes; c++) {
    const label = labelData(predictions, targets_N_C, { label: c, classes, iterations, read });
    const { identity, map } = METHODS[method];
    const x = Float64Array.from(identity);
    if (label.positives > 0 && label.positives < label.targets.length) {
      const result = await minimiseLbfgs(x, (at, gradient) => smoothedNll(label, map, at, gradient), {
        maxIterations: maxSteps,
        tolerance: 1e-7,
        signal,
      });
      sums.steps += result.iterations;
      sums.hasConverged &&= result.hasConverged;
      sums.fitted++;
    }
    const { weight, bias } = map(x);
    sums.before += nll(label, { weight: 1, bias: 0 });
    sums.after += nll(label, { weight, bias });
    sums.known += label.targets.length;
    maps.push({ weight, bias });
  }
  if (sums.fitted === 0)
    throw new BaalError(
      "E_DATA",
      "No label has held-out items with it and without it: nothing can be fitted. Hold out more items.",
    );
  const fit = {
    items,
    nllBefore: sums.before / sums.known,
    nllAfter: sums.after / sums.known,
    steps: sums.steps,
    hasConverged: sums.hasConverged,
  };
  const common = { version: 1, classes, fit } as const;
  if (method === "platt") {
    const [weights_C, biases_C] = [maps.map(({ weight }) => weight), maps.map(({ bias }) => bias)];
    return makeCalibrator({ ...common, method, weights_C, biases_C });
  }
  const temperatures_C = maps.map(({ weight }) => Math.min(LIMITS[1], Math.max(LIMITS[0], 1 / weight)));
  return makeCalibrator({ ...common, method, temperatures_C });
}

/** A label's items where it is known. */
interface LabelData {
  /** `[n, K]` */
  readonly logits: Float64Array;
  readonly iterations: number;
  readonly targets: readonly number[];
  readonly positives: number;
}

function labelData(
  { indices }: Predictions,
  targets_N_C: ArrayLike<number | null>,
  options: {
    readonly label: number;
    readonly classes: number;
    readonly iterations: number;
    readonly read: (at: number) => number;
  },
): LabelData {
  const { label, classes, iterations, read } = options;
  const targets: number[] = [];
  const logits: number[] = [];
  for (let item = 0; item * classes < targets_N_C.length; item++) {
    const target = targets_N_C[item * classes + label]!;
    if (target === null || Number.isNaN(target)) continue;
    if (target !== 0 && target !== 1) {
      throw new BaalError(
        "E_ARGUMENT",
        `Dataset item ${indices[item]} has for label ${label} the target ${target}, where 1, 0 or null (unknown) was expected.`,
      );
    }
    targets.push(target);
    for (let k = 0; k < iterations; k++) logits.push(read((item * classes + label) * iterations + k));
  }
  const positives = targets.filter((target) => target === 1).length;
  return { logits: Float64Array.from(logits), iterations, targets, positives };
}

/** Summed over the items. */
function nll(
  { logits, iterations, targets }: LabelData,
  { weight, bias }: { readonly weight: number; readonly bias: number },
): number {
  return targets.reduce((sum, target, item) => {
    let own = 0;
    for (let k = 0; k < iterations; k++) {
      const logit = weight * logits[item * iterations + k]! + bias;
      own += sigmoid(target === 1 ? logit : -logit);
    }
    return sum - Math.log(Math.max(Number.MIN_VALUE, own / iterations));
  }, 0);
}

/** The mean loss against targets drawn in by the counts (Platt 1999, equation 12), and its gradient by the parameters. */
function smoothedNll(
  { logits, iterations, targets, positives }: LabelData,
  map: LabelMethod["map"],
  x: ArrayLike<number>,
  gradient: Float64Array,
): number {
  const { weight, bias, slopes } = map(x);
  const [yes, no] = [(positives + 1) / (positives + 2), 1 / (targets.length - positives + 2)];
  let [value, byWeight, byBias] = [0, 0, 0];
  targets.forEach((hard, item) => {
    const target = hard === 1 ? yes : no;
    let [p, q, slope, slopeOfLogit] = [0, 0, 0, 0];
    for (let k = 0; k < iterations; k++) {
      const logit = logits[item * iterations + k]!;
      const [s, rest] = [sigmoid(weight * logit + bias), sigmoid(-weight * logit - bias)];
      p += s / iterations;
      q += rest / iterations;
      slope += (s * rest) / iterations;
      slopeOfLogit += (s * rest * logit) / iterations;
    }
    [p, q] = [Math.max(p, Number.MIN_VALUE), Math.max(q, Number.MIN_VALUE)];
    value -= target * Math.log(p) + (1 - target) * Math.log(q);
    const factor = (1 - target) / q - target / p;
    byBias += factor * slope;
    byWeight += factor * slopeOfLogit;
  });
  slopes.forEach(([weightSlope, biasSlope], i) => {
    gradient[i] = (byWeight * weightSlope + byBias * biasSlope) / targets.length;
  });
  return value / targets.length;
}

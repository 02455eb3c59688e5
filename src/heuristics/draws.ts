import { BaalError } from "../errors.js";
import { predictions as checkPredictions, type Predictions } from "../predictions.js";
import { expNonPositive } from "./exp-non-positive.js";
import { shannonEntropy } from "./shannon-entropy.js";

/** Farthest that the probabilities of a draw may be from a sum of 1: float16 models round about this much. */
const SUM_TOLERANCE = 2e-3;
const NEGATIVE_TOLERANCE = 1e-6;

/** The draws at one position of one item, as float64 probabilities. The arrays are overwritten by the next position. */
export interface Draws {
  /** `[C, K]` row-major; each of the K columns sums to 1. */
  readonly probs_C_K: Float64Array;
  /** `[C]`: the mean over the draws, the model's predictive distribution. */
  readonly mean_C: Float64Array;
  /** `[C]`: the mean of the logits over the draws; `undefined` for predictions that came as probabilities. */
  readonly meanLogits_C: Float64Array | undefined;
  readonly classes: number;
  readonly iterations: number;
  /** Mean over the draws of each draw's entropy, in nats. */
  expectedEntropy(): number;
}

export interface PredictionSizes {
  readonly items: number;
  readonly classes: number;
  /** Product of the dimensions between C and K; 1 for `[N, C, K]`. */
  readonly positions: number;
  readonly iterations: number;
}

/** Reads the sizes off `[N, C, K]` or `[N, C, ..., K]`. Throws `E_SHAPE`, or `E_ARGUMENT` when no draws or fewer than 2 classes came. */
export function sizesOf({ kind, shape, data, indices }: Predictions): PredictionSizes {
  checkPredictions(kind, shape, data, indices);
  const [items = 0, classes = 0] = shape;
  const iterations = shape.at(-1) ?? 0;
  if (classes < 2) {
    throw new BaalError(
      "E_ARGUMENT",
      `Uncertainty needs at least 2 classes, predictions of shape [${shape}] have ${classes}: give both classes of a yes/no model.`,
    );
  }
  if (iterations < 1)
    throw new BaalError("E_ARGUMENT", `Predictions of shape [${shape}] hold no draws: predict with iterations >= 1.`);
  return { items, classes, positions: shape.slice(2, -1).reduce((product, dim) => product * dim, 1), iterations };
}

/**
 * Makes a function that reads the draws of one position of one item: a stable softmax for logits, a check for probabilities.
 * Reading throws `E_NOT_FINITE` for NaN and infinities and `E_ARGUMENT` for probabilities that are none.
 */
export function drawsReader(predictions: Predictions): (item: number, position: number) => Draws {
  const { classes, positions, iterations } = sizesOf(predictions);
  const isLogits = predictions.kind === "logits";
  const load = isLogits ? loadLogits : loadProbabilities;
  const buffers: Buffers = {
    probs_C_K: new Float64Array(classes * iterations),
    mean_C: new Float64Array(classes),
    meanLogits_C: new Float64Array(classes),
    highest_K: new Float64Array(iterations),
    sum_K: new Float64Array(iterations),
    weighted_K: new Float64Array(iterations),
    scale_K: new Float64Array(iterations),
  };
  const draws: Draws = {
    probs_C_K: buffers.probs_C_K,
    mean_C: buffers.mean_C,
    meanLogits_C: isLogits ? buffers.meanLogits_C : undefined,
    classes,
    iterations,
    expectedEntropy: () => (isLogits ? entropyOfLogits(buffers) : shannonEntropy(buffers.probs_C_K) / iterations),
  };
  const stride = positions * iterations;
  return (item, position) => {
    const start = item * classes * stride + position * iterations;
    if (!load(predictions.data, start, stride, buffers)) {
      throw unusable(predictions, item, start, { classes, iterations, stride });
    }
    return draws;
  };
}

interface Buffers {
  readonly probs_C_K: Float64Array;
  readonly mean_C: Float64Array;
  readonly meanLogits_C: Float64Array;
  readonly highest_K: Float64Array;
  readonly sum_K: Float64Array;
  readonly weighted_K: Float64Array;
  readonly scale_K: Float64Array;
}

/**
 * Fills the buffers from the logits of one position, whose classes lie `stride` apart; false when one is not finite.
 */
function loadLogits(data: Float32Array, start: number, stride: number, buffers: Buffers): boolean {
  const { probs_C_K, mean_C, meanLogits_C, highest_K, sum_K, weighted_K, scale_K } = buffers;
  const classes = mean_C.length;
  const iterations = sum_K.length;
  highest_K.fill(-Infinity);
  let total = 0; // a comparison passes over NaN; a sum keeps it, and infinities
  for (let c = 0, row = start; c < classes; c++, row += stride) {
    let sum = 0;
    for (let k = 0; k < iterations; k++) {
      const logit = data[row + k]!;
      sum += logit;
      if (logit > highest_K[k]!) highest_K[k] = logit;
    }
    meanLogits_C[c] = sum / iterations;
    total += sum;
  }
  if (!Number.isFinite(total)) return false;

  for (let k = 0; k < iterations; k++) {
    const highest = highest_K[k]!;
    let sum = 0;
    let weighted = 0;
    for (let c = 0, at = k, from = start + k; c < classes; c++, at += iterations, from += stride) {
      const logit = data[from]! - highest;
      const weight = expNonPositive(logit);
      probs_C_K[at] = weight;
      sum += weight;
      weighted += weight * logit;
    }
    sum_K[k] = sum;
    weighted_K[k] = weighted;
    scale_K[k] = 1 / sum;
  }
  for (let c = 0, at = 0; c < classes; c++) {
    let mean = 0;
    for (let k = 0; k < iterations; k++, at++) {
      const probability = probs_C_K[at]! * scale_K[k]!;
      probs_C_K[at] = probability;
      mean += probability;
    }
    mean_C[c] = mean / iterations;
  }
  return true;
}

/** H[p] = ln Z - sum p z, with z relative to the highest logit: one logarithm per draw, where `-sum p ln p` takes one per class. */
function entropyOfLogits({ sum_K, weighted_K }: Buffers): number {
  let total = 0;
  for (let k = 0; k < sum_K.length; k++) total += Math.log(sum_K[k]!) - weighted_K[k]! / sum_K[k]!;
  return total / sum_K.length;
}

/** Fills the buffers from the probabilities of one position; false when they are no distributions. */
function loadProbabilities(data: Float32Array, start: number, stride: number, { probs_C_K, mean_C, sum_K }: Buffers): boolean {
  const classes = mean_C.length;
  const iterations = sum_K.length;
  sum_K.fill(0);
  for (let c = 0, at = 0, row = start; c < classes; c++, row += stride) {
    let mean = 0;
    for (let k = 0; k < iterations; k++, at++) {
      const raw = data[row + k]!;
      if (!(raw >= -NEGATIVE_TOLERANCE)) return false;
      const probability = Math.max(0, raw);
      probs_C_K[at] = probability;
      sum_K[k] = sum_K[k]! + probability;
      mean += probability;
    }
    mean_C[c] = mean / iterations;
  }
  for (let k = 0; k < iterations; k++) if (!(Math.abs(sum_K[k]! - 1) <= SUM_TOLERANCE)) return false;
  return true;
}

/** Says what is wrong with a position; only looked into once reading has failed. */
function unusable(
  { data, indices }: Predictions,
  item: number,
  start: number,
  { classes, iterations, stride }: { readonly classes: number; readonly iterations: number; readonly stride: number },
): BaalError {
  const name = `Dataset item ${indices[item]}`;
  const sum_K = new Float64Array(iterations);
  let lowest = Infinity;
  for (let c = 0; c < classes; c++) {
    for (let k = 0; k < iterations; k++) {
      const value = data[start + c * stride + k]!;
      if (!Number.isFinite(value)) {
        return new BaalError(
          "E_NOT_FINITE",
          `${name} has the prediction ${value} for class ${c} in draw ${k}, where a finite number was expected: check the model's weights and the item's input.`,
        );
      }
      lowest = Math.min(lowest, value);
      sum_K[k] = sum_K[k]! + value;
    }
  }
  const farthest = sum_K.reduce((worst, sum) => (Math.abs(sum - 1) > Math.abs(worst - 1) ? sum : worst), 1);
  const fault =
    lowest < -NEGATIVE_TOLERANCE ? `the negative probability ${lowest}` : `a draw whose probabilities sum to ${farthest}, not 1`;
  return new BaalError("E_ARGUMENT", `${name} has ${fault}. If these are scores before the softmax, declare kind: "logits".`);
}

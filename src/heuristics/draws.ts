import { BaalError } from "../core/errors.js";
import { notFinitePrediction } from "../core/finite.js";
import { predictions as checkPredictions, type PredictionKind, type Predictions } from "../core/predictions.js";
import { quickExp, softmaxWeight } from "../core/softmax.js";
import { negativePLogP, sumOf } from "./fast-math.js";

/**
 * The draws at one position of one item, as float64 probabilities. Fields are computed when they are read, so take what you need
 * and no more; the arrays are overwritten by the next position.
 */
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

type DrawsReader = (predictions: Predictions, sizes: PredictionSizes) => (item: number, position: number) => Draws;

/** Kinds that are one distribution over the classes. */
type DistributionKind = "logits" | "probabilities";

const READERS: Readonly<Record<DistributionKind, DrawsReader>> = { logits: logitDraws, probabilities: probabilityDraws };

/** What the other kinds are, and what takes them: a softmax of them would say something wrong in silence. */
const OTHERS: Readonly<Record<Exclude<PredictionKind, DistributionKind>, string>> = {
  sigmoidLogits: "scores of labels that are each predicted by itself",
  sigmoid: "probabilities of labels that are each predicted by itself",
  values: "numbers of a regression",
};

/** The kind, where it is one distribution over the classes. Throws `E_ARGUMENT` for another one. */
function distributionKind(kind: PredictionKind): DistributionKind {
  if (kind === "logits" || kind === "probabilities") return kind;
  const remedy =
    kind === "values"
      ? "`variance` and `entropy` score those"
      : "`entropy`, `margin`, `certainty`, `variance`, `bald` and the committees score those label by label";
  throw new BaalError(
    "E_ARGUMENT",
    `One distribution over the classes is expected, logits or probabilities; ${kind} came, ${OTHERS[kind]}: ${remedy}.`,
  );
}

/** Reads the sizes off `[N, C, K]` or `[N, C, ..., K]`. Throws `E_SHAPE`, or `E_ARGUMENT` for a kind that is no distribution over the classes, no draws or fewer than 2 classes. */
export function sizesOf({ kind, shape, data, indices }: Predictions): PredictionSizes {
  checkPredictions(kind, shape, data, indices);
  distributionKind(kind);
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
 * Reading them throws `E_NOT_FINITE` for NaN and infinities and `E_ARGUMENT` for probabilities that are none.
 */
export function drawsReader(predictions: Predictions): (item: number, position: number) => Draws {
  const sizes = sizesOf(predictions);
  return READERS[distributionKind(predictions.kind)](predictions, sizes);
}

/** The bits of 32: a float32 whose bits without the sign are at most these is finite, and {@link quickExp} takes it. */
const BITS_OF_32 = 0x42000000;
const WITHOUT_SIGN = 0x7fffffff;

interface LogitBuffers {
  readonly data: Float32Array;
  readonly bits: Int32Array;
  readonly probs_C_K: Float64Array;
  readonly mean_C: Float64Array;
  readonly meanLogits_C: Float64Array;
  readonly highest_K: Float64Array;
  readonly sum_K: Float64Array;
  readonly weighted_K: Float64Array;
  /** The factor of each draw that makes probabilities of the numbers in `probs_C_K`. */
  readonly scale_K: Float64Array;
}

/** Reads logits: a stable softmax. Each part is computed when it is asked for, since most scores do without most parts. */
function logitDraws(
  predictions: Predictions,
  { classes, positions, iterations }: PredictionSizes,
): (item: number, position: number) => Draws {
  const { data } = predictions;
  const buffers: LogitBuffers = {
    data,
    bits: new Int32Array(data.buffer, data.byteOffset, data.length),
    probs_C_K: new Float64Array(classes * iterations),
    mean_C: new Float64Array(classes),
    meanLogits_C: new Float64Array(classes),
    highest_K: new Float64Array(iterations),
    sum_K: new Float64Array(iterations),
    weighted_K: new Float64Array(iterations),
    scale_K: new Float64Array(iterations),
  };
  const stride = positions * iterations;
  let place: DrawsPlace;
  let hasWeights = false;
  const withMeanLogits = () => {
    if (!averageLogits(buffers, place)) throw unusableDraws(predictions, place);
    return buffers;
  };
  const withWeights = () => {
    if (hasWeights) return buffers;
    if (!loadModerateWeights(buffers, place)) loadWeights(withMeanLogits(), place);
    for (let k = 0; k < iterations; k++) buffers.scale_K[k] = 1 / buffers.sum_K[k]!;
    hasWeights = true;
    return buffers;
  };
  const draws: Draws = {
    classes,
    iterations,
    get probs_C_K() {
      return normalise(withWeights());
    },
    get mean_C() {
      return average(withWeights());
    },
    get meanLogits_C() {
      return withMeanLogits().meanLogits_C;
    },
    expectedEntropy: () => meanLogitEntropy(withWeights()),
  };
  return (item, position) => {
    place = { item, start: item * classes * stride + position * iterations, stride, classes, iterations };
    hasWeights = false;
    return draws;
  };
}

/** Writes softmax weights to `probs_C_K`, which 1 / `sum_K` makes probabilities, and what entropies need, relative to each draw's highest logit. */
function loadWeights(buffers: LogitBuffers, { start, stride, classes, iterations }: DrawsPlace): void {
  const { data, probs_C_K, highest_K, sum_K, weighted_K } = buffers;
  highest_K.fill(-Infinity);
  sum_K.fill(0);
  weighted_K.fill(0);
  for (let c = 0, row = start; c < classes; c++, row += stride) {
    for (let k = 0; k < iterations; k++) highest_K[k] = Math.max(highest_K[k]!, data[row + k]!);
  }
  for (let c = 0, at = 0, row = start; c < classes; c++, row += stride) {
    for (let k = 0; k < iterations; k++, at++) {
      const logit = data[row + k]! - highest_K[k]!;
      const weight = softmaxWeight(logit);
      probs_C_K[at] = weight;
      sum_K[k]! += weight;
      weighted_K[k]! += weight * logit;
    }
  }
}

/**
 * {@link loadWeights} relative to 0, which is quicker. False when a logit is beyond 32, infinite or NaN, so that it takes the other,
 * and a check.
 */
function loadModerateWeights(buffers: LogitBuffers, { start, stride, classes, iterations }: DrawsPlace): boolean {
  const { data, bits, probs_C_K, sum_K, weighted_K } = buffers;
  let room = 0; // its sign is set once by any logit that is
  const last = iterations - 1;
  // Two draws at a time keep the processor busier than one. An odd last one is paired with the one before, and done again.
  for (let k = 0; k < iterations; k += 2) {
    const even = Math.max(0, Math.min(k, last - 1));
    const step = Math.min(1, last - even);
    let evenSum = 0;
    let oddSum = 0;
    let evenWeighted = 0;
    let oddWeighted = 0;
    for (let c = 0, at = even, from = start + even; c < classes; c++, at += iterations, from += stride) {
      room |= (BITS_OF_32 - (bits[from]! & WITHOUT_SIGN)) | (BITS_OF_32 - (bits[from + step]! & WITHOUT_SIGN));
      const evenLogit = data[from]!;
      const oddLogit = data[from + step]!;
      const evenWeight = quickExp(evenLogit);
      const oddWeight = quickExp(oddLogit);
      probs_C_K[at] = evenWeight;
      probs_C_K[at + step] = oddWeight;
      evenSum += evenWeight;
      oddSum += oddWeight;
      evenWeighted += evenWeight * evenLogit;
      oddWeighted += oddWeight * oddLogit;
    }
    sum_K[even] = evenSum;
    sum_K[even + step] = oddSum;
    weighted_K[even] = evenWeighted;
    weighted_K[even + step] = oddWeighted;
  }
  return room >= 0;
}

/** False when a logit is not finite. */
function averageLogits({ data, meanLogits_C }: LogitBuffers, { start, stride, classes, iterations }: DrawsPlace): boolean {
  let total = 0; // a comparison passes over NaN; a sum keeps it, and infinities
  for (let c = 0, row = start; c < classes; c++, row += stride) {
    const mean = sumOf(data, row, iterations) / iterations;
    meanLogits_C[c] = mean;
    total += mean;
  }
  return Number.isFinite(total);
}

function normalise({ probs_C_K, scale_K }: LogitBuffers): Float64Array {
  for (let at = 0; at < probs_C_K.length; ) for (let k = 0; k < scale_K.length; k++, at++) probs_C_K[at]! *= scale_K[k]!;
  scale_K.fill(1);
  return probs_C_K;
}

function average({ probs_C_K, mean_C, scale_K }: LogitBuffers): Float64Array {
  const iterations = scale_K.length;
  for (let c = 0, at = 0; c < mean_C.length; c++) {
    let even = 0; // two sums at a time: each addition waits for the one before
    let odd = 0;
    let k = 0;
    for (; k + 1 < iterations; k += 2, at += 2) {
      even += probs_C_K[at]! * scale_K[k]!;
      odd += probs_C_K[at + 1]! * scale_K[k + 1]!;
    }
    if (k < iterations) even += probs_C_K[at++]! * scale_K[k]!;
    mean_C[c] = (even + odd) / iterations;
  }
  return mean_C;
}

/** H[p] = ln Z - sum p z: one logarithm per draw, where `-sum p ln p` takes one per class. */
function meanLogitEntropy({ sum_K, weighted_K }: LogitBuffers): number {
  let total = 0;
  for (let k = 0; k < sum_K.length; k++) total += Math.log(sum_K[k]!) - weighted_K[k]! / sum_K[k]!;
  return total / sum_K.length;
}

interface ProbabilityBuffers {
  readonly data: Float32Array;
  readonly bits: Int32Array;
  readonly probs_C_K: Float64Array;
  readonly mean_C: Float64Array;
  readonly sum_K: Float64Array;
}

/** Reads probabilities, which it checks; rounding below 0 is taken as 0. Other parts are computed when they are asked for. */
function probabilityDraws(
  predictions: Predictions,
  { classes, positions, iterations }: PredictionSizes,
): (item: number, position: number) => Draws {
  const { data } = predictions;
  const buffers: ProbabilityBuffers = {
    data,
    bits: new Int32Array(data.buffer, data.byteOffset, data.length),
    probs_C_K: new Float64Array(classes * iterations),
    mean_C: new Float64Array(classes),
    sum_K: new Float64Array(iterations),
  };
  const stride = positions * iterations;
  let place: DrawsPlace;
  const draws: Draws = {
    classes,
    iterations,
    mean_C: buffers.mean_C,
    meanLogits_C: undefined,
    get probs_C_K() {
      return copy(buffers, place);
    },
    expectedEntropy: () => meanProbabilityEntropy(buffers, place),
  };
  return (item, position) => {
    place = { item, start: item * classes * stride + position * iterations, stride, classes, iterations };
    const hasNegative = averageDraws(buffers, place);
    if (!areDistributions(buffers) || (hasNegative && !averageClamped(buffers, place))) throw unusableDraws(predictions, place);
    return draws;
  };
}

/** Fills `mean_C` and `sum_K`; true when a number has the sign of a negative one. */
function averageDraws(buffers: ProbabilityBuffers, { start, stride, classes, iterations }: DrawsPlace): boolean {
  const { data, bits, mean_C, sum_K } = buffers;
  let signs = 0;
  sum_K.fill(0);
  for (let c = 0, row = start; c < classes; c++, row += stride) {
    let mean = 0;
    for (let k = 0; k < iterations; k++) {
      const probability = data[row + k]!;
      signs |= bits[row + k]!;
      sum_K[k]! += probability;
      mean += probability;
    }
    mean_C[c] = mean / iterations;
  }
  return signs < 0;
}

function areDistributions({ sum_K }: ProbabilityBuffers): boolean {
  for (let k = 0; k < sum_K.length; k++) if (!(Math.abs(sum_K[k]! - 1) <= SUM_TOLERANCE)) return false;
  return true;
}

/** Fills `mean_C` where rounding may have left numbers below 0; false when some are farther below than that. */
function averageClamped({ data, mean_C }: ProbabilityBuffers, { start, stride, classes, iterations }: DrawsPlace): boolean {
  for (let c = 0, row = start; c < classes; c++, row += stride) {
    let mean = 0;
    for (let i = row; i < row + iterations; i++) {
      if (data[i]! < -NEGATIVE_TOLERANCE) return false;
      mean += Math.max(0, data[i]!);
    }
    mean_C[c] = mean / iterations;
  }
  return true;
}

function copy({ data, probs_C_K }: ProbabilityBuffers, { start, stride, classes, iterations }: DrawsPlace): Float64Array {
  for (let c = 0, at = 0, row = start; c < classes; c++, row += stride) {
    for (let k = 0; k < iterations; k++, at++) probs_C_K[at] = Math.max(0, data[row + k]!);
  }
  return probs_C_K;
}

function meanProbabilityEntropy({ data, bits }: ProbabilityBuffers, { start, stride, classes, iterations }: DrawsPlace): number {
  let total = 0;
  for (let c = 0, row = start; c < classes; c++, row += stride) {
    for (let i = row; i < row + iterations; i++) total += negativePLogP(data[i]!, bits[i]!);
  }
  return total / iterations;
}

/** Farthest that the probabilities of a draw may be from a sum of 1: float16 models round about this much. */
const SUM_TOLERANCE = 2e-3;
const NEGATIVE_TOLERANCE = 1e-6;

/** Where one position of one item lies: draws next to each other, classes `stride` apart. */
export interface DrawsPlace {
  readonly item: number;
  readonly start: number;
  readonly stride: number;
  readonly classes: number;
  readonly iterations: number;
}

/** Says what is wrong with a position; only looked into once reading has failed. */
export function unusableDraws(predictions: Predictions, { item, start, stride, classes, iterations }: DrawsPlace): BaalError {
  const { data, indices } = predictions;
  const sum_K = new Float64Array(iterations);
  let lowest = Infinity;
  for (let c = 0; c < classes; c++) {
    for (let k = 0; k < iterations; k++) {
      const position = start + c * stride + k;
      const value = data[position]!;
      if (!Number.isFinite(value)) return notFinitePrediction(predictions, position);
      lowest = Math.min(lowest, value);
      sum_K[k]! += value;
    }
  }
  const farthest = sum_K.reduce((worst, sum) => (Math.abs(sum - 1) > Math.abs(worst - 1) ? sum : worst), 1);
  const fault =
    lowest < -NEGATIVE_TOLERANCE ? `the negative probability ${lowest}` : `a draw whose probabilities sum to ${farthest}, not 1`;
  return new BaalError(
    "E_ARGUMENT",
    `Dataset item ${indices[item]} has ${fault}. If these are scores before the softmax, declare kind: "logits".`,
  );
}

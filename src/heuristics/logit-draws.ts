import type { Predictions } from "../predictions.js";
import type { Draws, PredictionSizes } from "./draws.js";
import { quickExp, softmaxWeight } from "./quick-exp.js";
import { sumOf } from "./sum-of.js";
import { type DrawsPlace, unusableDraws } from "./unusable-draws.js";

/** The bits of 32: a float32 whose bits without the sign are at most these is finite, and {@link quickExp} takes it. */
const BITS_OF_32 = 0x42000000;
const WITHOUT_SIGN = 0x7fffffff;

interface Buffers {
  readonly data: Float32Array;
  readonly bits: Int32Array;
  readonly probs_C_K: Float64Array;
  readonly mean_C: Float64Array;
  readonly meanLogits_C: Float64Array;
  readonly highest_K: Float64Array;
  readonly sum_K: Float64Array;
  readonly weighted_K: Float64Array;
  /** What makes probabilities of the numbers in `probs_C_K`. */
  readonly scale_K: Float64Array;
}

/** Reads logits: a stable softmax. Each part is computed when it is asked for, since most scores do without most parts. */
export function logitDraws(
  predictions: Predictions,
  { classes, positions, iterations }: PredictionSizes,
): (item: number, position: number) => Draws {
  const { data } = predictions;
  const buffers: Buffers = {
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
    expectedEntropy: () => meanEntropy(withWeights()),
  };
  return (item, position) => {
    place = { item, start: item * classes * stride + position * iterations, stride, classes, iterations };
    hasWeights = false;
    return draws;
  };
}

/** Writes softmax weights to `probs_C_K`, which 1 / `sum_K` makes probabilities, and what entropies need, relative to each draw's highest logit. */
function loadWeights(buffers: Buffers, { start, stride, classes, iterations }: DrawsPlace): void {
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
function loadModerateWeights(buffers: Buffers, { start, stride, classes, iterations }: DrawsPlace): boolean {
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
function averageLogits({ data, meanLogits_C }: Buffers, { start, stride, classes, iterations }: DrawsPlace): boolean {
  let total = 0; // a comparison passes over NaN; a sum keeps it, and infinities
  for (let c = 0, row = start; c < classes; c++, row += stride) {
    const mean = sumOf(data, row, iterations) / iterations;
    meanLogits_C[c] = mean;
    total += mean;
  }
  return Number.isFinite(total);
}

function normalise({ probs_C_K, scale_K }: Buffers): Float64Array {
  for (let at = 0; at < probs_C_K.length; ) for (let k = 0; k < scale_K.length; k++, at++) probs_C_K[at]! *= scale_K[k]!;
  scale_K.fill(1);
  return probs_C_K;
}

function average({ probs_C_K, mean_C, scale_K }: Buffers): Float64Array {
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
function meanEntropy({ sum_K, weighted_K }: Buffers): number {
  let total = 0;
  for (let k = 0; k < sum_K.length; k++) total += Math.log(sum_K[k]!) - weighted_K[k]! / sum_K[k]!;
  return total / sum_K.length;
}

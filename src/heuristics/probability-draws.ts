import type { Predictions } from "../predictions.js";
import type { Draws, PredictionSizes } from "./draws.js";
import { negativePLogP } from "./negative-p-log-p.js";
import { type DrawsPlace, NEGATIVE_TOLERANCE, SUM_TOLERANCE, unusableDraws } from "./unusable-draws.js";

interface Buffers {
  readonly data: Float32Array;
  readonly bits: Int32Array;
  readonly probs_C_K: Float64Array;
  readonly mean_C: Float64Array;
  readonly sum_K: Float64Array;
}

/** Reads probabilities, which it checks; rounding below 0 is taken as 0. Other parts are computed when they are asked for. */
export function probabilityDraws(
  predictions: Predictions,
  { classes, positions, iterations }: PredictionSizes,
): (item: number, position: number) => Draws {
  const { data } = predictions;
  const buffers: Buffers = {
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
    expectedEntropy: () => meanEntropy(buffers, place),
  };
  return (item, position) => {
    place = { item, start: item * classes * stride + position * iterations, stride, classes, iterations };
    const hasNegative = averageDraws(buffers, place);
    if (!areDistributions(buffers) || (hasNegative && !averageClamped(buffers, place))) throw unusableDraws(predictions, place);
    return draws;
  };
}

/** Fills `mean_C` and `sum_K`; true when a number has the sign of a negative one. */
function averageDraws(buffers: Buffers, { start, stride, classes, iterations }: DrawsPlace): boolean {
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

function areDistributions({ sum_K }: Buffers): boolean {
  for (let k = 0; k < sum_K.length; k++) if (!(Math.abs(sum_K[k]! - 1) <= SUM_TOLERANCE)) return false;
  return true;
}

/** Fills `mean_C` where rounding may have left numbers below 0; false when some are farther below than that. */
function averageClamped({ data, mean_C }: Buffers, { start, stride, classes, iterations }: DrawsPlace): boolean {
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

function copy({ data, probs_C_K }: Buffers, { start, stride, classes, iterations }: DrawsPlace): Float64Array {
  for (let c = 0, at = 0, row = start; c < classes; c++, row += stride) {
    for (let k = 0; k < iterations; k++, at++) probs_C_K[at] = Math.max(0, data[row + k]!);
  }
  return probs_C_K;
}

function meanEntropy({ data, bits }: Buffers, { start, stride, classes, iterations }: DrawsPlace): number {
  let total = 0;
  for (let c = 0, row = start; c < classes; c++, row += stride) {
    for (let i = row; i < row + iterations; i++) total += negativePLogP(data[i]!, bits[i]!);
  }
  return total / iterations;
}

import { BaalError } from "../errors.js";
import type { Predictions } from "../predictions.js";

/** Farthest that the probabilities of a draw may be from a sum of 1: float16 models round about this much. */
export const SUM_TOLERANCE = 2e-3;
export const NEGATIVE_TOLERANCE = 1e-6;

/** Where one position of one item lies: draws next to each other, classes `stride` apart. */
export interface DrawsPlace {
  readonly item: number;
  readonly start: number;
  readonly stride: number;
  readonly classes: number;
  readonly iterations: number;
}

/** Says what is wrong with a position; only looked into once reading has failed. */
export function unusableDraws(
  { data, indices }: Predictions,
  { item, start, stride, classes, iterations }: DrawsPlace,
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

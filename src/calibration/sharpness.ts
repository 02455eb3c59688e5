import { logSumExp } from "../core/softmax.js";
import type { CalibrationFit } from "./calibration-state.js";
import { type Calibrator, makeCalibrator } from "./calibrator.js";

/** What was answered of items that were held out. */
export interface HeldOutLogits {
  /** `[N, C]`, logits or logarithms of probabilities. */
  readonly logits_N_C: ArrayLike<number>;
  /** A class each. */
  readonly targets: readonly number[];
  /** What an item of each class counts; 1 by default. */
  readonly weights_C?: ArrayLike<number> | undefined;
}

/** Multiples of logits that are compared: a head of many weighted items is surer than one of few, right or not. */
export const SHARPNESSES = [0.5, 0.7, 1, 1.4, 2, 2.8, 4, 5.6, 8] as const;

/** The multiple of the logits that makes probabilities right, and what it does to those it was found on. */
export interface Sharpness extends Pick<CalibrationFit, "items" | "nllBefore" | "nllAfter"> {
  readonly sharpness: number;
}

/** Cross-entropy of each item in nats, of `sharpness` times the logits, as far as it counts; with `doubt` of the weight on all classes alike. */
export function crossEntropies(
  { logits_N_C, targets, weights_C }: HeldOutLogits,
  { sharpness, doubt = 0 }: { readonly sharpness: number; readonly doubt?: number },
): number[] {
  const classes = logits_N_C.length / targets.length;
  const row = new Float64Array(classes);
  return targets.map((target, n) => {
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      row[c] = sharpness * logits_N_C[n * classes + c]!;
      sum += row[c]!;
    }
    return (weights_C?.[target] ?? 1) * (logSumExp(row) - (1 - doubt) * row[target]! - (doubt * sum) / classes);
  });
}

/**
 * The multiple of the logits with the least cross-entropy on what was held out, between the first and the last of {@link SHARPNESSES}: temperature scaling
 * (Guo et al. 2017, arXiv:1706.04599), as if one more item had been wrong (Platt 1999), for that few were all right is no reason to be sure.
 */
export function findSharpness(answers: readonly HeldOutLogits[]): Sharpness {
  const items = answers.reduce((sum, { targets }) => sum + targets.length, 0);
  const doubt = 1 / (2 + items);
  const lossAt = (sharpness: number, doubted: number) =>
    answers.reduce((sum, answer) => sum + total(crossEntropies(answer, { sharpness, doubt: doubted })), 0);
  const sharpness = lowest((at) => lossAt(at, doubt));
  const weight = answers.reduce(
    (sum, { targets, weights_C }) => sum + targets.reduce((own, target) => own + (weights_C?.[target] ?? 1), 0),
    0,
  );
  return { sharpness, items, nllBefore: lossAt(1, 0) / weight, nllAfter: lossAt(sharpness, 0) / weight };
}

/** The calibrator that divides logits by `1 / sharpness`; `undefined` for a single class, of which there is nothing to be unsure. */
export function sharpnessCalibrator({ sharpness, ...fit }: Sharpness, classes: number): Calibrator | undefined {
  if (classes < 2) return undefined;
  return makeCalibrator({
    ...{ version: 1, method: "temperature", classes, temperature: 1 / sharpness },
    fit: { ...fit, steps: 0, hasConverged: true },
  });
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The lowest point of a function with one valley, by thirds of the logarithm. */
function lowest(lossAt: (sharpness: number) => number): number {
  let [low, high] = [Math.log(SHARPNESSES[0]), Math.log(SHARPNESSES.at(-1)!)];
  while (high - low > 0.02) {
    const [left, right] = [low + (high - low) / 3, high - (high - low) / 3];
    if (lossAt(Math.exp(left)) < lossAt(Math.exp(right))) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}

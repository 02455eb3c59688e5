import { BaalError } from "../core/errors.js";
import type { Predictions } from "../core/predictions.js";
import { sizesOf } from "../heuristics/draws.js";
import { logProbabilityReader } from "./log-probabilities.js";
import type { Method } from "./methods.js";

export interface CalibrationData {
  readonly items: number;
  readonly classes: number;
  readonly iterations: number;
  /** `[N K, C]`, the draws of an item one after the other. */
  readonly logProbs: Float32Array;
  /** `[N, 1, C]` one-hot. */
  readonly targets: Float32Array;
}

/**
 * Reads the items that a calibrator is fitted to. Throws `E_SHAPE` for dense predictions or another number of targets, `E_ARGUMENT`
 * for a target that is no class, `E_NOT_FINITE`, and `E_DATA` where the items are too few, too easy or lack a class.
 */
export function calibrationData(predictions: Predictions, targets_N: ArrayLike<number>, method: Method): CalibrationData {
  const { items, classes, iterations } = sizesOf(predictions);
  if (predictions.shape.length !== 3)
    throw new BaalError("E_SHAPE", `A calibrator is fitted to predictions [N, C, K]; [${predictions.shape}] came.`);
  if (targets_N.length !== items)
    throw new BaalError("E_SHAPE", `${items} predicted items came with ${targets_N.length} targets; give one for each.`);
  checkTargets(predictions, targets_N, classes);
  checkEnough(targets_N, classes, method);

  const read = logProbabilityReader(predictions);
  const logProbs = new Float32Array(items * iterations * classes);
  const targets = new Float32Array(items * classes);
  const logProbs_C = new Float64Array(classes);
  let isPerfect = true;
  for (let item = 0, row = 0; item < items; item++) {
    const target = targets_N[item]!;
    targets[item * classes + target] = 1;
    for (let k = 0; k < iterations; k++, row++) {
      read(item * classes * iterations + k, iterations, logProbs_C);
      logProbs.set(logProbs_C, row * classes);
      isPerfect &&= logProbs_C.every((value, c) => c === target || value < logProbs_C[target]!);
    }
  }
  if (isPerfect) {
    throw new BaalError(
      "E_DATA",
      `All ${items} items are predicted right in every draw: nothing says how often the model errs, and the best fit would be certainty. Hold out more, or harder, items.`,
    );
  }
  return { items, classes, iterations, logProbs, targets };
}

function checkTargets({ indices }: Predictions, targets_N: ArrayLike<number>, classes: number): void {
  for (let i = 0; i < targets_N.length; i++) {
    const target = targets_N[i]!;
    if (Number.isInteger(target) && target >= 0 && target < classes) continue;
    const message = `Dataset item ${indices[i]} has the target ${target}, where a class index from 0 to ${classes - 1} was expected.`;
    throw new BaalError("E_ARGUMENT", message);
  }
}

function checkEnough(targets_N: ArrayLike<number>, classes: number, { minimumItems, needsEveryClass }: Method): void {
  const minimum = minimumItems(classes);
  if (targets_N.length < minimum) {
    const others = needsEveryClass ? "Hold out more, or use temperature scaling." : "Hold out more.";
    const message = `This calibration of ${classes} classes needs at least ${minimum} items; ${targets_N.length} came. ${others}`;
    throw new BaalError("E_DATA", message);
  }
  if (!needsEveryClass) return;
  const seen = new Set(Array.from(targets_N));
  const missing = Array.from({ length: classes }, (_, c) => c).filter((c) => !seen.has(c));
  if (missing.length > 0) {
    const message = `No item has class ${missing.slice(0, 5).join(", ")}${missing.length > 5 ? ", ..." : ""} as target, and this calibration fits each class: hold out items of every class, or use temperature scaling.`;
    throw new BaalError("E_DATA", message);
  }
}

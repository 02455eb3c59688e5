import { BaalError } from "./errors.js";
import type { Predictions } from "./predictions.js";

/**
 * The position of the first number that is NaN or infinite, -1 where all are finite. One pass of additions, a tenth of the time of
 * asking `Number.isFinite` of each: 0 times a number is 0 for a finite one alone. Four sums, since each addition waits for the one before.
 */
export function firstNotFinite(values: Float32Array | Float64Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const inFours = values.length - 3;
  let i = 0;
  for (; i < inFours; i += 4) {
    a += 0 * values[i]!;
    b += 0 * values[i + 1]!;
    c += 0 * values[i + 2]!;
    d += 0 * values[i + 3]!;
  }
  for (; i < values.length; i++) a += 0 * values[i]!;
  return a + b + (c + d) === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}

/** The sum of the numbers without their signs; NaN or infinite where one of them is. */
export function sumOfSizes(values: Float32Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const inFours = values.length - 3;
  let i = 0;
  for (; i < inFours; i += 4) {
    a += Math.abs(values[i]!);
    b += Math.abs(values[i + 1]!);
    c += Math.abs(values[i + 2]!);
    d += Math.abs(values[i + 3]!);
  }
  for (; i < values.length; i++) a += Math.abs(values[i]!);
  return a + b + (c + d);
}

/** Draws in the layout of {@link Predictions}, of whatever kind the numbers are. */
type DrawsOfItems = Pick<Predictions, "shape" | "data" | "indices">;

/** Throws `E_NOT_FINITE` where a draw holds NaN or an infinity, naming the dataset item, the class and the draw. */
export function checkFinitePredictions(predictions: DrawsOfItems): void {
  const position = firstNotFinite(predictions.data);
  if (position >= 0) throw notFinitePrediction(predictions, position);
}

/** The error for the number at `position` of `data`, for code that finds it while it reads. */
export function notFinitePrediction({ shape, data, indices }: DrawsOfItems, position: number): BaalError {
  const [, classes = 1] = shape;
  const iterations = shape.at(-1) ?? 1;
  const itemSize = data.length / indices.length;
  const [item, rest] = [Math.floor(position / itemSize), position % itemSize];
  const place = `class ${Math.floor(rest / (itemSize / classes))} in draw ${rest % iterations}`;
  return new BaalError(
    "E_NOT_FINITE",
    `Dataset item ${indices[item]} has the prediction ${data[position]} for ${place}, where a finite number was expected: check the model's weights (load the last good ones, or train again with a lower learning rate) and the item's input.`,
  );
}

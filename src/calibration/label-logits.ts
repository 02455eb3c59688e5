import { BaalError } from "../core/errors.js";
import { areIndependent, type Predictions } from "../core/predictions.js";
import { sigmoid } from "../core/softmax.js";
import type { CalibrationState, LabelCalibrationMethod } from "./calibration-state.js";

/** What a calibrator of labels by themselves has learnt. */
export type LabelCalibrationState = Extract<CalibrationState, { readonly method: LabelCalibrationMethod }>;

export function isOfLabels(state: CalibrationState): state is LabelCalibrationState {
  return state.method === "labelTemperature" || state.method === "platt";
}

/** The smallest normal float32: a probability that underflowed stands for this one. */
const FLOOR = 2 ** -126;
const TOLERANCE = 1e-6;

/**
 * Makes a function that reads a number of predictions as the logit of its label. Throws `E_ARGUMENT` for predictions of one class an item, and reading
 * `E_NOT_FINITE`, or `E_ARGUMENT` for a probability that is none; both name the item.
 */
export function labelLogitReader({ kind, data, shape, indices }: Predictions): (at: number) => number {
  if (!areIndependent(kind)) {
    throw new BaalError(
      "E_ARGUMENT",
      `This calibration is of labels that are each predicted by itself ("sigmoidLogits" or "sigmoid"); "${kind}" came, for which there is temperatureScaling.`,
    );
  }
  const itemSize = shape.slice(1).reduce((product, dim) => product * dim, 1);
  const wrong = (code: "E_NOT_FINITE" | "E_ARGUMENT", at: number, expected: string) =>
    new BaalError(
      code,
      `Dataset item ${indices[Math.floor(at / itemSize)]} has the prediction ${data[at]}, where ${expected} was expected.`,
    );
  return (at) => {
    const value = data[at]!;
    if (!Number.isFinite(value)) throw wrong("E_NOT_FINITE", at, "a finite number");
    if (kind === "sigmoidLogits") return value;
    if (!(value >= -TOLERANCE && value <= 1 + TOLERANCE)) throw wrong("E_ARGUMENT", at, "a probability from 0 to 1");
    return Math.log(Math.max(FLOOR, value)) - Math.log(Math.max(FLOOR, 1 - value));
  };
}

/** Weight and bias of a label's logit. */
type LogitMaps = { readonly weights_C: readonly number[]; readonly biases_C: readonly number[] };

function mapsOf(state: LabelCalibrationState): LogitMaps {
  if (state.method === "platt") return state;
  return { weights_C: state.temperatures_C.map((temperature) => 1 / temperature), biases_C: state.temperatures_C.map(() => 0) };
}

/** Calibrates predictions of either kind; a number is `stride` away from that of the next label. */
export function labelCalibration(state: LabelCalibrationState): (predictions: Predictions, stride: number) => Float32Array {
  const { weights_C, biases_C } = mapsOf(state);
  return (predictions, stride) => {
    const read = labelLogitReader(predictions);
    return Float32Array.from(predictions.data, (_, at) => {
      const c = Math.floor(at / stride) % state.classes;
      const logit = weights_C[c]! * read(at) + biases_C[c]!;
      return predictions.kind === "sigmoidLogits" ? logit : sigmoid(logit);
    });
  };
}

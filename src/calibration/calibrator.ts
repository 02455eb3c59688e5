import { BaalError } from "../core/errors.js";
import type { Predictions } from "../core/predictions.js";
import { logSoftmax } from "../core/softmax.js";
import { sizesOf } from "../heuristics/draws.js";
import {
  type CalibrationFit,
  type CalibrationMethod,
  type CalibrationState,
  type ClassCalibrationMethod,
  parseCalibrationState,
} from "./calibration-state.js";
import { isOfLabels, type LabelCalibrationState, labelCalibration } from "./label-logits.js";
import { logProbabilityReader } from "./log-probabilities.js";

/** Turns a model's predictions into ones whose probabilities can be believed. */
export interface Calibrator {
  readonly method: CalibrationMethod;
  readonly classes: number;
  /** The parameters learnt. Weights and biases belong to log-probabilities. */
  readonly parameters: CalibrationState;
  /** How well it fits the items that it was made from. */
  readonly fit: CalibrationFit;
  /**
   * Calibrates each draw of `[N, C, K]` (or `[N, C, ..., K]`). The result is of the kind given: probabilities for probabilities;
   * for logits log-probabilities, which are logits whose softmax changes nothing; for a sigmoid's logits logits. Keeps `shape`, `indices` and `isConsistent`.
   * Throws `E_SHAPE` for another number of classes, `E_NOT_FINITE` and `E_ARGUMENT` for predictions that are none.
   */
  calibrate(predictions: Predictions): Predictions;
  /** Everything, for `calibratorFromJSON`. */
  toJSON(): CalibrationState;
}

/**
 * The same calibrator again from what `toJSON` gave. Throws `E_CHECKPOINT`.
 *
 * @example
 * ```ts
 * import { calibratorFromJSON } from "baaljs/calibration";
 * import { predictions } from "baaljs/heuristics";
 *
 * const fit = { items: 100, nllBefore: 0.9, nllAfter: 0.7, steps: 40, hasConverged: true };
 * const calibrator = calibratorFromJSON({ version: 1, method: "temperature", classes: 2, temperature: 2, fit });
 * console.log(calibrator.calibrate(predictions("logits", [1, 2, 1], Float32Array.of(4, 0))).data);
 * ```
 */
export function calibratorFromJSON(value: unknown): Calibrator {
  return makeCalibrator(parseCalibrationState(value));
}

/** The calibrator of a state for these labels; `undefined` without one, and for one of another number of classes. */
export function calibratorFor(labels: readonly string[], state: CalibrationState | undefined): Calibrator | undefined {
  return state?.classes === labels.length ? makeCalibrator(state) : undefined;
}

/** Reads log-probabilities and writes scores, both `[C]`. */
type ScoreMap = (logProbs_C: Float64Array, scores_C: Float64Array) => void;

type StateOf<Method extends CalibrationMethod> = Extract<CalibrationState, { readonly method: Method }>;

const MAPS: { readonly [Method in ClassCalibrationMethod]: (state: StateOf<Method>) => ScoreMap } = {
  temperature:
    ({ temperature }) =>
    (logProbs_C, scores_C) => {
      for (let c = 0; c < scores_C.length; c++) scores_C[c] = logProbs_C[c]! / temperature;
    },
  vector:
    ({ weights_C, biases_C }) =>
    (logProbs_C, scores_C) => {
      for (let c = 0; c < scores_C.length; c++) scores_C[c] = weights_C[c]! * logProbs_C[c]! + biases_C[c]!;
    },
  dirichlet: ({ weights_C_C, biases_C }) => {
    const weights = Float64Array.from(weights_C_C);
    return (logProbs_C, scores_C) => {
      const classes = scores_C.length;
      for (let c = 0, at = 0; c < classes; c++) {
        let sum = biases_C[c]!;
        for (let other = 0; other < classes; other++, at++) sum += weights[at]! * logProbs_C[other]!;
        scores_C[c] = sum;
      }
    };
  },
};

export function makeCalibrator(state: CalibrationState): Calibrator {
  const { method, classes, fit } = state;
  const calibrateData = isOfLabels(state) ? labelCalibration(state) : classCalibration(state);
  return {
    method,
    classes,
    parameters: state,
    fit,
    calibrate(predictions) {
      const { shape } = predictions;
      if (shape[1] !== classes) {
        const message = `A calibrator of ${classes} classes cannot calibrate predictions of ${shape[1]}.`;
        throw new BaalError("E_SHAPE", message);
      }
      return {
        ...predictions,
        data: calibrateData(
          predictions,
          shape.slice(2).reduce((product, dim) => product * dim, 1),
        ),
      };
    },
    toJSON: () => state,
  };
}

/** Calibrated numbers of predictions; one is `stride` away from that of the next class. */
type CalibrateData = (predictions: Predictions, stride: number) => Float32Array;

function classCalibration(state: Exclude<CalibrationState, LabelCalibrationState>): CalibrateData {
  const toScores = (MAPS[state.method] as (state: CalibrationState) => ScoreMap)(state);
  return (predictions, stride) => {
    sizesOf(predictions);
    return calibrateDraws(predictions, stride, state.classes, toScores);
  };
}

/** A number is `stride` away from that of the next class. */
function calibrateDraws(predictions: Predictions, stride: number, classes: number, toScores: ScoreMap): Float32Array {
  const read = logProbabilityReader(predictions);
  const calibrated = new Float32Array(predictions.data.length);
  const logProbs_C = new Float64Array(classes);
  const scores_C = new Float64Array(classes);
  const isLogits = predictions.kind === "logits";
  for (let item = 0; item < predictions.data.length; item += classes * stride) {
    for (let start = item; start < item + stride; start++) {
      read(start, stride, logProbs_C);
      toScores(logProbs_C, scores_C);
      logSoftmax(scores_C);
      for (let c = 0; c < classes; c++) calibrated[start + c * stride] = isLogits ? scores_C[c]! : Math.exp(scores_C[c]!);
    }
  }
  return calibrated;
}

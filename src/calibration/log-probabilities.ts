import { BaalError } from "../core/errors.js";
import type { Predictions } from "../core/predictions.js";
import { logSoftmax } from "../core/softmax.js";

/** The smallest normal float32: a probability that underflowed stands for this one, for a logarithm needs one. */
const FLOOR = 2 ** -126;
const SUM_TOLERANCE = 2e-3;
const NEGATIVE_TOLERANCE = 1e-6;

/** Reads the C values that begin at `start` and lie `stride` apart as log-probabilities; false when they are unusable. */
type Read = (data: Float32Array, start: number, stride: number, logProbs_C: Float64Array) => boolean;

const READERS: Readonly<Record<"logits" | "probabilities", Read>> = {
  logits: (data, start, stride, logProbs_C) => {
    for (let c = 0; c < logProbs_C.length; c++) logProbs_C[c] = data[start + c * stride]!;
    return logSoftmax(logProbs_C);
  },
  probabilities: (data, start, stride, logProbs_C) => {
    let sum = 0;
    for (let c = 0; c < logProbs_C.length; c++) {
      const probability = data[start + c * stride]!;
      if (!(probability >= -NEGATIVE_TOLERANCE)) return false;
      sum += probability;
      logProbs_C[c] = Math.log(Math.max(FLOOR, probability));
    }
    return Math.abs(sum - 1) <= SUM_TOLERANCE;
  },
};

/**
 * Makes a function that reads one draw of one item as log-probabilities, whether logits or probabilities came (of which those below
 * 2^-126 count as that). Throws `E_ARGUMENT` for predictions that are no distribution over the classes. Reading throws `E_NOT_FINITE` or, for probabilities that are none, `E_ARGUMENT`; both name the item.
 */
export function logProbabilityReader({ kind, data, shape, indices }: Predictions) {
  const itemSize = shape.slice(1).reduce((product, dim) => product * dim, 1);
  if (kind !== "logits" && kind !== "probabilities") {
    throw new BaalError(
      "E_ARGUMENT",
      `A distribution over the classes is calibrated here, logits or probabilities; ${kind} came, of which none is one.`,
    );
  }
  const read = READERS[kind];
  return (start: number, stride: number, logProbs_C: Float64Array): void => {
    if (read(data, start, stride, logProbs_C)) return;
    const values = Array.from(logProbs_C, (_, c) => data[start + c * stride]!);
    const item = `Dataset item ${indices[Math.floor(start / itemSize)]}`;
    const wrong = values.find((value) => !Number.isFinite(value));
    if (wrong !== undefined)
      throw new BaalError("E_NOT_FINITE", `${item} has the prediction ${wrong}, where a finite number was expected.`);
    const sum = values.reduce((a, b) => a + b);
    throw new BaalError(
      "E_ARGUMENT",
      `${item} has a draw that is no distribution: its lowest probability is ${Math.min(...values)}, their sum ${sum}. If these are scores before the softmax, declare kind: "logits".`,
    );
  };
}

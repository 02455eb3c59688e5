import { BaalError } from "../core/errors.js";
import { checkFinitePredictions } from "../core/finite.js";
import { areIndependent, type Predictions, predictions } from "../core/predictions.js";
import { sigmoid } from "../core/softmax.js";

/** Farthest that rounding may leave a probability outside of [0, 1]. */
const TOLERANCE = 1e-6;

/**
 * Labels that are each predicted by itself as distributions over no and yes: `[N, C, ..., K]` of sigmoids become `[N, 2, C, ..., K]`, each label a position.
 * The sigmoid of z is the softmax of `[0, z]`. Throws `E_NOT_FINITE`, or `E_ARGUMENT` for a probability outside of [0, 1], both naming the item.
 */
export function yesOrNo(given: Predictions): Predictions {
  checkFinitePredictions(given);
  const { kind, shape, data, indices, isConsistent } = given;
  const [items = 0, ...dims] = shape;
  const size = dims.reduce((product, dim) => product * dim, 1);
  const pairs = new Float32Array(2 * data.length);
  for (let item = 0; item < items; item++) {
    const [no, yes] = [2 * item * size, (2 * item + 1) * size];
    const own = data.subarray(item * size, (item + 1) * size);
    if (kind === "sigmoid") {
      checkProbabilities(own, indices[item]!);
      for (let i = 0; i < size; i++) pairs[no + i] = 1 - own[i]!;
    }
    pairs.set(own, yes);
  }
  return predictions(kind === "sigmoid" ? "probabilities" : "logits", [items, 2, ...dims], pairs, indices, { isConsistent });
}

function checkProbabilities(probs: Float32Array, index: number): void {
  const wrong = probs.find((p) => p < -TOLERANCE || p > 1 + TOLERANCE);
  if (wrong === undefined) return;
  throw new BaalError(
    "E_ARGUMENT",
    `Dataset item ${index} has ${wrong} as the probability of a label, which lies in [0, 1]. If these are scores before the sigmoid, declare kind: "sigmoidLogits".`,
  );
}

/**
 * The probability of each label `probs_N_C`, row-major, averaged over the draws, of a model whose labels are each predicted by itself: they need not sum
 * to 1. Throws `E_ARGUMENT` for predictions of another kind, `E_SHAPE` for dense ones, `E_NOT_FINITE`.
 *
 * @example
 * ```ts
 * import { labelProbabilities, predictions } from "baaljs/heuristics";
 *
 * const draws = predictions("sigmoid", [1, 2, 2], Float32Array.of(1, 0.5, 0.9, 0.7)); // one item, two labels, two draws
 * console.log(labelProbabilities(draws)); // [0.75, 0.8]
 * ```
 */
export function labelProbabilities(given: Predictions): Float64Array {
  const { kind, shape, data, indices } = given;
  if (!areIndependent(kind)) {
    throw new BaalError(
      "E_ARGUMENT",
      `Probabilities of labels that are each predicted by itself are read of sigmoidLogits or sigmoid; ${kind} came, for which there is meanProbabilities.`,
    );
  }
  if (shape.length !== 3)
    throw new BaalError("E_SHAPE", `Probabilities of labels are taken of predictions [N, C, K]; [${shape}] came.`);
  checkFinitePredictions(given);
  const [items = 0, classes = 0, iterations = 1] = shape;
  if (kind === "sigmoid")
    indices.forEach((index, item) => {
      const size = classes * iterations;
      checkProbabilities(data.subarray(item * size, (item + 1) * size), index);
    });
  const probs_N_C = new Float64Array(items * classes);
  for (let cell = 0; cell < probs_N_C.length; cell++) {
    let sum = 0;
    for (let i = cell * iterations; i < (cell + 1) * iterations; i++) sum += kind === "sigmoid" ? data[i]! : sigmoid(data[i]!);
    probs_N_C[cell] = sum / iterations;
  }
  return probs_N_C;
}

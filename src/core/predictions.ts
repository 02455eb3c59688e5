import { BaalError } from "./errors.js";

/**
 * The meaning of the numbers. Declared, never guessed:
 * - of one label an item: `"logits"`, raw scores before the softmax, or `"probabilities"` that sum to 1 over C;
 * - of labels that are each predicted by itself: `"sigmoidLogits"`, raw scores whose sigmoid is the probability of the label, or `"sigmoid"`, these
 *   probabilities, each in [0, 1] whatever the others are;
 * - of a regression: `"values"`, C numbers, no distribution over them.
 */
export type PredictionKind = "logits" | "probabilities" | "sigmoidLogits" | "sigmoid" | "values";

const KINDS: readonly PredictionKind[] = ["logits", "probabilities", "sigmoidLogits", "sigmoid", "values"];

/**
 * Draws of a model for N items: row-major `[N, C, K]` (K draws of C class scores, or of C numbers), or dense `[N, C, ..., K]`.
 * `indices` are the dataset indices of the N items, in the order of `data`.
 */
export interface Predictions {
  readonly kind: PredictionKind;
  readonly shape: readonly number[];
  readonly data: Float32Array;
  readonly indices: readonly number[];
  /**
   * Whether draw k is the same sample of the model's parameters for every item (consistent dropout, weights sampled per draw,
   * ensembles), so that what two items have to do with each other can be read off their draws. Not so by default.
   */
  readonly isConsistent?: boolean | undefined;
  /**
   * Of a model that abstains (`fitOutOfScope`): how far each item's score is above the threshold. Above 0 the item is taken for out of scope,
   * whatever its draws say.
   */
  readonly beyondScope_N?: Float32Array | undefined;
  /**
   * Of a regression that predicts a variance beside each number: its logarithm, in the shape of `data`. What the numbers scatter by however well the
   * model is known, beside the variance of the draws.
   */
  readonly logVariances?: Float32Array | undefined;
}

/** More about the draws that {@link predictions} holds. */
export interface PredictionsOptions {
  readonly isConsistent?: boolean | undefined;
  /** As {@link Predictions.beyondScope_N}. */
  readonly beyondScope_N?: Float32Array | undefined;
  /** As {@link Predictions.logVariances}. */
  readonly logVariances?: Float32Array | undefined;
}

/**
 * Checks that shape, data and indices agree. Throws `E_SHAPE`, or `E_ARGUMENT` for an unknown kind.
 *
 * @example
 * ```ts
 * import { predictions } from "baaljs/heuristics";
 *
 * // Dataset items 17 and 4, three classes, two draws each: data holds the draws of a class next to each other.
 * const logits = Float32Array.of(2, 1.5, 0.1, 0.3, -1, -2, 0.4, 0.5, 0.6, 0.4, 0.2, 0.3);
 * const draws = predictions("logits", [2, 3, 2], logits, [17, 4]);
 * console.log(draws.shape, draws.indices);
 * ```
 */
export function predictions(
  kind: PredictionKind,
  shape: readonly number[],
  data: Float32Array,
  indices: readonly number[] = Array.from({ length: shape[0] ?? 0 }, (_, i) => i),
  { isConsistent, beyondScope_N, logVariances }: PredictionsOptions = {},
): Predictions {
  if (!KINDS.includes(kind))
    throw new BaalError("E_ARGUMENT", `Predictions are declared as ${KINDS.join(", ")}; "${kind}" came.`);
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (shape.length < 3)
    throw new BaalError("E_SHAPE", `Predictions have the shape [N, C, K] or [N, C, ..., K]; [${shape}] came.`);
  if (size !== data.length)
    throw new BaalError("E_SHAPE", `Predictions of shape [${shape}] need ${size} numbers, ${data.length} came.`);
  if (indices.length !== shape[0])
    throw new BaalError("E_SHAPE", `${shape[0]} predicted items came with ${indices.length} dataset indices.`);
  if (logVariances !== undefined && (kind !== "values" || logVariances.length !== data.length))
    throw new BaalError(
      "E_SHAPE",
      `Log-variances are one for each number of a regression: ${logVariances.length} came with ${data.length} ${kind}.`,
    );
  const made: Predictions = { kind, shape, data, indices, isConsistent: isConsistent || undefined };
  return { ...made, ...(beyondScope_N ? { beyondScope_N } : {}), ...(logVariances ? { logVariances } : {}) };
}

/** Whether the numbers are raw outputs of a classifier, of which a softmax or a sigmoid makes probabilities. */
export function areLogits(kind: PredictionKind): boolean {
  return kind === "logits" || kind === "sigmoidLogits";
}

/** Whether each label is predicted by itself. */
export function areIndependent(kind: PredictionKind): boolean {
  return kind === "sigmoidLogits" || kind === "sigmoid";
}

/** Draws of a regression: predictions of the kind `"values"`. */
export type RegressionDraws = Predictions & { readonly kind: "values" };

/**
 * Draws of a regression model for N items: row-major `[N, C, K]` (K draws of C numbers, no distribution over them), or dense
 * `[N, C, ..., K]`: `predictions("values", ...)`. Throws `E_SHAPE`.
 *
 * @example
 * ```ts
 * import { regressionDraws, variance } from "baaljs/heuristics";
 *
 * const draws = regressionDraws([2, 1, 3], Float32Array.of(1, 1.1, 0.9, 3, -2, 5)); // 2 items, 1 number, 3 draws
 * console.log(variance().score(draws)); // the second item first
 * ```
 */
export function regressionDraws(shape: readonly number[], data: Float32Array, indices?: readonly number[]): RegressionDraws {
  return { ...predictions("values", shape, data, indices), kind: "values" };
}

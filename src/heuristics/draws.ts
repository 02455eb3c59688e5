import { BaalError } from "../errors.js";
import { predictions as checkPredictions, type PredictionKind, type Predictions } from "../predictions.js";
import { logitDraws } from "./logit-draws.js";
import { probabilityDraws } from "./probability-draws.js";

/**
 * The draws at one position of one item, as float64 probabilities. Fields are computed when they are read, so take what you need
 * and no more; the arrays are overwritten by the next position.
 */
export interface Draws {
  /** `[C, K]` row-major; each of the K columns sums to 1. */
  readonly probs_C_K: Float64Array;
  /** `[C]`: the mean over the draws, the model's predictive distribution. */
  readonly mean_C: Float64Array;
  /** `[C]`: the mean of the logits over the draws; `undefined` for predictions that came as probabilities. */
  readonly meanLogits_C: Float64Array | undefined;
  readonly classes: number;
  readonly iterations: number;
  /** Mean over the draws of each draw's entropy, in nats. */
  expectedEntropy(): number;
}

export interface PredictionSizes {
  readonly items: number;
  readonly classes: number;
  /** Product of the dimensions between C and K; 1 for `[N, C, K]`. */
  readonly positions: number;
  readonly iterations: number;
}

const READERS: Readonly<
  Record<PredictionKind, (predictions: Predictions, sizes: PredictionSizes) => (item: number, position: number) => Draws>
> = { logits: logitDraws, probabilities: probabilityDraws };

/** Reads the sizes off `[N, C, K]` or `[N, C, ..., K]`. Throws `E_SHAPE`, or `E_ARGUMENT` for an unknown kind, no draws or fewer than 2 classes. */
export function sizesOf({ kind, shape, data, indices }: Predictions): PredictionSizes {
  checkPredictions(kind, shape, data, indices);
  if (!Object.hasOwn(READERS, kind))
    throw new BaalError("E_ARGUMENT", `Predictions are declared as ${Object.keys(READERS).join(" or ")}; "${kind}" came.`);
  const [items = 0, classes = 0] = shape;
  const iterations = shape.at(-1) ?? 0;
  if (classes < 2) {
    throw new BaalError(
      "E_ARGUMENT",
      `Uncertainty needs at least 2 classes, predictions of shape [${shape}] have ${classes}: give both classes of a yes/no model.`,
    );
  }
  if (iterations < 1)
    throw new BaalError("E_ARGUMENT", `Predictions of shape [${shape}] hold no draws: predict with iterations >= 1.`);
  return { items, classes, positions: shape.slice(2, -1).reduce((product, dim) => product * dim, 1), iterations };
}

/**
 * Makes a function that reads the draws of one position of one item: a stable softmax for logits, a check for probabilities.
 * Reading them throws `E_NOT_FINITE` for NaN and infinities and `E_ARGUMENT` for probabilities that are none.
 */
export function drawsReader(predictions: Predictions): (item: number, position: number) => Draws {
  return READERS[predictions.kind](predictions, sizesOf(predictions));
}

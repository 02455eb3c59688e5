import { BaalError } from "./errors.js";

/** What the numbers are: raw scores before the softmax, or probabilities that sum to 1 over C. Declared, never guessed. */
export type PredictionKind = "logits" | "probabilities";

/**
 * Draws of a model for N items: row-major `[N, C, K]` (K draws of C class scores), or dense `[N, C, ..., K]`.
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
}

export interface PredictionsOptions {
  readonly isConsistent?: boolean | undefined;
}

/** Checks that shape, data and indices agree. Throws `E_SHAPE`. */
export function predictions(
  kind: PredictionKind,
  shape: readonly number[],
  data: Float32Array,
  indices: readonly number[] = Array.from({ length: shape[0] ?? 0 }, (_, i) => i),
  { isConsistent }: PredictionsOptions = {},
): Predictions {
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (shape.length < 3)
    throw new BaalError("E_SHAPE", `Predictions have the shape [N, C, K] or [N, C, ..., K]; [${shape}] came.`);
  if (size !== data.length)
    throw new BaalError("E_SHAPE", `Predictions of shape [${shape}] need ${size} numbers, ${data.length} came.`);
  if (indices.length !== shape[0])
    throw new BaalError("E_SHAPE", `${shape[0]} predicted items came with ${indices.length} dataset indices.`);
  return { kind, shape, data, indices, isConsistent: isConsistent || undefined };
}

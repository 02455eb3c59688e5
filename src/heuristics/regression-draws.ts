import { BaalError } from "../errors.js";

/**
 * Draws of a regression model for N items: row-major `[N, C, K]` (K draws of C numbers, no distribution over them), or dense
 * `[N, C, ..., K]`. A kind of its own, so that nothing takes a softmax of it or asks that it sums to 1.
 */
export interface RegressionDraws {
  readonly kind: "values";
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** The dataset indices of the N items, in the order of `data`. */
  readonly indices: readonly number[];
}

/** Checks that shape, data and indices agree. Throws `E_SHAPE`. */
export function regressionDraws(
  shape: readonly number[],
  data: Float32Array,
  indices: readonly number[] = Array.from({ length: shape[0] ?? 0 }, (_, i) => i),
): RegressionDraws {
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (shape.length < 3)
    throw new BaalError("E_SHAPE", `Regression draws have the shape [N, C, K] or [N, C, ..., K]; [${shape}] came.`);
  if (size !== data.length)
    throw new BaalError("E_SHAPE", `Regression draws of shape [${shape}] need ${size} numbers, ${data.length} came.`);
  if (indices.length !== shape[0])
    throw new BaalError("E_SHAPE", `${shape[0]} predicted items came with ${indices.length} dataset indices.`);
  return { kind: "values", shape, data, indices };
}

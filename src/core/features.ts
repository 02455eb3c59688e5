import { BaalError } from "./errors.js";
import { firstNotFinite } from "./finite.js";

/**
 * One vector per item, row-major `features_N_D`: what the model's last linear layer reads (dropout off), or any embedding.
 * `indices` are the dataset indices of the N items, in the order of `data`.
 */
export interface Features {
  readonly shape: readonly [items: number, width: number];
  readonly data: Float32Array;
  readonly indices: readonly number[];
}

/**
 * Checks that shape, data and indices agree, and that the numbers are finite. Throws `E_SHAPE`, `E_NOT_FINITE` (naming the item).
 *
 * @example
 * ```ts
 * import { features } from "baaljs/heuristics";
 *
 * const rows = features([2, 3], Float32Array.of(0.1, 0.2, 0.3, 1, 2, 3), [17, 4]); // a vector of 3 numbers for dataset items 17 and 4
 * console.log(rows.shape);
 * ```
 */
export function features(
  shape: readonly [number, number],
  data: Float32Array,
  indices: readonly number[] = Array.from({ length: shape[0] }, (_, i) => i),
): Features {
  const [items, width] = shape;
  if (data.length !== items * width)
    throw new BaalError("E_SHAPE", `Features of shape [${shape}] need ${items * width} numbers, ${data.length} came.`);
  if (indices.length !== items)
    throw new BaalError("E_SHAPE", `Features of ${items} items came with ${indices.length} dataset indices.`);
  const position = firstNotFinite(data);
  if (position >= 0)
    throw new BaalError(
      "E_NOT_FINITE",
      `Dataset item ${indices[Math.floor(position / width)]} has the feature ${data[position]} at ${position % width}, where a finite number was expected.`,
    );
  return { shape, data, indices };
}

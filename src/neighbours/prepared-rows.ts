import type { Features } from "../core/features.js";
import type { Matrix } from "../engine/runtime/matrix-product.js";
import { type Positions, type RowSpace, squaredDistance } from "./row-space.js";

/** Rows written into a space, for distances by matrix products. */
export interface PreparedRows extends Matrix {
  /** Half of each row's squared norm. */
  readonly halfNorms: Float32Array;
}

/** The rows at `positions`, in that order; all by default. */
export function prepareRows(
  space: RowSpace,
  features: Features,
  positions: Positions = { first: 0, length: features.shape[0] },
): PreparedRows {
  const rows = positions.length;
  const data = new Float32Array(rows * space.width);
  const halfNorms = new Float32Array(rows);
  space.write(features, positions, data, halfNorms);
  return { rows, columns: space.width, data, halfNorms };
}

/** Some of the rows, copied. */
export function pickRows({ columns, data, halfNorms }: PreparedRows, positions: ArrayLike<number>): PreparedRows {
  const rows = positions.length;
  const picked = new Float32Array(rows * columns);
  const norms = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    const from = positions[i]! * columns;
    picked.set(data.subarray(from, from + columns), i * columns);
    norms[i] = halfNorms[positions[i]!]!;
  }
  return { rows, columns, data: picked, halfNorms: norms };
}

/** Consecutive rows, as a view. */
export function sliceRows({ columns, data, halfNorms }: PreparedRows, first: number, end: number): PreparedRows {
  const rows = end - first;
  const view = data.subarray(first * columns, end * columns);
  return { rows, columns, data: view, halfNorms: halfNorms.subarray(first, end) };
}

/** Share of the norms below which a difference of float32 products says too little. */
const CANCELLED = 2 ** -8;

/**
 * The squared distance of row `i` of `a` and row `j` of `b`, whose inner product is at hand. Computed anew where it is small beside
 * the norms, so that rows with the same numbers are at a distance of exactly 0.
 */
export function squaredFromProduct(a: PreparedRows, i: number, b: PreparedRows, j: number, product: number): number {
  const norms = a.halfNorms[i]! + b.halfNorms[j]!;
  const half = norms - product;
  return half > norms * CANCELLED ? 2 * half : squaredDistance(a.data, i, b.data, j, a.columns);
}

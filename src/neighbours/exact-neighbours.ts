import { setImmediate } from "node:timers/promises";
import { BaalError, throwIfAborted } from "../core/errors.js";
import type { Features } from "../core/features.js";
import { matrixProduct } from "../engine/runtime/matrix-product.js";
import { nearestHeaps } from "./nearest-heaps.js";
import { EXACT_DISTANCES, type Metric, type RowSpace, rowSpace } from "./row-space.js";

/** The options of a search for neighbours. */
export interface NeighbourOptions {
  /** `"euclidean"` by default; `"cosine"` is 1 less the cosine of the angle, from 0 to 2. */
  readonly metric?: Metric | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The nearest points of each of Q queries, nearest first. */
export interface Neighbours {
  /** Neighbours per query; fewer than asked for where there are fewer points. */
  readonly k: number;
  /** `[Q, k]` row-major: **positions** in the points, not dataset indices. Equally near ones by position. */
  readonly positions: Int32Array;
  /** `[Q, k]`: distances (Euclidean ones not squared). */
  readonly distances: Float32Array;
}

/** Finds the `k` nearest of `points` to each of `queries`. */
export type FindNeighbours = (queries: Features, points: Features, k: number, options?: NeighbourOptions) => Promise<Neighbours>;

/** Queries and points of one matrix product: 32 MB of float32 inner products. */
const QUERY_BLOCK = 4096;
const POINT_BLOCK = 2048;

/** Points that are looked at in float64 beyond the `k` asked for, where float32 cannot tell them apart. */
const SPARE = 8;

/**
 * The exact nearest neighbours, by matrix products through ONNX Runtime, block by block: Q x P x D multiplications, in memory that
 * grows with neither Q nor P. The neighbours' distances and their order are computed anew in float64, so rows with the same numbers
 * are at a distance of 0. Where more than 8 points beyond the `k`-th are as near as that one to within float32 rounding, which of
 * those are named may be decided by the rounding. Zero vectors have a cosine distance of 0 to each other and of 1 to all else.
 *
 * Throws `E_SHAPE` for vectors of different widths, `E_ARGUMENT` for a `k` that is not a whole number of at least 1,
 * `E_NOT_FINITE`, `E_ABORTED` between two blocks.
 *
 * @example
 * ```ts
 * import { features } from "baaljs/heuristics";
 * import { exactNeighbours } from "baaljs/strategies";
 *
 * const points = features([3, 1], Float32Array.of(0, 1, 5));
 * const { positions, distances } = await exactNeighbours(points, points, 2);
 * console.log(positions, distances); // of each point itself, and its nearest other
 * ```
 */
export const exactNeighbours: FindNeighbours = async (queries, points, k, { metric = "euclidean", signal } = {}) => {
  checkNeighbourCount(k);
  const [numQueries] = queries.shape;
  const [numPoints] = points.shape;
  const size = Math.min(k, numPoints);
  const found: Neighbours = {
    k: size,
    positions: new Int32Array(numQueries * size),
    distances: new Float32Array(numQueries * size),
  };
  const space = rowSpace(metric, points, [queries]);
  if (size === 0 || numQueries === 0) return found;
  const queryBlock = rowBlock(space, Math.min(QUERY_BLOCK, numQueries));
  const pointBlock = rowBlock(space, Math.min(POINT_BLOCK, numPoints));
  const products = new Float32Array(queryBlock.capacity * pointBlock.capacity);
  const candidates = Math.min(size + SPARE, numPoints);
  const positions = new Int32Array(candidates);
  const keys = new Float32Array(candidates);
  const distanceOf = EXACT_DISTANCES[metric];

  for (let firstQuery = 0; firstQuery < numQueries; firstQuery += QUERY_BLOCK) {
    const left = queryBlock.load(queries, firstQuery);
    const heaps = nearestHeaps(left.rows, candidates);
    let longest = 0;
    for (let firstPoint = 0; firstPoint < numPoints; firstPoint += POINT_BLOCK) {
      throwIfAborted(signal, `The search for neighbours (after ${firstQuery} of ${numQueries} queries)`);
      const right = pointBlock.load(points, firstPoint);
      await matrixProduct(left, right, { transposeB: true, into: products });
      longest = pointBlock.halfNorms.subarray(0, right.rows).reduce((a, b) => Math.max(a, b), longest);
      heaps.offer(products, pointBlock.halfNorms, firstPoint, right.rows);
      await setImmediate();
    }
    for (let row = 0; row < left.rows; row++) {
      heaps.drain(row, positions, keys);
      const query = firstQuery + row;
      const tolerance = roundingError(queryBlock.halfNorms[row]!, longest, space.width);
      const near: { position: number; distance: number }[] = [];
      for (let i = 0; i < candidates && (i < size || keys[i]! <= keys[size - 1]! + tolerance); i++)
        near.push({ position: positions[i]!, distance: distanceOf(queries, query, points, positions[i]!) });
      near.sort((a, b) => a.distance - b.distance || a.position - b.position);
      for (let i = 0; i < size; i++) {
        found.positions[query * size + i] = near[i]!.position;
        found.distances[query * size + i] = near[i]!.distance;
      }
    }
  }
  return found;
};

/** Throws `E_ARGUMENT` for a number of neighbours that is none. */
export function checkNeighbourCount(k: number): void {
  if (!(Number.isInteger(k) && k >= 1))
    throw new BaalError("E_ARGUMENT", `The number of neighbours is a whole number of at least 1; ${k} came.`);
}

/** How far two keys, `|b|^2 / 2 - a.b`, may be apart for rounding alone: generous, since it only costs a few distances more. */
function roundingError(halfNormA: number, halfNormB: number, width: number): number {
  const steps = 8 + 2 * Math.sqrt(width);
  return 2 ** -23 * steps * (halfNormB + 2 * Math.sqrt(halfNormA * halfNormB));
}

/** Room for some rows of a space and half of their squared norms. */
function rowBlock(space: RowSpace, capacity: number) {
  const data = new Float32Array(capacity * space.width);
  const halfNorms = new Float32Array(capacity);
  return {
    capacity,
    halfNorms,
    load(rows: Features, first: number) {
      const length = Math.min(capacity, rows.shape[0] - first);
      space.write(rows, { first, length }, data, halfNorms);
      return { rows: length, columns: space.width, data: data.subarray(0, length * space.width) };
    },
  };
}

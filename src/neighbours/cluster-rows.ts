import { BaalError, throwIfAborted } from "../core/errors.js";
import type { Random } from "../core/random.js";
import { matrixProduct } from "../engine/runtime/matrix-product.js";
import { shrinkToNearest } from "./nearest-centres.js";
import { type PreparedRows, pickRows, squaredFromProduct } from "./prepared-rows.js";

/** The options of k-means, wherever it is run. */
export interface KMeansOptions {
  /** Passes over all rows at most; 100 by default. */
  readonly maxIterations?: number | undefined;
  /** Stops where the centroids' squared moves sum up to less than this share of the rows' mean variance; 1e-4 by default. */
  readonly tolerance?: number | undefined;
  /** Seedings that it is run from, of which the clusters of the least inertia stay; 1 by default. */
  readonly starts?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RowClusters {
  /** The cluster of each row. */
  readonly cluster_N: Int32Array;
  /** Squared distance of each row to its centroid, in the rows' space. */
  readonly squared_N: Float64Array;
  /** Rows per cluster; 0 only where there are fewer different rows than clusters, or in rare cases of bad luck. */
  readonly sizes_K: Int32Array;
  readonly iterations: number;
}

/** {@link lloyd} from the seeds of k-means++, the best of `starts` runs. Throws `E_ARGUMENT` for options out of range, `E_ABORTED`. */
export async function clusterRows(
  rows: PreparedRows,
  clusters: number,
  random: Random,
  options: KMeansOptions = {},
): Promise<RowClusters> {
  const { maxIterations = 100, tolerance = 1e-4, starts = 1, signal } = options;
  const isCount = (value: number) => Number.isInteger(value) && value >= 1;
  if (!(isCount(maxIterations) && tolerance >= 0 && isCount(starts)))
    throw new BaalError(
      "E_ARGUMENT",
      `k-means takes whole numbers of at least 1 for maxIterations and starts, and a tolerance of at least 0; ${maxIterations}, ${starts} and ${tolerance} came.`,
    );
  const run = async () => lloyd(rows, pickRows(rows, await kMeansSeeds(rows, clusters, random, signal)), options);
  let best = await run();
  for (let start = 1, least = inertiaOf(best); start < starts; start++) {
    const next = await run();
    const inertia = inertiaOf(next);
    if (inertia < least) [best, least] = [next, inertia];
  }
  return best;
}

/** Sum of the rows' squared distances to their centroids, in the rows' space. */
export function inertiaOf({ squared_N }: Pick<RowClusters, "squared_N">): number {
  return squared_N.reduce((sum, squared) => sum + squared, 0);
}

/** Lloyd's algorithm from `centres`, which it moves; a cluster that runs empty takes the row that is farthest from its centroid. */
export async function lloyd(
  rows: PreparedRows,
  centres: PreparedRows,
  { maxIterations = 100, tolerance = 1e-4, signal }: KMeansOptions = {},
): Promise<RowClusters> {
  const clusters = centres.rows;
  const nearest = { squared_N: new Float64Array(rows.rows), centre_N: new Int32Array(rows.rows) };
  const assign = async () => {
    nearest.squared_N.fill(Infinity);
    await shrinkToNearest(rows, centres, nearest, signal);
  };
  await assign();
  const smallestMove = tolerance * meanVariance(rows);
  let iterations = 0;
  for (let isSettled = false; iterations < maxIterations && !isSettled; iterations++) {
    const before = Int32Array.from(nearest.centre_N);
    fillEmptyClusters(nearest, clusters);
    const moved = moveToMeans(rows, centres, nearest.centre_N);
    await assign();
    isSettled = moved <= smallestMove || before.every((centre, row) => centre === nearest.centre_N[row]);
  }
  return { cluster_N: nearest.centre_N, squared_N: nearest.squared_N, sizes_K: sizesOf(nearest.centre_N, clusters), iterations };
}

function sizesOf(cluster_N: Int32Array, clusters: number): Int32Array {
  const sizes_K = new Int32Array(clusters);
  for (const cluster of cluster_N) sizes_K[cluster]! += 1;
  return sizes_K;
}

function fillEmptyClusters(nearest: { readonly squared_N: Float64Array; readonly centre_N: Int32Array }, clusters: number): void {
  for (const [cluster, size] of sizesOf(nearest.centre_N, clusters).entries()) {
    if (size > 0) continue;
    const farthest = nearest.squared_N.reduce((best, squared, row, all) => (squared > all[best]! ? row : best), 0);
    if (nearest.squared_N[farthest] === 0) return;
    nearest.centre_N[farthest] = cluster;
    nearest.squared_N[farthest] = 0;
  }
}

/** Moves each centre to the mean of its rows; the sum of the squared moves. A centre without rows stays. */
function moveToMeans(rows: PreparedRows, centres: PreparedRows, cluster_N: Int32Array): number {
  const { columns, data } = rows;
  const sums = new Float64Array(centres.rows * columns);
  const sizes_K = sizesOf(cluster_N, centres.rows);
  for (let row = 0, from = 0; row < rows.rows; row++) {
    const end = from + columns;
    for (let to = cluster_N[row]! * columns; from < end; from++, to++) sums[to]! += data[from]!;
  }
  let moved = 0;
  for (let centre = 0; centre < centres.rows; centre++) {
    if (sizes_K[centre] === 0) continue;
    let squaredNorm = 0;
    for (let at = centre * columns; at < (centre + 1) * columns; at++) {
      const mean = Math.fround(sums[at]! / sizes_K[centre]!);
      moved += (mean - centres.data[at]!) ** 2;
      squaredNorm += mean * mean;
      centres.data[at] = mean;
    }
    centres.halfNorms[centre] = squaredNorm / 2;
  }
  return moved;
}

/** Mean over the columns; the rows' mean is near 0. */
function meanVariance({ halfNorms, rows, columns }: PreparedRows): number {
  return (2 * halfNorms.reduce((sum, norm) => sum + norm, 0)) / Math.max(1, rows * columns);
}

/** Rows proposed at once: one pass over all rows then serves several seeds. */
const PROPOSALS = 16;

/**
 * The positions of `count` rows, by k-means++ (Arthur and Vassilvitskii 2007): each after the first is drawn in proportion to its
 * squared distance to the nearest one drawn before; evenly from the rest where all of these are 0.
 *
 * Rows are proposed by the distances as they are at the start of a round, and taken with the probability by which their own
 * distance has shrunk since: the same distribution by rejection, in a fraction of the passes.
 */
export async function kMeansSeeds(rows: PreparedRows, count: number, random: Random, signal?: AbortSignal): Promise<number[]> {
  const seeds = [random.integer(0, rows.rows - 1)];
  const squared_N = new Float64Array(rows.rows).fill(Infinity);
  const shrink = (centres: PreparedRows, column: number, products: Float32Array) => {
    for (let row = 0, at = column; row < rows.rows; row++, at += centres.rows) {
      if (squared_N[row] === 0) continue;
      const squared = squaredFromProduct(rows, row, centres, column, products[at]!);
      if (squared < squared_N[row]!) squared_N[row] = squared;
    }
  };
  const first = pickRows(rows, seeds);
  shrink(first, 0, (await matrixProduct(rows, first, { transposeB: true })).data);

  const products = new Float32Array(rows.rows * PROPOSALS);
  while (seeds.length < count) {
    throwIfAborted(signal, `k-means++ (after ${seeds.length} of ${count} seeds)`);
    const sums_N = runningSums(squared_N);
    if (sums_N.at(-1) === 0) return [...seeds, ...anyOthers(rows.rows, seeds, count - seeds.length, random)];
    const proposed = Array.from({ length: Math.min(PROPOSALS, count - seeds.length) }, () => drawn(sums_N, random));
    const before = proposed.map((row) => squared_N[row]!);
    const centres = pickRows(rows, proposed);
    await matrixProduct(rows, centres, { transposeB: true, into: products });
    for (const [column, row] of proposed.entries()) {
      if (random.uniform() * before[column]! >= squared_N[row]!) continue;
      seeds.push(row);
      shrink(centres, column, products);
    }
  }
  return seeds;
}

function runningSums(values: Float64Array): Float64Array {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}

/** A position in proportion to its part of the sums. */
function drawn(sums_N: Float64Array, random: Random): number {
  const target = random.uniform() * sums_N.at(-1)!;
  let [low, high] = [0, sums_N.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums_N[middle]! > target) high = middle;
    else low = middle + 1;
  }
  return low;
}

function anyOthers(size: number, taken: readonly number[], count: number, random: Random): number[] {
  const isTaken = new Set(taken);
  const others = Array.from({ length: size }, (_, position) => position).filter((position) => !isTaken.has(position));
  return random.shuffled(others).slice(0, count);
}

import { BaalError } from "../errors.js";
import type { Random } from "../random.js";
import { kMeansSeeds } from "./k-means-seeds.js";
import { shrinkToNearest } from "./nearest-centres.js";
import { type PreparedRows, pickRows } from "./prepared-rows.js";

export interface KMeansOptions {
  /** Passes over all rows at most; 100 by default. */
  readonly maxIterations?: number;
  /** Stops where the centroids' squared moves sum up to less than this share of the rows' mean variance; 1e-4 by default. */
  readonly tolerance?: number;
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

/** {@link lloyd} from the seeds of k-means++. Throws `E_ARGUMENT` for options out of range, `E_ABORTED`. */
export async function clusterRows(
  rows: PreparedRows,
  clusters: number,
  random: Random,
  options: KMeansOptions = {},
): Promise<RowClusters> {
  const { maxIterations = 100, tolerance = 1e-4 } = options;
  if (!(Number.isInteger(maxIterations) && maxIterations >= 1 && tolerance >= 0))
    throw new BaalError(
      "E_ARGUMENT",
      `k-means takes a maxIterations of at least 1 and a tolerance of at least 0; ${maxIterations} and ${tolerance} came.`,
    );
  return lloyd(rows, pickRows(rows, await kMeansSeeds(rows, clusters, random, options.signal)), options);
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

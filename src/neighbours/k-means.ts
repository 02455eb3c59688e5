import { BaalError } from "../core/errors.js";
import type { Features } from "../core/features.js";
import type { Random } from "../core/random.js";
import { clusterRows, inertiaOf, type KMeansOptions } from "./cluster-rows.js";
import { prepareRows } from "./prepared-rows.js";
import { rowSpace } from "./row-space.js";

/** The clusters that {@link kMeans} has found. */
export interface KMeansClusters {
  /** `[K, D]` row-major: the mean of each cluster; zeros for an empty one. */
  readonly centroids_K_D: Float32Array;
  /** Cluster of each item, in the order of the features. */
  readonly cluster_N: Int32Array;
  /** Items per cluster; a cluster is empty where there are fewer different items than clusters. */
  readonly sizes_K: Int32Array;
  /** Sum of the squared Euclidean distances of the items to their centroids. */
  readonly inertia: number;
  readonly iterations: number;
}

/**
 * k-means by Lloyd's algorithm (Lloyd 1982) from a seeding by k-means++ (Arthur and Vassilvitskii 2007), or the best of several `starts`, by
 * matrix products. Takes N x K x D multiplications per iteration, and memory for a copy of the features. Throws `E_ARGUMENT` for a number of clusters that
 * is not a whole number from 1 to N or options out of range, `E_NOT_FINITE`, `E_ABORTED`.
 *
 * @example
 * ```ts
 * import { features } from "baaljs/heuristics";
 * import { createRandom, kMeans } from "baaljs/strategies";
 *
 * const rows = features([4, 1], Float32Array.of(0, 0.1, 9, 9.1));
 * console.log(await kMeans(rows, 2, createRandom(1)));
 * ```
 */
export async function kMeans(
  features: Features,
  clusters: number,
  random: Random,
  options: KMeansOptions = {},
): Promise<KMeansClusters> {
  const [items, width] = features.shape;
  if (!(Number.isInteger(clusters) && clusters >= 1 && clusters <= items))
    throw new BaalError("E_ARGUMENT", `k-means makes from 1 to ${items} clusters of ${items} items; ${clusters} were asked for.`);
  const space = rowSpace("euclidean", features);
  const found = await clusterRows(prepareRows(space, features), clusters, random, options);
  const { cluster_N, sizes_K, iterations } = found;
  const sums = new Float64Array(clusters * width);
  for (let item = 0, from = 0; item < items; item++)
    for (let d = 0; d < width; d++) sums[cluster_N[item]! * width + d]! += features.data[from++]!;
  return {
    centroids_K_D: Float32Array.from(sums, (sum, at) => sum / Math.max(1, sizes_K[Math.floor(at / width)]!)),
    cluster_N,
    sizes_K,
    inertia: inertiaOf(found) * space.unit ** 2,
    iterations,
  };
}

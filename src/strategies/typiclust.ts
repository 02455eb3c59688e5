import { BaalError } from "../core/errors.js";
import { type Features, features as makeFeatures } from "../core/features.js";
import { clusterRows, type KMeansOptions } from "../neighbours/cluster-rows.js";
import { exactNeighbours } from "../neighbours/exact-neighbours.js";
import { prepareRows } from "../neighbours/prepared-rows.js";
import { rowSpace } from "../neighbours/row-space.js";
import { randomOrder, requireEvidence, requireLabelledFeatures, takeFeatures } from "./evidence.js";
import { pickCount } from "./score-strategy.js";
import type { Selection, Strategy } from "./strategy.js";

/** The options of {@link typiclust}. */
export interface TypiclustOptions extends KMeansOptions {
  /** Neighbours that make up an item's typicality, at most half of its cluster; 20 by default, as in the paper. */
  readonly neighbours?: number | undefined;
  /** Clusters at most; 500 by default, as in the paper. */
  readonly maxClusters?: number | undefined;
  /** Smaller clusters come last: outliers. 5 by default, as in the paper. */
  readonly minClusterSize?: number | undefined;
}

/**
 * TypiClust (Hacohen, Dekel and Weinshall 2022, arXiv:2202.02794): typical items of every region, for small budgets and cold starts.
 * k-means over labelled items and pool with one cluster per labelled item and pick; then, from the largest cluster without a label on,
 * the most typical item of each, where typicality is 1 / the mean distance to the nearest items of the cluster. It works on features
 * that put like beside like before any label is known, as self-supervised ones do.
 *
 * Takes N x clusters x D multiplications per iteration of k-means and, for each cluster picked from, the square of its size times D:
 * for a few picks from a very large pool take a random part of it.
 *
 * `scores` are the typicalities, up to 1e5 for an item among copies and 0 for an item alone in its cluster.
 *
 * Throws `E_ARGUMENT`, `E_POOL_EMPTY`, `E_SHAPE` for labelled features of another width, `E_NOT_FINITE`, `E_ABORTED`.
 *
 * @example
 * ```ts
 * import { features } from "baaljs/heuristics";
 * import { createRandom, typiclust } from "baaljs/strategies";
 *
 * // Two regions; nothing is labelled, no model is trained: features of a pretrained one are enough.
 * const rows = features([6, 1], Float32Array.of(0, 0.1, 0.2, 9, 9.1, 9.2));
 * const { indices } = await typiclust({ minClusterSize: 1 }).select(rows, 2, createRandom(42));
 * console.log(indices); // a typical item of each region
 * ```
 */
export function typiclust(options: TypiclustOptions = {}): Strategy {
  const { neighbours = 20, maxClusters = 500, minClusterSize = 5 } = options;
  for (const [name, value] of Object.entries({ neighbours, maxClusters, minClusterSize })) {
    if (!(Number.isInteger(value) && value >= 1))
      throw new BaalError("E_ARGUMENT", `TypiClust's ${name} is a whole number of at least 1; ${value} came.`);
  }
  const strategy: Strategy = {
    name: "typiclust",
    needs: ["features", "labelled"],
    async select(pool, count, random) {
      const picks = pickCount(count, pool.indices.length);
      if (picks === 0) return { indices: [], scores: [] };
      const { indices, features, labelled } = requireEvidence(pool, strategy);
      const order = randomOrder(indices, random);
      const candidates = takeFeatures(features, order);
      const known = labelled && requireLabelledFeatures(labelled, strategy.name);
      const all = known ? stacked(candidates, known) : candidates;
      const clusters = Math.min(all.shape[0], (known?.shape[0] ?? 0) + picks, maxClusters);
      const space = rowSpace("euclidean", all);
      const { cluster_N } = await clusterRows(prepareRows(space, all), clusters, random, options);
      const queue = pickingOrder(cluster_N, { clusters, candidates: indices.length, minClusterSize });

      const picked: Selection = { indices: [], scores: [] };
      while (picked.indices.length < picks) {
        const round = queue.find((group) => group.some((members) => members.length > 0))!;
        for (const members of round) {
          if (members.length === 0 || picked.indices.length === picks) continue;
          const { at, typicality } = await mostTypical(takeFeatures(candidates, members), neighbours, options.signal);
          picked.indices.push(candidates.indices[members[at]!]!);
          picked.scores.push(typicality);
          members.splice(at, 1);
        }
      }
      return picked;
    },
  };
  return strategy;
}

interface ClusterSizes {
  readonly clusters: number;
  readonly candidates: number;
  readonly minClusterSize: number;
}

/** The candidates of each cluster: first of the clusters that are large enough, then of the others; fewest labels, then largest first. */
function pickingOrder(cluster_N: Int32Array, { clusters, candidates, minClusterSize }: ClusterSizes): number[][][] {
  const members_K = Array.from({ length: clusters }, (): number[] => []);
  const labels_K = new Int32Array(clusters);
  for (const [row, cluster] of cluster_N.entries()) {
    if (row < candidates) members_K[cluster]!.push(row);
    else labels_K[cluster]! += 1;
  }
  const sorted = [...members_K.keys()].sort((a, b) => labels_K[a]! - labels_K[b]! || members_K[b]!.length - members_K[a]!.length);
  const isLarge = (cluster: number) => members_K[cluster]!.length >= minClusterSize;
  return [sorted.filter(isLarge), sorted.filter((cluster) => !isLarge(cluster))].map((group) =>
    group.map((cluster) => members_K[cluster]!),
  );
}

/** Added to a mean distance, so that copies of an item do not divide by 0. */
const SMALLEST_DISTANCE = 1e-5;

async function mostTypical(
  members: Features,
  neighbours: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly at: number; readonly typicality: number }> {
  const size = members.shape[0];
  if (size === 1) return { at: 0, typicality: 0 };
  const k = Math.min(neighbours, Math.max(1, Math.floor(size / 2)));
  // One more than k: each item itself is among its neighbours, at a distance of 0.
  const { distances } = await exactNeighbours(members, members, k + 1, { signal });
  let best = { at: 0, typicality: 0 };
  for (let at = 0; at < size; at++) {
    const total = distances.subarray(at * (k + 1), (at + 1) * (k + 1)).reduce((sum, distance) => sum + distance, 0);
    const typicality = 1 / (total / k + SMALLEST_DISTANCE);
    if (typicality > best.typicality) best = { at, typicality };
  }
  return best;
}

function stacked(a: Features, b: Features): Features {
  if (a.shape[1] !== b.shape[1])
    throw new BaalError(
      "E_SHAPE",
      `The features of the pool have ${a.shape[1]} numbers, those of the labelled items ${b.shape[1]}: take both from the same model.`,
    );
  const data = new Float32Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return makeFeatures([a.shape[0] + b.shape[0], a.shape[1]], data, [...a.indices, ...b.indices]);
}

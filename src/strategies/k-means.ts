import { clusterRows, type KMeansOptions } from "../neighbours/cluster-rows.js";
import { prepareRows } from "../neighbours/prepared-rows.js";
import { rowSpace } from "../neighbours/row-space.js";
import { randomOrder, requireEvidence } from "./evidence.js";
import { pickCount } from "./score-strategy.js";
import type { Strategy } from "./strategy.js";

const MOST_STARTS = 10;
/** Of one pass of all starts. */
const MULTIPLICATIONS = 1e9;

/**
 * A cold start: k-means with one cluster per pick, and of each cluster the item nearest to its centroid, largest cluster first
 * (as in Yuan, Lin and Boyd-Graber 2020, arXiv:2010.09535, where the clustered vectors are surprisal embeddings). It does not look at
 * labels: for later rounds see `typiclust`.
 *
 * `scores` are the shares of the pool that the clusters hold; 0 for the random items that fill up the batch where the pool has fewer
 * different items than picks. Takes N x count x D multiplications per iteration of k-means, which by default has up to ten starts, fewer
 * the larger the pool: chance in the seeds is chance in the picks.
 *
 * Throws `E_ARGUMENT`, `E_POOL_EMPTY`, `E_NOT_FINITE`, `E_ABORTED`.
 *
 * @example
 * ```ts
 * import { features } from "baaljs/heuristics";
 * import { createRandom, kMeansSampling } from "baaljs/strategies";
 *
 * const rows = features([4, 1], Float32Array.of(0, 0.1, 9, 9.1));
 * const { indices } = await kMeansSampling().select(rows, 2, createRandom(42));
 * console.log(indices); // one item near 0 and one near 9
 * ```
 */
export function kMeansSampling(options: KMeansOptions = {}): Strategy {
  const strategy: Strategy = {
    name: "kmeans",
    needs: ["features"],
    async select(pool, count, random) {
      const picks = pickCount(count, pool.indices.length);
      if (picks === 0) return { indices: [], scores: [] };
      const { indices, features } = requireEvidence(pool, strategy);
      const order = randomOrder(indices, random);
      const rows = prepareRows(rowSpace("euclidean", features), features, order);
      const starts = options.starts ?? startsFor(rows.rows * picks * rows.columns);
      const { cluster_N, squared_N, sizes_K } = await clusterRows(rows, picks, random, { ...options, starts });
      const nearest_K = new Int32Array(picks).fill(-1);
      for (const [row, cluster] of cluster_N.entries()) {
        const nearest = nearest_K[cluster]!;
        if (nearest < 0 || squared_N[row]! < squared_N[nearest]!) nearest_K[cluster] = row;
      }
      const clusters = [...sizes_K.keys()].filter((cluster) => sizes_K[cluster]! > 0);
      // Seeds come in random order, and the sort keeps it for clusters of one size.
      const picked = clusters.sort((a, b) => sizes_K[b]! - sizes_K[a]!).map((cluster) => nearest_K[cluster]!);
      const isPicked = new Set(picked);
      const others = [...order.keys()].filter((row) => !isPicked.has(row));
      return {
        indices: [...picked, ...others.slice(0, picks - picked.length)].map((row) => indices[order[row]!]!),
        scores: Array.from({ length: picks }, (_, pick) =>
          pick < clusters.length ? sizes_K[clusters[pick]!]! / indices.length : 0,
        ),
      };
    },
  };
  return strategy;
}

/** Ten, as long as all of them take no more than a second or two. */
function startsFor(multiplications: number): number {
  return Math.max(1, Math.min(MOST_STARTS, Math.floor(MULTIPLICATIONS / multiplications)));
}

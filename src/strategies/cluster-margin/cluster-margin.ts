import { BaalError } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import { itemKey } from "../../core/random.js";
import { margin } from "../../heuristics/confidence.js";
import { exactNeighbours } from "../../neighbours/exact-neighbours.js";
import { prepareRows } from "../../neighbours/prepared-rows.js";
import { rowSpace } from "../../neighbours/row-space.js";
import { randomOrder, requireEvidence, takeFeatures } from "../evidence.js";
import { pickCount, selectByKey } from "../score-strategy.js";
import type { Selection, Strategy } from "../strategy.js";
import { averageLinkage, type Cut, cutTree } from "./average-linkage.js";

/** The options of {@link clusterMargin}. */
export interface ClusterMarginOptions {
  /** Items of smallest margin per pick, from which the batch is taken; 10 by default. */
  readonly candidatesPerPick?: number | undefined;
  /** Mean distance between two clusters from which on they stay apart. By default the tree is cut into as many clusters as picks. */
  readonly distance?: number | undefined;
  /** Items that are clustered at most; the others join the cluster of the nearest one. 5,000 by default: 100 MB of distances. */
  readonly maxClustered?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Cluster-Margin (Citovsky et al. 2021, arXiv:2107.14263): uncertain items from different regions, for large batches. The pool's
 * features are clustered by average linkage; of the items with the smallest margins between the two most probable classes, one at
 * random is taken from each cluster in turn, from the cluster with the fewest of them on, until the batch is full.
 *
 * The paper clusters once, before the first round; here each call clusters its pool, so that a resumed run needs no more than its
 * labels. Clustering takes the square of the number of items: of a pool of more than `maxClustered` a random part is clustered.
 *
 * `scores` are those of the margin heuristic, 1 less the margin.
 *
 * Throws `E_ARGUMENT`, `E_POOL_EMPTY`, `E_SHAPE` for dense predictions, `E_NOT_FINITE`, `E_ABORTED`.
 */
export function clusterMargin(options: ClusterMarginOptions = {}): Strategy {
  const { candidatesPerPick = 10, distance, maxClustered = 5000 } = options;
  if (!(candidatesPerPick >= 1))
    throw new BaalError("E_ARGUMENT", `Cluster-Margin's candidatesPerPick is a number of at least 1; ${candidatesPerPick} came.`);
  if (distance !== undefined && !(distance >= 0))
    throw new BaalError("E_ARGUMENT", `Cluster-Margin's distance is a number of at least 0; ${distance} came.`);
  if (!(Number.isInteger(maxClustered) && maxClustered >= 1))
    throw new BaalError("E_ARGUMENT", `Cluster-Margin's maxClustered is a whole number of at least 1; ${maxClustered} came.`);
  const strategy: Strategy = {
    name: "clustermargin",
    needs: ["probabilities", "features"],
    async select(pool, count, random) {
      const picks = pickCount(count, pool.indices.length);
      if (picks === 0) return { indices: [], scores: [] };
      const { indices, predictions, features } = requireEvidence(pool, strategy);
      if (predictions.shape.length !== 3)
        throw new BaalError("E_SHAPE", `Cluster-Margin takes predictions [N, C, K]; [${predictions.shape}] came.`);
      const scores = margin().score(predictions);
      const wanted = Math.min(indices.length, Math.ceil(candidatesPerPick * picks));
      const uncertain = new Set(selectByKey({ indices, scores, keys: scores }, wanted, itemKey(random)).indices);
      const order = randomOrder(indices, random);
      const candidates = order.filter((position) => uncertain.has(indices[position]!));
      const clusterOf = await clusterItems(features, { candidates, clustered: order.slice(0, maxClustered) }, options, picks);

      const members = new Map<number, number[]>();
      for (const position of candidates) {
        const cluster = clusterOf.get(position)!;
        const group = members.get(cluster) ?? [];
        members.set(cluster, group);
        group.push(position);
      }
      const picked: Selection = { indices: [], scores: [] };
      for (const position of roundRobin(
        [...members.values()].sort((a, b) => a.length - b.length),
        picks,
      )) {
        picked.indices.push(indices[position]!);
        picked.scores.push(scores[position]!);
      }
      return picked;
    },
  };
  return strategy;
}

interface Positions {
  readonly candidates: readonly number[];
  readonly clustered: readonly number[];
}

/** The cluster of each candidate. */
async function clusterItems(
  features: Features,
  { candidates, clustered }: Positions,
  { distance, signal }: ClusterMarginOptions,
  picks: number,
): Promise<ReadonlyMap<number, number>> {
  const part = takeFeatures(features, clustered);
  const space = rowSpace("euclidean", part);
  const merges = await averageLinkage(prepareRows(space, part), signal);
  const cut: Cut = distance === undefined ? { clusters: Math.min(picks, clustered.length) } : { distance: distance / space.unit };
  const cluster_P = cutTree(merges, clustered.length, cut);
  const clusterOf = new Map(clustered.map((position, row) => [position, cluster_P[row]!]));
  const others = candidates.filter((position) => !clusterOf.has(position));
  const { positions } = await exactNeighbours(takeFeatures(features, others), part, 1, { signal });
  for (const [i, position] of others.entries()) clusterOf.set(position, cluster_P[positions[i]!]!);
  return clusterOf;
}

/** The first of each group in turn, then the second of each, ..., `count` in all. */
function roundRobin(groups: readonly (readonly number[])[], count: number): number[] {
  const taken: number[] = [];
  for (let round = 0; taken.length < count; round++)
    for (const group of groups) if (round < group.length && taken.length < count) taken.push(group[round]!);
  return taken;
}

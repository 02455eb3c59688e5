import { clusterRows } from "../../neighbours/cluster-rows.js";
import { shrinkToNearest } from "../../neighbours/nearest-centres.js";
import { type PreparedRows, pickRows } from "../../neighbours/prepared-rows.js";
import type { Random } from "../../random.js";

export interface PureRadiusOptions {
  /** Clusters of k-means that stand for classes. */
  readonly classes: number;
  /** Share of the balls that may hold no item of another cluster. */
  readonly purity: number;
  readonly signal?: AbortSignal | undefined;
}

/** Balls that the purity is measured on: the quantile is then within about a percentage point. */
const SAMPLE = 2000;

/**
 * The squared radius with which the share `purity` of the balls around the rows are pure, hold rows of one cluster only; `Infinity`
 * where all rows make one cluster. A ball is pure exactly if it ends before the nearest row of another cluster, so the radius is a
 * quantile of these distances. The first rows are taken as the sample.
 */
export async function pureSquaredRadius(rows: PreparedRows, random: Random, options: PureRadiusOptions): Promise<number> {
  const { purity, signal } = options;
  const { cluster_N } = await clusterRows(rows, Math.min(options.classes, rows.rows), random, { signal });
  const size = Math.min(SAMPLE, rows.rows);
  const nearestOther = new Float64Array(size).fill(Infinity);
  const all = [...cluster_N.keys()];
  for (const cluster of new Set(cluster_N)) {
    const others = all.slice(0, size).filter((row) => cluster_N[row] !== cluster);
    const squared_N = Float64Array.from(others, (row) => nearestOther[row]!);
    const members = pickRows(
      rows,
      all.filter((row) => cluster_N[row] === cluster),
    );
    await shrinkToNearest(pickRows(rows, others), members, { squared_N }, signal);
    for (const [i, row] of others.entries()) nearestOther[row] = squared_N[i]!;
  }
  const impure = Math.min(size - 1, Math.floor((1 - purity) * size));
  // A little less than the distance at which one ball more would be impure.
  return nearestOther.sort()[impure]! * (1 - 2 ** -20);
}

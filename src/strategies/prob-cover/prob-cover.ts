import { BaalError } from "../../core/errors.js";
import type { Random } from "../../core/random.js";
import { clusterRows } from "../../neighbours/cluster-rows.js";
import { shrinkToNearest } from "../../neighbours/nearest-centres.js";
import { type PreparedRows, pickRows, prepareRows } from "../../neighbours/prepared-rows.js";
import { rowSpace } from "../../neighbours/row-space.js";
import { randomOrder, requireEvidence, requireLabelledFeatures } from "../evidence.js";
import { pickCount } from "../score-strategy.js";
import type { Selection, SelectionWorkOptions, Strategy } from "../strategy.js";
import { greedyCover } from "./greedy-cover.js";

/** The options of {@link probCover}. */
export interface ProbCoverOptions extends SelectionWorkOptions {
  /** Radius of the balls, in units of the features. By default the largest with which enough of the balls are pure. */
  readonly radius?: number | undefined;
  /** Share of the balls that hold items of one cluster only, where the radius is chosen from the data; 0.95 by default, as in the paper. */
  readonly purity?: number | undefined;
  /**
   * Clusters that stand for the classes where the radius is chosen: the number of classes, where it is known. By default the classes
   * labelled so far or the number of picks, whichever is more, from 2 to 100.
   */
  readonly classes?: number | undefined;
}

/**
 * ProbCover (Yehuda, Dekel, Hacohen and Weinshall 2022, arXiv:2205.11320): items whose balls cover as many others as possible that
 * no labelled or picked item covers, greedily; for small budgets and cold starts, on features that put like beside like before any
 * label is known. Where no radius is given it is chosen by the paper's heuristic: clusters of k-means stand for classes, and the
 * radius is the largest with which 95 % of the balls hold items of one cluster only. Once everything is covered, picks are random.
 *
 * `scores` are the shares of the pool that a pick newly covers. Takes 2 N x N x D multiplications at most, by matrix products, and
 * memory for a copy of the features; the graph of who covers whom is never stored.
 *
 * Throws `E_ARGUMENT`, `E_POOL_EMPTY`, `E_SHAPE` for labelled features of another width, `E_NOT_FINITE`, `E_ABORTED`.
 */
export function probCover(options: ProbCoverOptions = {}): Strategy {
  const { radius, purity = 0.95, classes, signal, onProgress } = options;
  if (radius !== undefined && !(radius >= 0))
    throw new BaalError("E_ARGUMENT", `ProbCover's radius is a number of at least 0; ${radius} came.`);
  if (!(purity > 0 && purity <= 1))
    throw new BaalError("E_ARGUMENT", `ProbCover's purity is a share above 0 and up to 1; ${purity} came.`);
  if (classes !== undefined && !(Number.isInteger(classes) && classes >= 2))
    throw new BaalError("E_ARGUMENT", `ProbCover's classes are a whole number of at least 2; ${classes} came.`);
  const strategy: Strategy = {
    name: "probcover",
    needs: ["features", "labelled"],
    async select(pool, count, random) {
      const picks = pickCount(count, pool.indices.length);
      if (picks === 0) return { indices: [], scores: [] };
      const { indices, features, labelled } = requireEvidence(pool, strategy);
      const known = labelled && requireLabelledFeatures(labelled, strategy.name);
      const space = rowSpace("euclidean", features, known ? [known] : []);
      const order = randomOrder(indices, random);
      const rows = prepareRows(space, features, order);
      const groups = classes ?? Math.min(100, Math.max(2, new Set(labelled?.targets).size, picks));
      const squaredRadius =
        radius === undefined
          ? await pureSquaredRadius(rows, random, { classes: groups, purity, signal })
          : (radius / space.unit) ** 2;
      const cover = await greedyCover(rows, known && prepareRows(space, known), { squaredRadius, signal });

      const picked: Selection = { indices: [], scores: [] };
      const isPicked_N = new Uint8Array(indices.length);
      while (picked.indices.length < picks) {
        const best = await cover.next();
        const row = best?.row ?? isPicked_N.indexOf(0);
        isPicked_N[row] = 1;
        picked.indices.push(indices[order[row]!]!);
        picked.scores.push((best?.newlyCovered ?? 0) / indices.length);
        onProgress?.({ type: "select", done: picked.indices.length, total: picks });
      }
      return picked;
    },
  };
  return strategy;
}

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
async function pureSquaredRadius(rows: PreparedRows, random: Random, options: PureRadiusOptions): Promise<number> {
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

import { setImmediate } from "node:timers/promises";
import { BaalError, throwIfAborted } from "../errors.js";
import { meanProbabilities } from "../heuristics/mean-probabilities.js";
import type { Random } from "../random.js";
import { gradientEmbeddings } from "./badge-embeddings.js";
import { randomOrder, requireEvidence } from "./evidence.js";
import { pickCount } from "./pick-count.js";
import type { SelectionWorkOptions } from "./selection-progress.js";
import type { Selection, Strategy } from "./strategy.js";

export type BadgeFirst = "largest-norm" | "uniform";

export interface BadgeOptions extends SelectionWorkOptions {
  /**
   * The first pick. `"largest-norm"` (default), the longest gradient embedding, is what the paper's experiments ran with;
   * `"uniform"` is k-means++ to the letter, whose first pick is often one that the model is sure of.
   */
  readonly first?: BadgeFirst;
}

/** `order` holds the items' positions in the order in which equal ones should come. */
const FIRST: Readonly<Record<BadgeFirst, (norms_N: Float64Array, order: readonly number[]) => number>> = {
  "largest-norm": (norms_N, order) => order.reduce((best, item) => (norms_N[item]! > norms_N[best]! ? item : best)),
  uniform: (_norms_N, order) => order[0]!,
};

/**
 * BADGE (Ash, Zhang, Krishnamurthy, Langford and Agarwal 2020, arXiv:1906.03671): items that the model is unsure of and that differ
 * from each other. An item's gradient embedding is the gradient of the last layer's weights for the predicted class as label: long
 * where the model is unsure. The batch is the seeding of k-means++ over these (Arthur and Vassilvitskii 2007): after the first,
 * each pick is drawn in proportion to the squared distance to the nearest one picked. The origin is no centre: it would cut
 * an item's weight off at its own squared norm, however far from the picked ones it lies.
 *
 * Takes the mean of the draws as the model's probabilities. Distances are exact and made from `probabilities` and `features` as
 * they are, N x (C + D) numbers instead of N x C D. `scores` are the squared distances to the nearest item picked before, and the
 * squared norm for the first. Where all that is left is like a picked one, the rest of the batch is random.
 *
 * Throws `E_SHAPE` for dense predictions, `E_NOT_FINITE`, `E_ARGUMENT`, `E_ABORTED` between two picks.
 */
export function badge({ first = "largest-norm", signal, onProgress }: BadgeOptions = {}): Strategy {
  const firstPick = FIRST[first];
  if (firstPick === undefined)
    throw new BaalError("E_ARGUMENT", `BADGE's first pick is one of ${Object.keys(FIRST).join(", ")}; "${first}" came.`);
  const strategy: Strategy = {
    name: "badge",
    needs: ["probabilities", "features"],
    async select(pool, count, random) {
      const picks = pickCount(count, pool.indices.length);
      if (picks === 0) return { indices: [], scores: [] };
      const { predictions, features, indices } = requireEvidence(pool, strategy);
      const { squaredNorms_N, shrinkTo } = gradientEmbeddings(meanProbabilities(predictions), features);
      const order = randomOrder(indices, random);
      const isPicked_N = new Uint8Array(indices.length);
      const squared_N = new Float64Array(indices.length).fill(Infinity);
      const picked: Selection = { indices: [], scores: [] };
      let item = firstPick(squaredNorms_N, order);
      for (;;) {
        picked.indices.push(indices[item]!);
        picked.scores.push(picked.scores.length === 0 ? squaredNorms_N[item]! : squared_N[item]!);
        onProgress?.({ type: "select", done: picked.indices.length, total: picks });
        if (picked.indices.length === picks) return picked;
        await setImmediate();
        throwIfAborted(signal, `BADGE (after ${picked.indices.length} of ${picks} picks)`);
        isPicked_N[item] = 1;
        squared_N[item] = 0;
        shrinkTo(item, squared_N);
        item =
          drawn(squared_N, order, random) ??
          anyOf(
            order.filter((other) => !isPicked_N[other]),
            random,
          );
      }
    },
  };
  return strategy;
}

/** An item in proportion to its weight; `undefined` where all weights are 0. */
function drawn(weights_N: Float64Array, order: readonly number[], random: Random): number | undefined {
  const total = order.reduce((sum, item) => sum + weights_N[item]!, 0);
  let rest = random.uniform() * total;
  let last: number | undefined;
  for (const item of order) {
    const weight = weights_N[item]!;
    if (weight === 0) continue;
    last = item;
    rest -= weight;
    if (rest < 0) break;
  }
  return last;
}

const anyOf = (items: readonly number[], random: Random) => items[random.integer(0, items.length - 1)]!;

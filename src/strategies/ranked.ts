import { BaalError } from "../core/errors.js";
import { type ItemKey, itemKey, itemUniform } from "../core/random.js";
import { type AnyHeuristic, pickCount, type StrategyOver, scoreStrategy, selectByKey } from "./score-strategy.js";
import type { ImmediateStrategy } from "./strategy.js";

/**
 * Power acquisition (Kirsch et al. 2023, "Stochastic Batch Acquisition", arXiv:2106.12059): draws without replacement with
 * probability proportional to `score^beta`, as the top k of `beta ln(score) + Gumbel noise` (Kool et al. 2019, arXiv:1903.06059).
 * An item of score 0 comes only after all others; where all are 0 the draw is uniform. Where a heuristic gives negative scores,
 * the pool's lowest counts as 0, so that the order survives; of the built-in ones the energy and
 * the relative Mahalanobis distance can.
 * Throws `E_ARGUMENT` for a `beta` that is negative or not finite.
 *
 * @example
 * ```ts
 * import { entropy, predictions } from "baaljs/heuristics";
 * import { createRandom, power } from "baaljs/strategies";
 *
 * const draws = predictions("probabilities", [3, 2, 1], Float32Array.of(0.9, 0.1, 0.6, 0.4, 0.5, 0.5));
 * const { indices, scores } = power(entropy(), { beta: 4 }).select(draws, 2, createRandom(42));
 * console.log(indices, scores); // two of the three items, the uncertain ones more likely
 * ```
 */
export function power<Scores extends AnyHeuristic>(heuristic: Scores, { beta = 1 }: ColdnessOptions = {}): StrategyOver<Scores> {
  checkBeta(beta, "Power sampling");
  return scoreStrategy("power", heuristic, (indices, scores, noiseKey) => {
    const offset = beta === 0 ? undefined : lowestNegative(scores);
    return Float64Array.from(indices, (index, i) => {
      const gumbel = itemGumbel(noiseKey, index);
      return offset === undefined ? gumbel : beta * Math.log(scores[i]! - offset) + gumbel;
    });
  });
}

function lowestNegative(scores: ArrayLike<number>): number {
  let lowest = 0;
  for (let i = 0; i < scores.length; i++) lowest = Math.min(lowest, scores[i]!);
  return lowest;
}

/**
 * Softmax (Gibbs) acquisition (Kirsch et al. 2023, "Stochastic Batch Acquisition", arXiv:2106.12059): draws without replacement with
 * probability proportional to `exp(beta score)`. Unlike `power`, only differences between scores count, so `beta` must suit their scale.
 * Throws `E_ARGUMENT` for a `beta` that is negative or not finite.
 */
export function softmax<Scores extends AnyHeuristic>(
  heuristic: Scores,
  { beta = 1 }: ColdnessOptions = {},
): StrategyOver<Scores> {
  checkBeta(beta, "Softmax sampling");
  return scoreStrategy("softmax", heuristic, (indices, scores, noiseKey) =>
    Float64Array.from(indices, (index, i) => beta * scores[i]! + itemGumbel(noiseKey, index)),
  );
}

/**
 * Soft-rank acquisition (Kirsch et al. 2023, "Stochastic Batch Acquisition", arXiv:2106.12059): draws without replacement with
 * probability proportional to `rank^-beta`, the highest score having rank 1. The scores' scale does not matter, their order alone does; equal
 * scores are ranked at random, by the dataset indices. Throws `E_ARGUMENT` for a `beta` that is negative or not finite.
 */
export function softRank<Scores extends AnyHeuristic>(
  heuristic: Scores,
  { beta = 1 }: ColdnessOptions = {},
): StrategyOver<Scores> {
  checkBeta(beta, "Soft-rank sampling");
  return scoreStrategy("softrank", heuristic, (indices, scores, noiseKey) => {
    // Ranks the ties; of another family of numbers than the noise, or an item's rank and noise would go together.
    const tieKey = [noiseKey[1], noiseKey[2], noiseKey[3], ~noiseKey[0]] as const;
    const ties = Float64Array.from(indices, (index) => itemUniform(tieKey, index));
    const order = indices.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || ties[a]! - ties[b]!);
    const keys = new Float64Array(indices.length);
    order.forEach((position, i) => {
      keys[position] = -beta * Math.log(i + 1) + itemGumbel(noiseKey, indices[position]!);
    });
    return keys;
  });
}

/**
 * The items with the highest scores. Ties are ordered at random by the seed and the dataset index, whatever the pool's order.
 * In batches it picks items that resemble each other: with BALD, data with duplicates can do worse than chance (Kirsch et al.
 * 2019, arXiv:1906.08158); {@link power} costs the same and does not.
 *
 * @example
 * ```ts
 * import { margin, predictions } from "baaljs/heuristics";
 * import { createRandom, topK } from "baaljs/strategies";
 *
 * const draws = predictions("probabilities", [3, 2, 1], Float32Array.of(0.9, 0.1, 0.6, 0.4, 0.5, 0.5));
 * console.log(topK(margin()).select(draws, 2, createRandom(42)).indices); // [2, 1]
 * ```
 */
export function topK<Scores extends AnyHeuristic>(heuristic: Scores): StrategyOver<Scores> {
  return scoreStrategy("topk", heuristic, (_indices, scores) => scores);
}

/** How close a random draw comes to the highest scores. */
export interface ColdnessOptions {
  /** Coldness: 0 picks uniformly, larger values come closer to the top k; 1 by default. A temperature T is `beta = 1 / T`. */
  readonly beta?: number | undefined;
}

/** Throws `E_ARGUMENT` for a `beta` that is negative or not finite. */
function checkBeta(beta: number, what: string): void {
  if (Number.isFinite(beta) && beta >= 0) return;
  throw new BaalError(
    "E_ARGUMENT",
    `${what} needs a finite beta of at least 0; ${beta} came. For the best items alone use "topk".`,
  );
}

/** Standard Gumbel noise of a dataset index: added to log weights, the top k are a draw without replacement (Kool et al. 2019, arXiv:1903.06059). */
function itemGumbel(key: ItemKey, index: number): number {
  return -Math.log(-Math.log(itemUniform(key, index)));
}

/**
 * A uniform draw without replacement, the baseline; needs no predictions. The scores are the random numbers that the items are ranked by.
 *
 * @example
 * ```ts
 * import { createRandom, random } from "baaljs/strategies";
 *
 * console.log(random().select({ indices: [3, 7, 8, 9] }, 2, createRandom(42)).indices); // two of the four
 * ```
 */
export function random(): ImmediateStrategy {
  return {
    name: "random",
    needs: [],
    select({ indices }, count, source) {
      const picks = pickCount(count, indices.length);
      const key = itemKey(source);
      const keys = Float64Array.from(indices, (index) => itemUniform(key, index));
      return selectByKey({ indices, scores: keys, keys }, picks, itemKey(source));
    },
  };
}

import { BaalError } from "../core/errors.js";
import { type ItemKey, itemKey, itemUniform, itemUniformCeiling } from "../core/random.js";
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
  return scoreStrategy("power", heuristic, (indices, scores, noiseKey, picks) => {
    const [lowest, highest] = rangeOf(scores);
    const offset = Math.min(0, lowest);
    const logWeights =
      beta === 0
        ? { of: () => 0, highest: 0 }
        : { of: (i: number) => beta * Math.log(scores[i]! - offset), highest: beta * Math.log(highest - offset) };
    return noisyKeys(logWeights, { indices, noiseKey, picks });
  });
}

function rangeOf(scores: ArrayLike<number>): readonly [number, number] {
  let [lowest, highest] = [Infinity, -Infinity];
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (score < lowest) lowest = score;
    if (score > highest) highest = score;
  }
  return [lowest, highest];
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
  return scoreStrategy("softmax", heuristic, (indices, scores, noiseKey, picks) => {
    const logWeights = { of: (i: number) => beta * scores[i]!, highest: beta * rangeOf(scores)[1] };
    return noisyKeys(logWeights, { indices, noiseKey, picks });
  });
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

interface LogWeights {
  readonly of: (position: number) => number;
  /** None is above this. */
  readonly highest: number;
}

interface NoisyItems {
  readonly indices: readonly number[];
  readonly noiseKey: ItemKey;
  readonly picks: number;
}

/** Items that are all looked at before any is passed over. */
const FIRST_ITEMS = 1024;
/** Rounding of logarithms, far above. */
const SURELY = 1 - 1e-9;

/**
 * Log weights with Gumbel noise; -Infinity for items that are not among the first `picks`. After a first part of the pool, of which the noise would have to
 * bring even the highest weight above `picks` others is known, and mostly half of an item's random number says that it does not. The bound is
 * taken anew whenever as many items more were looked at as before.
 */
function noisyKeys({ of, highest }: LogWeights, { indices, noiseKey, picks }: NoisyItems): Float64Array {
  const keys = new Float64Array(indices.length).fill(-Infinity);
  let best = new Float64Array(0);
  let least = 0; // what a random number must be above
  for (let start = 0; start < keys.length; ) {
    const end = Math.min(keys.length, Math.max(FIRST_ITEMS, 4 * picks, 2 * start));
    const looked: number[] = [];
    for (let i = start; i < end; i++) {
      const index = indices[i]!;
      if (itemUniformCeiling(noiseKey, index) <= least) continue;
      keys[i] = of(i) + itemGumbel(noiseKey, index);
      looked.push(keys[i]!);
    }
    start = end;
    if (start === keys.length) break;
    best = Float64Array.from([...best, ...looked])
      .sort()
      .subarray(-picks);
    // Gumbel noise of u is -ln(-ln u).
    least = SURELY * Math.exp(-Math.exp(highest - best[0]!));
  }
  return keys;
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

import { BaalError } from "../core/errors.js";
import { itemKey, itemUniform, type Random } from "../core/random.js";
import { takeItems } from "./evidence.js";
import { topPositions } from "./score-strategy.js";
import type { Strategy } from "./strategy.js";

/** The options of {@link randomSubset}. */
export interface RandomSubsetOptions {
  /** Most items that the strategy gets to see. */
  readonly size: number;
}

/**
 * Another strategy on a random part of the pool, new for each batch: for pools too large to predict, or for strategies whose cost grows
 * faster than the pool. A loop asks `preselect` first and predicts that part alone; given a larger pool, `select` takes a part itself.
 * At least as many items as are to be picked stay. Throws `E_ARGUMENT` for a size that is no whole number from 1.
 *
 * @example
 * ```ts
 * import { entropy, predictions } from "baaljs/heuristics";
 * import { createRandom, randomSubset, topK } from "baaljs/strategies";
 *
 * const draws = predictions("probabilities", [4, 2, 1], Float32Array.of(0.9, 0.1, 0.6, 0.4, 0.5, 0.5, 0.8, 0.2));
 * const { indices } = await randomSubset(topK(entropy()), { size: 2 }).select(draws, 1, createRandom(42));
 * console.log(indices); // the more uncertain of two items drawn at random
 * ```
 */
export function randomSubset(strategy: Strategy, { size }: RandomSubsetOptions): Strategy {
  if (!Number.isInteger(size) || size < 1)
    throw new BaalError("E_ARGUMENT", `The size of a random subset is a whole number from 1; ${size} came.`);
  const keptOf = (count: number) => Math.max(size, Number.isInteger(count) ? count : 0);
  return {
    name: `subset:${size}:${strategy.name}`,
    needs: strategy.needs,
    preselect: (indices, random, count = 0) =>
      randomPositions(indices, keptOf(count), random).map((position) => indices[position]!),
    async select(candidates, count, random) {
      const { indices } = candidates;
      const kept = keptOf(count);
      const isSmall = indices.length <= kept || new Set(indices).size < indices.length;
      const part = isSmall ? candidates : takeItems(candidates, randomPositions(indices, kept, random));
      return strategy.select(part, count, random);
    },
  };
}

/** A random part, whatever the order of the indices. */
function randomPositions(indices: readonly number[], size: number, random: Random): number[] {
  const key = itemKey(random);
  const keys = Float64Array.from(indices, (index) => itemUniform(key, index));
  return topPositions(indices.length, Math.min(size, indices.length), (a, b) =>
    keys[a] === keys[b] ? indices[a]! < indices[b]! : keys[a]! > keys[b]!,
  );
}

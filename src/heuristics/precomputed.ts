import { BaalError } from "../core/errors.js";
import { createRandom, itemKey, itemUniform } from "../core/random.js";
import type { Heuristic } from "./heuristic.js";
import type { ItemScores } from "./score-chunks.js";

/** Scores by dataset index: a map, or two lists in the same order. */
export type PrecomputedScores =
  | ReadonlyMap<number, number>
  | { readonly indices: readonly number[]; readonly scores: ArrayLike<number> };

/**
 * Scores that were made elsewhere, by dataset index: what `scoreChunks` returns, a table from another program, scores of regression
 * draws or of several outputs. Needs no predictions, so `power(precomputed(scores))` picks from indices alone. The scores are
 * copied. Higher is sooner.
 *
 * Throws `E_SHAPE` when there are not as many scores as indices, `E_ARGUMENT` for an index that comes twice and, on scoring, for an
 * item without a score; `E_NOT_FINITE` for a score that is not finite, naming the item.
 *
 * @example
 * ```ts
 * import { precomputed } from "baaljs/heuristics";
 * import { createRandom, power } from "baaljs/strategies";
 *
 * const scores = new Map([[3, 0.9], [7, 0.2], [8, 0.4]]); // by dataset index
 * const { indices } = power(precomputed(scores)).select({ indices: [3, 7, 8] }, 2, createRandom(1));
 * console.log(indices);
 * ```
 */
export function precomputed(scores: PrecomputedScores | ItemScores): Heuristic {
  const byIndex = scores instanceof Map ? new Map<number, number>(scores) : fromLists(scores as ItemScores);
  for (const [index, score] of byIndex) {
    if (!Number.isFinite(score))
      throw new BaalError("E_NOT_FINITE", `Dataset item ${index} has the precomputed score ${score}: finite numbers are needed.`);
  }
  return {
    name: "precomputed",
    needs: [],
    upperBound: () => Infinity,
    score: ({ indices }) =>
      Float64Array.from(indices, (index) => {
        const score = byIndex.get(index);
        if (score !== undefined) return score;
        throw new BaalError(
          "E_ARGUMENT",
          `Dataset item ${index} has no precomputed score (there are ${byIndex.size}): scores are looked up by dataset index, not by position.`,
        );
      }),
  };
}

function fromLists({ indices, scores }: { readonly indices: readonly number[]; readonly scores: ArrayLike<number> }) {
  if (indices.length !== scores.length)
    throw new BaalError("E_SHAPE", `${scores.length} precomputed scores came for ${indices.length} dataset indices.`);
  const byIndex = new Map(indices.map((index, i) => [index, scores[i]!]));
  if (byIndex.size !== indices.length)
    throw new BaalError("E_ARGUMENT", "Precomputed scores list a dataset index more than once: give each item one score.");
  return byIndex;
}

/** The options of {@link randomScores}. */
export interface RandomScoresOptions {
  /** Same seed, same score for the same dataset index, whatever else is in the pool. 0 by default. */
  readonly seed?: number | undefined;
}

/** The baseline that every heuristic should beat: uniform scores in (0, 1) that depend on the seed and the dataset index only. */
export function randomScores({ seed = 0 }: RandomScoresOptions = {}): Heuristic {
  const key = itemKey(createRandom(seed));
  return {
    name: "random",
    needs: [],
    upperBound: () => 1,
    score: ({ indices }) => Float64Array.from(indices, (index) => itemUniform(key, index)),
  };
}

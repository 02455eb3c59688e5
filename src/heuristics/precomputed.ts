import { BaalError } from "../errors.js";
import type { Heuristic } from "./heuristic.js";
import type { ItemScores } from "./score-chunks.js";

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

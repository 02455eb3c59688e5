import { BaalError } from "../core/errors.js";
import type { Predictions } from "../core/predictions.js";
import type { Heuristic, ScoreContext } from "./heuristic.js";

/** Scores of dataset items. */
export interface ItemScores {
  /** Dataset indices. */
  readonly indices: readonly number[];
  /** `scores_N` in the order of `indices`; higher is sooner. */
  readonly scores: Float64Array;
}

/**
 * Scores a pool that arrives in chunks, as `predictOnDatasetGenerator` yields it: only the scores are kept, never all draws.
 * `selectFromScores` of a strategy takes the result. Throws as the heuristic, and `E_SHAPE` when it gives more or fewer scores
 * than a chunk has items.
 *
 * @example
 * ```ts
 * import { entropy, predictions, scoreChunks } from "baaljs/heuristics";
 *
 * const chunks = [0, 1].map((index) => predictions("probabilities", [1, 2, 1], Float32Array.of(0.6, 0.4), [index]));
 * const { indices, scores } = await scoreChunks(entropy(), chunks); // or trainer.predictOnDatasetGenerator(active.pool)
 * console.log(indices, scores);
 * ```
 */
export async function scoreChunks<Output extends { readonly indices: readonly number[] } = Predictions>(
  heuristic: Heuristic<Output>,
  chunks: AsyncIterable<Output> | Iterable<Output>,
  context?: ScoreContext,
): Promise<ItemScores> {
  const indices: number[] = [];
  const parts: Float64Array[] = [];
  for await (const chunk of chunks) {
    const part = heuristic.score(chunk, context);
    if (part.length !== chunk.indices.length)
      throw new BaalError(
        "E_SHAPE",
        `Heuristic "${heuristic.name}" gave ${part.length} scores for a chunk of ${chunk.indices.length} items: one per item is needed.`,
      );
    parts.push(part);
    for (const index of chunk.indices) indices.push(index);
  }
  const scores = new Float64Array(indices.length);
  let at = 0;
  for (const part of parts) {
    scores.set(part, at);
    at += part.length;
  }
  return { indices, scores };
}

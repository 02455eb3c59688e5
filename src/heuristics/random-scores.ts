import { createRandom } from "../random.js";
import type { Heuristic } from "./heuristic.js";
import { itemKey, itemUniform } from "./item-uniform.js";

export interface RandomScoresOptions {
  /** Same seed, same score for the same dataset index, whatever else is in the pool. 0 by default. */
  readonly seed?: number;
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

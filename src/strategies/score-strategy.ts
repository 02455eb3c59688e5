import { BaalError } from "../errors.js";
import type { Heuristic } from "../heuristics/heuristic.js";
import { type ItemKey, itemKey } from "../heuristics/item-uniform.js";
import { predictions as makePredictions, type Predictions } from "../predictions.js";
import { requireEvidence } from "./evidence.js";
import { pickCount } from "./pick-count.js";
import { selectByKey } from "./select-by-key.js";
import type { CandidatePool, ScoreStrategy, Strategy } from "./strategy.js";

/** Turns scores into what the items are ranked by, highest first; `noiseKey` is there to give each dataset index its own randomness. */
export type RankKeys = (indices: readonly number[], scores: ArrayLike<number>, noiseKey: ItemKey) => ArrayLike<number>;

/** A strategy that ranks by a function of the heuristic's scores: checks, scoring and ties are the same for all of them. */
export function scoreStrategy(name: string, heuristic: Heuristic, rankKeys: RankKeys): ScoreStrategy {
  const strategy: ScoreStrategy = {
    name: `${name}:${heuristic.name}`,
    needs: heuristic.needs,
    heuristic,
    select(pool, count, random) {
      if (pickCount(count, pool.indices.length) === 0) return { indices: [], scores: [] };
      return strategy.selectFromScores(pool.indices, heuristic.score(predictionsOf(pool, strategy), pool), count, random);
    },
    selectFromScores(indices, scores, count, random) {
      checkScores(indices, scores, strategy.name);
      const picks = pickCount(count, indices.length);
      const noiseKey = itemKey(random);
      const tieKey = itemKey(random);
      return selectByKey({ indices, scores, keys: rankKeys(indices, scores, noiseKey) }, picks, tieKey);
    },
  };
  return strategy;
}

/** The pool's predictions; for a strategy without needs, predictions of no classes that only carry the indices. */
function predictionsOf(pool: CandidatePool, strategy: Strategy): Predictions {
  if (strategy.needs.length === 0)
    return makePredictions("probabilities", [pool.indices.length, 0, 0], new Float32Array(0), pool.indices);
  return requireEvidence(pool, strategy).predictions;
}

function checkScores(indices: readonly number[], scores: ArrayLike<number>, strategyName: string): void {
  if (indices.length !== scores.length) {
    throw new BaalError(
      "E_SHAPE",
      `Strategy "${strategyName}" was given ${scores.length} scores for ${indices.length} items: one per item is needed.`,
    );
  }
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i])) {
      throw new BaalError(
        "E_NOT_FINITE",
        `Dataset item ${indices[i]} has the score ${scores[i]}; strategy "${strategyName}" needs finite scores.`,
      );
    }
  }
}

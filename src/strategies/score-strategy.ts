import { BaalError } from "../errors.js";
import type { FeatureHeuristic, Heuristic } from "../heuristics/heuristic.js";
import { type ItemKey, itemKey } from "../heuristics/item-uniform.js";
import { predictions as makePredictions, type Predictions } from "../predictions.js";
import type { Random } from "../random.js";
import { requireEvidence } from "./evidence.js";
import { labelledFeatures } from "./labelled-evidence.js";
import { pickCount } from "./pick-count.js";
import { selectByKey } from "./select-by-key.js";
import type { CandidatePool, ScoreStrategy, Selection, Strategy } from "./strategy.js";

export type AnyHeuristic = Heuristic | FeatureHeuristic;

/** Scores from predictions can come chunk by chunk and at once; those from features take the whole pool, and time. */
export type StrategyOver<Scores extends AnyHeuristic> = Scores extends Heuristic ? ScoreStrategy : Strategy;

/** Turns scores into what the items are ranked by, highest first; `noiseKey` is there to give each dataset index its own randomness. */
export type RankKeys = (indices: readonly number[], scores: ArrayLike<number>, noiseKey: ItemKey) => ArrayLike<number>;

/** A strategy that ranks by a function of the heuristic's scores: checks, scoring and ties are the same for all of them. */
export function scoreStrategy<Scores extends AnyHeuristic>(
  name: string,
  heuristic: Scores,
  rankKeys: RankKeys,
): StrategyOver<Scores> {
  const fullName = `${name}:${heuristic.name}`;
  const select: ScoreStrategy["selectFromScores"] = (indices, scores, count, random) => {
    checkScores(indices, scores, fullName);
    const picks = pickCount(count, indices.length);
    const noiseKey = itemKey(random);
    const tieKey = itemKey(random);
    return selectByKey({ indices, scores, keys: rankKeys(indices, scores, noiseKey) }, picks, tieKey);
  };
  const strategy = isFeatureHeuristic(heuristic)
    ? overFeatures(fullName, heuristic, select)
    : overPredictions(fullName, heuristic, select);
  return strategy as StrategyOver<Scores>;
}

function isFeatureHeuristic(heuristic: AnyHeuristic): heuristic is FeatureHeuristic {
  return "scoreFeatures" in heuristic;
}

function overPredictions(name: string, heuristic: Heuristic, selectFromScores: ScoreStrategy["selectFromScores"]): ScoreStrategy {
  const { needs } = heuristic;
  return {
    name,
    needs,
    heuristic,
    select(pool, count, random) {
      if (pickCount(count, pool.indices.length) === 0) return { indices: [], scores: [] };
      return selectFromScores(pool.indices, heuristic.score(predictionsOf(pool, { name, needs }), pool), count, random);
    },
    selectFromScores,
  };
}

/** While nothing is labelled the scores are 0, so that the picks are random ones. */
function overFeatures(name: string, heuristic: FeatureHeuristic, selectFromScores: ScoreStrategy["selectFromScores"]): Strategy {
  const { needs } = heuristic;
  return {
    name,
    needs,
    async select(pool: CandidatePool, count: number, random: Random): Promise<Selection> {
      if (pickCount(count, pool.indices.length) === 0) return { indices: [], scores: [] };
      const { indices, features, labelled, target } = requireEvidence(pool, { name, needs });
      const isCold = needs.includes("labelled") && !labelled;
      const context = {
        ...(labelled && needs.includes("labelled")
          ? { labelled: { ...labelled, features: labelledFeatures(labelled, name) } }
          : {}),
        ...(target ? { target } : {}),
      };
      const scores = isCold ? new Float64Array(indices.length) : await heuristic.scoreFeatures(features, context);
      return selectFromScores(indices, scores, count, random);
    },
  };
}

/** The pool's predictions; for a strategy without needs, predictions of no classes that only carry the indices. */
function predictionsOf(pool: CandidatePool, { name, needs }: Pick<Strategy, "name" | "needs">): Predictions {
  if (needs.length === 0) return makePredictions("probabilities", [pool.indices.length, 0, 0], new Float32Array(0), pool.indices);
  return requireEvidence(pool, { name, needs }).predictions;
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

import { type ColdnessOptions, checkBeta, itemGumbel } from "./coldness.js";
import { type AnyHeuristic, type StrategyOver, scoreStrategy } from "./score-strategy.js";

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

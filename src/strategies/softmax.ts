import type { Heuristic } from "../heuristics/heuristic.js";
import { type ColdnessOptions, checkBeta, itemGumbel } from "./coldness.js";
import { scoreStrategy } from "./score-strategy.js";
import type { ScoreStrategy } from "./strategy.js";

/**
 * Softmax (Gibbs) acquisition (Kirsch et al. 2023, "Stochastic Batch Acquisition", arXiv:2106.12059): draws without replacement with
 * probability proportional to `exp(beta score)`. Unlike `power`, only differences between scores count, so `beta` must suit their scale.
 * Throws `E_ARGUMENT` for a `beta` that is negative or not finite.
 */
export function softmax(heuristic: Heuristic, { beta = 1 }: ColdnessOptions = {}): ScoreStrategy {
  checkBeta(beta, "Softmax sampling");
  return scoreStrategy("softmax", heuristic, (indices, scores, noiseKey) =>
    Float64Array.from(indices, (index, i) => beta * scores[i]! + itemGumbel(noiseKey, index)),
  );
}

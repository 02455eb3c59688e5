import { type ColdnessOptions, checkBeta, itemGumbel } from "./coldness.js";
import { type AnyHeuristic, type StrategyOver, scoreStrategy } from "./score-strategy.js";

/**
 * Power acquisition (Kirsch et al. 2023, "Stochastic Batch Acquisition", arXiv:2106.12059): draws without replacement with
 * probability proportional to `score^beta`, as the top k of `beta ln(score) + Gumbel noise` (Kool et al. 2019, arXiv:1903.06059).
 * An item of score 0 comes only after all others; where all are 0 the draw is uniform. Where a heuristic gives negative scores,
 * the pool's lowest counts as 0, so that the order survives; of the built-in ones the energy and
 * the relative Mahalanobis distance can.
 * Throws `E_ARGUMENT` for a `beta` that is negative or not finite.
 */
export function power<Scores extends AnyHeuristic>(heuristic: Scores, { beta = 1 }: ColdnessOptions = {}): StrategyOver<Scores> {
  checkBeta(beta, "Power sampling");
  return scoreStrategy("power", heuristic, (indices, scores, noiseKey) => {
    const offset = beta === 0 ? undefined : lowestNegative(scores);
    return Float64Array.from(indices, (index, i) => {
      const gumbel = itemGumbel(noiseKey, index);
      return offset === undefined ? gumbel : beta * Math.log(scores[i]! - offset) + gumbel;
    });
  });
}

function lowestNegative(scores: ArrayLike<number>): number {
  let lowest = 0;
  for (let i = 0; i < scores.length; i++) lowest = Math.min(lowest, scores[i]!);
  return lowest;
}

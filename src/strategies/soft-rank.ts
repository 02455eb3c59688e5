import { itemUniform } from "../heuristics/item-uniform.js";
import { type ColdnessOptions, checkBeta, itemGumbel } from "./coldness.js";
import { type AnyHeuristic, type StrategyOver, scoreStrategy } from "./score-strategy.js";

/**
 * Soft-rank acquisition (Kirsch et al. 2023, "Stochastic Batch Acquisition", arXiv:2106.12059): draws without replacement with
 * probability proportional to `rank^-beta`, the highest score having rank 1. The scores' scale does not matter, their order alone does; equal
 * scores are ranked at random, by the dataset indices. Throws `E_ARGUMENT` for a `beta` that is negative or not finite.
 */
export function softRank<Scores extends AnyHeuristic>(
  heuristic: Scores,
  { beta = 1 }: ColdnessOptions = {},
): StrategyOver<Scores> {
  checkBeta(beta, "Soft-rank sampling");
  return scoreStrategy("softrank", heuristic, (indices, scores, noiseKey) => {
    // Ranks the ties; of another family of numbers than the noise, or an item's rank and noise would go together.
    const tieKey = [noiseKey[1], noiseKey[2], noiseKey[3], ~noiseKey[0]] as const;
    const ties = Float64Array.from(indices, (index) => itemUniform(tieKey, index));
    const order = indices.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || ties[a]! - ties[b]!);
    const keys = new Float64Array(indices.length);
    order.forEach((position, i) => {
      keys[position] = -beta * Math.log(i + 1) + itemGumbel(noiseKey, indices[position]!);
    });
    return keys;
  });
}

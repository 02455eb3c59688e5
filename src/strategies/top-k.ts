import { type AnyHeuristic, type StrategyOver, scoreStrategy } from "./score-strategy.js";

/**
 * The items with the highest scores. Ties are ordered at random by the seed and the dataset index, whatever the pool's order.
 * In batches it picks items that resemble each other: with BALD, data with duplicates can do worse than chance (Kirsch et al.
 * 2019, arXiv:1906.08158); {@link power} costs the same and does not.
 */
export function topK<Scores extends AnyHeuristic>(heuristic: Scores): StrategyOver<Scores> {
  return scoreStrategy("topk", heuristic, (_indices, scores) => scores);
}

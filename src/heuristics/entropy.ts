import { type DrawHeuristicOptions, drawHeuristic } from "./draw-heuristic.js";
import type { Heuristic } from "./heuristic.js";
import { shannonEntropy } from "./shannon-entropy.js";

/**
 * Predictive entropy (Shannon 1948; for active learning: Settles 2009): the entropy of the mean prediction, in nats.
 * Scores lie in [0, ln C].
 */
export function entropy(options: DrawHeuristicOptions = {}): Heuristic {
  return drawHeuristic(
    { name: "entropy", needs: ["probabilities"], upperBound: Math.log, score: ({ mean_C }) => shannonEntropy(mean_C) },
    options,
  );
}

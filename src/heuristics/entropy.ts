import type { Heuristic } from "./heuristic.js";
import { type DenseOptions, drawHeuristic } from "./position-heuristic.js";
import { type AverageOptions, predictiveEntropy } from "./predictive-distribution.js";

/**
 * Entropy of the averaged prediction (Shannon 1948; for active learning: Settles 2009), in nats. Scores lie in [0, ln C].
 * Set `average: "probabilities"` for the predictive entropy of the Bayesian literature, which is never below BALD.
 */
export function entropy(options: DenseOptions & AverageOptions = {}): Heuristic {
  return drawHeuristic(
    {
      name: "entropy",
      needs: ["probabilities"],
      upperBound: Math.log,
      // Never negative, but a probability that rounding left above 1 makes it so.
      score: (draws) => Math.max(0, predictiveEntropy(draws, options.average)),
    },
    options,
  );
}

import { drawHeuristic } from "./draw-heuristic.js";
import type { Heuristic } from "./heuristic.js";
import type { DenseOptions } from "./position-heuristic.js";
import { type AverageOptions, predictiveDistribution } from "./predictive-distribution.js";

/**
 * Margin sampling (Scheffer et al. 2001), turned so that higher is sooner: 1 less the distance between the two highest
 * probabilities of the averaged prediction. 1 where two classes are equally likely, 0 where one is certain.
 */
export function margin(options: DenseOptions & AverageOptions = {}): Heuristic {
  return drawHeuristic(
    {
      name: "margin",
      needs: ["probabilities"],
      upperBound: () => 1,
      score: (draws) => 1 - topTwoDistance(predictiveDistribution(draws, options.average)),
    },
    options,
  );
}

function topTwoDistance(probs_C: Float64Array): number {
  let first = -Infinity;
  let second = -Infinity;
  for (const p of probs_C) {
    if (p > first) {
      second = first;
      first = p;
    } else if (p > second) second = p;
  }
  return Math.min(1, first - second);
}

import { type DrawHeuristicOptions, drawHeuristic } from "./draw-heuristic.js";
import type { Heuristic } from "./heuristic.js";

/**
 * Margin sampling (Scheffer et al. 2001), turned so that higher is sooner: 1 less the distance between the two highest mean
 * probabilities. 1 where two classes are equally likely, 0 where one is certain.
 */
export function margin(options: DrawHeuristicOptions = {}): Heuristic {
  return drawHeuristic(
    { name: "margin", needs: ["probabilities"], upperBound: () => 1, score: ({ mean_C }) => 1 - topTwoDistance(mean_C) },
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

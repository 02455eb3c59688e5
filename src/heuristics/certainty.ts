import { drawHeuristic } from "./draw-heuristic.js";
import type { Heuristic } from "./heuristic.js";
import type { DenseOptions } from "./position-heuristic.js";

/**
 * Least confidence (Lewis and Gale 1994, arXiv:cmp-lg/9407020): 1 less the highest mean probability, so that higher is sooner.
 * The mean is of probabilities, for logits too: the probability that users are shown for the predicted class. Scores lie in [0, 1 - 1/C].
 */
export function certainty(options: DenseOptions = {}): Heuristic {
  return namedCertainty("certainty", options);
}

/** The same score under another of the names that it has in the literature. */
export function namedCertainty(name: string, options: DenseOptions): Heuristic {
  return drawHeuristic(
    {
      name,
      needs: ["probabilities"],
      upperBound: (classes) => 1 - 1 / classes,
      score: ({ mean_C }) => Math.max(0, 1 - mean_C.reduce((a, b) => Math.max(a, b))),
    },
    options,
  );
}

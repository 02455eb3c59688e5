import { drawHeuristic } from "./draw-heuristic.js";
import type { Draws } from "./draws.js";
import type { Heuristic } from "./heuristic.js";
import type { DenseOptions } from "./position-heuristic.js";
import { needsOfDisagreement, type SingleDrawOptions } from "./single-draw.js";

/**
 * Variance of the probabilities over the draws (Gal et al. 2017, arXiv:1703.02910, "mean STD" without the root): the population
 * variance, averaged over the classes. Scores lie in [0, (1 - 1/C) / C].
 * Scoring throws `E_ARGUMENT` for a single draw per item, unless `allowSingleDraw`.
 */
export function variance(options: DenseOptions & SingleDrawOptions = {}): Heuristic {
  return drawHeuristic(
    {
      name: "variance",
      needs: needsOfDisagreement(options),
      // Reached by draws that each put everything on one class, all classes equally often.
      upperBound: (classes) => (1 - 1 / classes) / classes,
      score: meanVariance,
    },
    options,
  );
}

function meanVariance({ probs_C_K, mean_C, classes, iterations }: Draws): number {
  let total = 0;
  for (let c = 0, at = 0; c < classes; c++) {
    const mean = mean_C[c]!;
    for (let k = 0; k < iterations; k++, at++) total += (probs_C_K[at]! - mean) ** 2;
  }
  return total / (classes * iterations);
}

import type { Draws } from "./draws.js";
import { shannonEntropy } from "./fast-math.js";
import type { Heuristic } from "./heuristic.js";
import { type DenseOptions, drawHeuristic, needsOfDisagreement, type SingleDrawOptions } from "./position-heuristic.js";
import { valueVariance } from "./value-scores.js";

/**
 * Variance of the probabilities over the draws (Gal et al. 2017, arXiv:1703.02910, "mean STD" without the root): the population
 * variance, averaged over the classes. Scores lie in [0, (1 - 1/C) / C].
 *
 * Of labels that are each predicted by itself: the variance of the label's probability, summed over the labels (`labelReduction`), each at most 1/4. Of a
 * regression: that of its numbers, averaged over the outputs, without a bound ({@link valueVariance}).
 *
 * Scoring throws `E_ARGUMENT` for a single draw per item, unless `allowSingleDraw`.
 *
 * @example
 * ```ts
 * import { variance, predictions } from "baaljs/heuristics";
 *
 * // Two items of two classes and two draws: of the first the draws contradict each other, of the second both are unsure.
 * const draws = predictions("probabilities", [2, 2, 2], Float32Array.of(1, 0, 0, 1, 0.5, 0.5, 0.5, 0.5));
 * console.log(variance().score(draws)); // 0.25 and 0
 * ```
 */
export function variance(options: DenseOptions & SingleDrawOptions = {}): Heuristic {
  return drawHeuristic(
    {
      name: "variance",
      needs: needsOfDisagreement(options),
      // Reached by draws that each put everything on one class, all classes equally often.
      upperBound: (classes) => (1 - 1 / classes) / classes,
      score: meanVariance,
      ofValues: valueVariance,
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

/**
 * Query by committee with vote entropy (Dagan and Engelson 1995, ICML): each draw votes for its most probable class, and the score
 * is the entropy of the votes, in nats; 0 where all vote alike, however unsure they are. Classes that share a draw's highest
 * probability share its vote. Scores lie in [0, ln C], and no higher than ln K where no vote is shared. (Votes in proportion to
 * the probabilities, "soft" vote entropy, are `entropy()`.) Of labels that are each predicted by itself a draw votes yes or no on each, and the entropies are
 * summed over the labels (`labelReduction`).
 * Scoring throws `E_ARGUMENT` for a single draw per item, unless `allowSingleDraw`.
 *
 * @example
 * ```ts
 * import { voteEntropy, predictions } from "baaljs/heuristics";
 *
 * // Two items of two classes and two draws: of the first the draws contradict each other, of the second both are unsure.
 * const draws = predictions("probabilities", [2, 2, 2], Float32Array.of(1, 0, 0, 1, 0.5, 0.5, 0.5, 0.5));
 * console.log(voteEntropy().score(draws)); // 0.69 (ln 2) twice: the second item's draws share their votes
 * ```
 */
export function voteEntropy(options: DenseOptions & SingleDrawOptions = {}): Heuristic {
  return drawHeuristic(
    {
      name: "voteentropy",
      needs: needsOfDisagreement(options),
      upperBound: Math.log,
      score: (draws) => Math.max(0, shannonEntropy(votes(draws))),
    },
    options,
  );
}

/** `[C]`, sums to 1. */
function votes({ probs_C_K, classes, iterations }: Draws): Float64Array {
  const votes_C = new Float64Array(classes);
  for (let k = 0; k < iterations; k++) {
    let highest = -1;
    let winners = 0;
    for (let at = k; at < probs_C_K.length; at += iterations) {
      if (probs_C_K[at]! > highest) {
        highest = probs_C_K[at]!;
        winners = 1;
      } else if (probs_C_K[at] === highest) winners++;
    }
    const share = 1 / (winners * iterations);
    for (let c = 0, at = k; c < classes; c++, at += iterations) if (probs_C_K[at] === highest) votes_C[c]! += share;
  }
  return votes_C;
}

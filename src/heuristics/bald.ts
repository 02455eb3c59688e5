import { mostEvenMean } from "./best-case.js";
import { shannonEntropy } from "./fast-math.js";
import type { Heuristic } from "./heuristic.js";
import { type DenseOptions, drawHeuristic, needsOfDisagreement, type SingleDrawOptions } from "./position-heuristic.js";
import { valueInformation } from "./value-scores.js";

/** The options of {@link bald} and of its other names. */
export type BaldOptions = DenseOptions & SingleDrawOptions;

/**
 * BALD (Houlsby et al. 2011, arXiv:1112.5745; with dropout: Gal et al. 2017, arXiv:1703.02910): the mutual information between an
 * item's label and the model's parameters, in nats: the entropy of the mean prediction less the mean entropy of the draws.
 * High where the draws are each sure of a different class. Scores lie in [0, ln C].
 *
 * Of labels that are each predicted by itself: the same of each label's Bernoulli distribution over no and yes, `h(mean p) - mean h(p)` with
 * `h(p) = -p ln p - (1 - p) ln(1 - p)`, summed over the labels (`labelReduction`): the information about independent labels together. Of a regression that
 * predicts its noise: that of normal distributions, summed over the outputs.
 *
 * Scoring throws `E_ARGUMENT` for a single draw per item, unless `allowSingleDraw`.
 *
 * @example
 * ```ts
 * import { bald, predictions } from "baaljs/heuristics";
 *
 * // Two items of two classes and two draws: of the first the draws contradict each other, of the second both are unsure.
 * const draws = predictions("probabilities", [2, 2, 2], Float32Array.of(1, 0, 0, 1, 0.5, 0.5, 0.5, 0.5));
 * console.log(bald().score(draws)); // 0.69 (ln 2) and 0
 * ```
 */
export function bald(options: BaldOptions = {}): Heuristic {
  return namedBald("bald", options);
}

/** BALD under another of the names that it has in the literature. */
function namedBald(name: string, options: BaldOptions): Heuristic {
  return drawHeuristic(
    {
      name,
      needs: needsOfDisagreement(options),
      upperBound: Math.log,
      // Never negative (Jensen), but rounding can be when all draws agree.
      score: (draws) => Math.max(0, shannonEntropy(draws.mean_C) - draws.expectedEntropy()),
      // The draws to come can have no entropy at all, and a mean that evens out the one so far.
      best: (draws, share) => {
        const expected = draws.expectedEntropy();
        return shannonEntropy(mostEvenMean(draws.mean_C, share)) - share * expected;
      },
      ofValues: valueInformation,
    },
    options,
  );
}

/**
 * The mutual information between label and parameters, as a score for items out of distribution (Smith and Gal 2018,
 * arXiv:1803.08533): the part of the uncertainty that more training data would remove, high where the draws disagree, and low for
 * items that are merely ambiguous. The very numbers of `bald`, under the name that papers on out-of-distribution detection use.
 */
export function mutualInformation(options: BaldOptions = {}): Heuristic {
  return namedBald("mutualinformation", options);
}

/**
 * Query by committee with the Kullback-Leibler divergence to the mean (McCallum and Nigam 1998, ICML): the mean over the draws of
 * KL(draw || mean of the draws), in nats. With the mean as the consensus, and draws that count alike, this is the entropy of the mean
 * less the mean entropy: the very numbers of `bald`, under the name of the literature on committees. The draws of an ensemble
 * are a committee as they were then.
 */
export function klDisagreement(options: BaldOptions = {}): Heuristic {
  return namedBald("kldisagreement", options);
}

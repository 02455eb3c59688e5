import { drawHeuristic } from "./draw-heuristic.js";
import type { Heuristic } from "./heuristic.js";
import type { DenseOptions } from "./position-heuristic.js";
import { shannonEntropy } from "./shannon-entropy.js";
import { needsOfDisagreement, type SingleDrawOptions } from "./single-draw.js";

export type BaldOptions = DenseOptions & SingleDrawOptions;

/**
 * BALD (Houlsby et al. 2011, arXiv:1112.5745; with dropout: Gal et al. 2017, arXiv:1703.02910): the mutual information between an
 * item's label and the model's parameters, in nats: the entropy of the mean prediction less the mean entropy of the draws.
 * High where the draws are each sure of a different class. Scores lie in [0, ln C].
 * Scoring throws `E_ARGUMENT` for a single draw per item, unless `allowSingleDraw`.
 */
export function bald(options: BaldOptions = {}): Heuristic {
  return namedBald("bald", options);
}

/** BALD under another of the names that it has in the literature. */
export function namedBald(name: string, options: BaldOptions): Heuristic {
  return drawHeuristic(
    {
      name,
      needs: needsOfDisagreement(options),
      upperBound: Math.log,
      // Never negative (Jensen), but rounding can be when all draws agree.
      score: (draws) => Math.max(0, shannonEntropy(draws.mean_C) - draws.expectedEntropy()),
    },
    options,
  );
}

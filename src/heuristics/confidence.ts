import { BaalError } from "../core/errors.js";
import { softmaxWeight } from "../core/softmax.js";
import { type DrawsPlace, sizesOf, unusableDraws } from "./draws.js";
import type { Heuristic } from "./heuristic.js";
import { type DenseOptions, drawHeuristic, positionHeuristic } from "./position-heuristic.js";
import { type AveragingOptions, predictiveDistribution, predictiveEntropy } from "./predictive-distribution.js";

/**
 * Entropy of the averaged prediction (Shannon 1948; for active learning: Settles 2009), in nats. Scores lie in [0, ln C].
 * Set `average: "probabilities"` for the predictive entropy of the Bayesian literature, which is never below BALD.
 *
 * @example
 * ```ts
 * import { entropy, predictions } from "baaljs/heuristics";
 *
 * // Two items of two classes and two draws: of the first the draws contradict each other, of the second both are unsure.
 * const draws = predictions("probabilities", [2, 2, 2], Float32Array.of(1, 0, 0, 1, 0.5, 0.5, 0.5, 0.5));
 * console.log(entropy().score(draws)); // 0.69 and 0.69 (ln 2): their mean predictions are alike
 * ```
 */
export function entropy(options: DenseOptions & AveragingOptions = {}): Heuristic {
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

/**
 * Margin sampling (Scheffer et al. 2001), turned so that higher is sooner: 1 less the distance between the two highest
 * probabilities of the averaged prediction. 1 where two classes are equally likely, 0 where one is certain.
 *
 * @example
 * ```ts
 * import { margin, predictions } from "baaljs/heuristics";
 *
 * // Two items of two classes and two draws: of the first the draws contradict each other, of the second both are unsure.
 * const draws = predictions("probabilities", [2, 2, 2], Float32Array.of(1, 0, 0, 1, 0.5, 0.5, 0.5, 0.5));
 * console.log(margin().score(draws)); // 1 and 1: both classes are as likely on average
 * ```
 */
export function margin(options: DenseOptions & AveragingOptions = {}): Heuristic {
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

/**
 * Maximum softmax probability, as a score for items out of distribution (Hendrycks and Gimpel 2017, arXiv:1610.02136): 1 less the
 * highest probability of the mean prediction, high where the item is unlike what the model was trained on. The very numbers of
 * `certainty`, under the name that papers on out-of-distribution detection use.
 */
export function maxSoftmax(options: DenseOptions = {}): Heuristic {
  return namedCertainty("maxsoftmax", options);
}

/** The options of {@link energy}. */
export interface EnergyOptions extends DenseOptions {
  /** T of `-T ln sum exp(z / T)`; 1 by default, as the paper recommends. */
  readonly temperature?: number | undefined;
}

/**
 * The energy of the logits, as a score for items out of distribution (Liu et al. 2020, arXiv:2010.03759): `-T ln sum exp(z / T)`,
 * averaged over the draws; high where no class has a high logit, which the softmax does not show. May be negative, and often is.
 *
 * Throws `E_ARGUMENT` for a temperature that is not a positive number and, on scoring, for probabilities: the softmax has removed
 * what the energy looks at.
 */
export function energy({ temperature = 1, ...options }: EnergyOptions = {}): Heuristic {
  if (!(temperature > 0 && temperature < Infinity))
    throw new BaalError("E_ARGUMENT", `The temperature of the energy is a positive number; ${temperature} came.`);
  return positionHeuristic(
    {
      name: "energy",
      needs: ["probabilities"],
      upperBound: () => Infinity,
      scorer(predictions) {
        const { classes, positions, iterations } = sizesOf(predictions);
        if (predictions.kind !== "logits")
          throw new BaalError(
            "E_ARGUMENT",
            '"energy" needs logits, and probabilities came: the softmax has removed what it looks at. Predict logits, or use "maxsoftmax".',
          );
        const stride = positions * iterations;
        return (item, position) => {
          const place = { item, start: item * classes * stride + position * iterations, stride, classes, iterations };
          const score = meanEnergy(predictions.data, place, temperature);
          if (!Number.isFinite(score)) throw unusableDraws(predictions, place);
          return score;
        };
      },
    },
    options,
  );
}

function meanEnergy(data: Float32Array, { start, stride, classes, iterations }: DrawsPlace, temperature: number): number {
  const end = start + classes * stride;
  let total = 0;
  for (let k = 0; k < iterations; k++) {
    let highest = -Infinity;
    for (let i = start + k; i < end; i += stride) {
      highest = Math.max(highest, data[i]!);
      total += 0 * data[i]!; // NaN for an infinity, which the exponential would make 0 of
    }
    let sum = 0;
    for (let i = start + k; i < end; i += stride) sum += softmaxWeight((data[i]! - highest) / temperature);
    total -= highest + temperature * Math.log(sum);
  }
  return total / iterations;
}

/**
 * Least confidence (Lewis and Gale 1994, arXiv:cmp-lg/9407020): 1 less the highest mean probability, so that higher is sooner.
 * The mean is of probabilities, for logits too: the probability that users are shown for the predicted class. Scores lie in [0, 1 - 1/C].
 *
 * @example
 * ```ts
 * import { certainty, predictions } from "baaljs/heuristics";
 *
 * // Two items of two classes and two draws: of the first the draws contradict each other, of the second both are unsure.
 * const draws = predictions("probabilities", [2, 2, 2], Float32Array.of(1, 0, 0, 1, 0.5, 0.5, 0.5, 0.5));
 * console.log(certainty().score(draws)); // 0.5 and 0.5
 * ```
 */
export function certainty(options: DenseOptions = {}): Heuristic {
  return namedCertainty("certainty", options);
}

/** The same score under another of the names that it has in the literature. */
function namedCertainty(name: string, options: DenseOptions): Heuristic {
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

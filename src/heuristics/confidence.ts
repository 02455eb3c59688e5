import { BaalError } from "../core/errors.js";
import { highestOf, softmaxWeight } from "../core/softmax.js";
import { mostEvenMean } from "./best-case.js";
import { type DrawsPlace, drawsReader, sizesOf, unusableDraws } from "./draws.js";
import { shannonEntropy } from "./fast-math.js";
import type { Heuristic } from "./heuristic.js";
import { type DenseOptions, drawHeuristic, positionHeuristic } from "./position-heuristic.js";
import { type AveragingOptions, predictiveDistribution, predictiveEntropy } from "./predictive-distribution.js";
import { valueEntropy } from "./value-scores.js";

/**
 * Entropy of the averaged prediction (Shannon 1948; for active learning: Settles 2009), in nats: the predictive entropy of the Bayesian literature, which is
 * never below BALD. Scores lie in [0, ln C]. `average: "logits"` gives what Baal does.
 *
 * Of labels that are each predicted by itself: `-p ln p - (1 - p) ln(1 - p)` of each label's mean probability, summed over the labels (`labelReduction`). Of
 * a regression: the differential entropy of its draws, `0.5 ln(2 pi e var)` summed over the outputs, which may be negative and has no bound.
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
      best: options.average === "logits" ? undefined : ({ mean_C }, share) => shannonEntropy(mostEvenMean(mean_C, share)),
      ofValues: valueEntropy,
    },
    options,
  );
}

/**
 * Margin sampling (Scheffer et al. 2001), turned so that higher is sooner: 1 less the distance between the two highest
 * probabilities of the averaged prediction. 1 where two classes are equally likely, 0 where one is certain.
 *
 * Of labels that are each predicted by itself: the nearness of the label's mean probability p to its threshold t, `1 - |p - t| / (p >= t ? 1 - t : t)`: 1 at the
 * threshold, 0 where the label is sure either way (with t = 1/2 the same distance of two probabilities; summed over labels the "binary minimum" scores of
 * Brinker 2006, doi:10.1007/3-540-31314-1_24). Summed over the labels (`labelReduction`; `"max"` is Brinker's choice, the label nearest to its threshold).
 *
 * Throws `E_ARGUMENT` for a threshold outside of (0, 1) and, on scoring, for thresholds of predictions that are of one label an item, or too few of them.
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
export function margin({ thresholds, ...options }: MarginOptions = {}): Heuristic {
  const given = typeof thresholds === "number" ? [thresholds] : (thresholds ?? []);
  const wrong = given.find((threshold) => !(threshold > 0 && threshold < 1));
  if (wrong !== undefined) throw new BaalError("E_ARGUMENT", `The threshold of a label lies between 0 and 1; ${wrong} came.`);
  const thresholdOf = (label: number) => {
    const threshold = thresholds === undefined ? 0.5 : typeof thresholds === "number" ? thresholds : thresholds[label];
    if (threshold !== undefined) return threshold;
    throw new BaalError(
      "E_ARGUMENT",
      `"margin" was given ${given.length} thresholds, and none for label ${label}: give one per label.`,
    );
  };
  return positionHeuristic(
    {
      name: "margin",
      needs: ["probabilities"],
      upperBound: () => 1,
      scorer(predictions) {
        const read = drawsReader(predictions);
        return (item, position, label) => {
          const probs_C = predictiveDistribution(read(item, position), options.average);
          if (label !== undefined) return nearness(Math.min(1, Math.max(0, probs_C[1]!)), thresholdOf(label));
          if (thresholds === undefined) return 1 - topTwoDistance(probs_C);
          throw new BaalError(
            "E_ARGUMENT",
            '"margin" was given thresholds, which labels have that are each predicted by itself; the predictions are of one label an item. Leave them out.',
          );
        };
      },
    },
    options,
  );
}

/** The options of {@link margin}. */
export interface MarginOptions extends DenseOptions, AveragingOptions {
  /** Of labels that are each predicted by itself: from which probability on a label holds, in the order of the labels, or one for all. 0.5 by default. */
  readonly thresholds?: number | readonly number[] | undefined;
}

/** 1 where a probability is at its threshold, 0 at either end. */
function nearness(p: number, threshold: number): number {
  return 1 - Math.abs(p - threshold) / (p >= threshold ? 1 - threshold : threshold);
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
 * averaged over the draws; high where no class has a high logit, which the softmax does not show. May be negative, and often is. Of labels that are each
 * predicted by itself: `-T ln(1 + exp(z / T))`, summed over the labels (the joint energy of Wang et al. 2021, arXiv:2109.14162).
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
 * The mean is of probabilities, for logits too: the probability that users are shown for the predicted class; `average: "logits"` takes the other one. Scores
 * lie in [0, 1 - 1/C]. Of labels that are each predicted by itself: 1 less the probability of yes or of no, whichever is likelier, summed over the labels
 * (`labelReduction`).
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
export function certainty(options: DenseOptions & AveragingOptions = {}): Heuristic {
  return namedCertainty("certainty", options);
}

/** The same score under another of the names that it has in the literature. */
function namedCertainty(name: string, options: DenseOptions & AveragingOptions): Heuristic {
  return drawHeuristic(
    {
      name,
      needs: ["probabilities"],
      upperBound: (classes) => 1 - 1 / classes,
      score: (draws) => Math.max(0, 1 - highestOf(predictiveDistribution(draws, options.average))),
      best: options.average === "logits" ? undefined : ({ mean_C }, share) => 1 - highestOf(mostEvenMean(mean_C, share)),
    },
    options,
  );
}

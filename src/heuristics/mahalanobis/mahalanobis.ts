import { BaalError } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import type { FeatureHeuristic } from "../heuristic.js";
import { type LabelledFeatures, labelledFeatures } from "../labelled-features.js";
import { fitClasses, nearestClass } from "./gaussian-classes.js";

/** The options of {@link mahalanobis} and {@link relativeMahalanobis}. */
export interface MahalanobisOptions {
  /**
   * How much of the covariance is replaced by a multiple of the identity, from 0 to 1. By default as much as Ledoit and Wolf (2004,
   * "A well-conditioned estimator for large-dimensional covariance matrices") compute from the data: much with fewer labelled items
   * than features, little with many.
   */
  readonly shrinkage?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Mahalanobis distance to the nearest class, as a score for items out of distribution (Lee, Lee, Lee and Shin 2018,
 * arXiv:1807.03888): the least over the classes of `(x - mean)' Cov^-1 (x - mean)`, with the means of the labelled items of each
 * class and the covariance within classes that all share; squared, as in the paper. Where nothing varies within the classes
 * (one item of each) the distance is Euclidean. In float32 by matrix products, after one Cholesky decomposition in float64.
 *
 * Throws `E_ARGUMENT` for a shrinkage outside [0, 1] and, on scoring, while nothing is labelled; `E_SHAPE`, `E_NOT_FINITE`, `E_ABORTED`.
 */
export function mahalanobis(options: MahalanobisOptions = {}): FeatureHeuristic {
  return featureHeuristic("mahalanobis", options, ownDistance);
}

/**
 * Relative Mahalanobis distance (Ren et al. 2021, arXiv:2106.09022): the distance to the nearest class less that to all labelled items
 * taken as one class, with a covariance of its own. What varies everywhere alike cancels out, which makes it the better score for
 * items that resemble labelled ones. Negative where a class fits well. Else as {@link mahalanobis}.
 */
export function relativeMahalanobis(options: MahalanobisOptions = {}): FeatureHeuristic {
  return featureHeuristic("relativemahalanobis", options, async (pool, labelled, settings) => {
    const own_N = await ownDistance(pool, labelled, settings);
    const asOne = { ...labelled, targets: labelled.targets.map(() => 0) };
    const all_N = await ownDistance(pool, asOne, settings);
    return own_N.map((distance, item) => distance - all_N[item]!);
  });
}

type Distance = (pool: Features, labelled: LabelledFeatures, options: MahalanobisOptions) => Promise<Float64Array>;

const ownDistance: Distance = async (pool, { features, targets }, { shrinkage, signal }) =>
  nearestClass(pool, await fitClasses(features, targets, shrinkage), signal);

function featureHeuristic(name: string, options: MahalanobisOptions, distance: Distance): FeatureHeuristic {
  const { shrinkage } = options;
  if (shrinkage !== undefined && !(shrinkage >= 0 && shrinkage <= 1))
    throw new BaalError("E_ARGUMENT", `The shrinkage of "${name}" is a number from 0 to 1; ${shrinkage} came.`);
  return {
    name,
    needs: ["features", "labelled"],
    async scoreFeatures(features, context = {}) {
      const labelled = labelledFeatures(name, features, context);
      if (labelled.targetLists !== undefined)
        throw new BaalError(
          "E_ARGUMENT",
          `"${name}" looks at one class of items after the other; the labelled items have several labels, or numbers, each. Use "knndistance".`,
        );
      const scores_N = await distance(features, labelled, options);
      const wrong = scores_N.findIndex((score) => !Number.isFinite(score));
      if (wrong >= 0)
        throw new BaalError(
          "E_NOT_FINITE",
          `"${name}" gave dataset item ${features.indices[wrong]} the score ${scores_N[wrong]}: are the features finite, and of moderate size?`,
        );
      return scores_N;
    },
  };
}

import { BaalError } from "../core/errors.js";
import { exactNeighbours, type FindNeighbours } from "../neighbours/exact-neighbours.js";
import type { FeatureHeuristic } from "./heuristic.js";
import { labelledFeatures } from "./labelled-features.js";

/** The options of {@link knnDistance}. */
export interface KnnDistanceOptions {
  /**
   * Which of the nearest labelled items the distance is taken to, the farthest of all where there are fewer; 10 by default. (The
   * paper takes 50 of 50,000: one that grows with the number of labelled items.)
   */
  readonly neighbours?: number | undefined;
  /** Exact search by default. */
  readonly findNeighbours?: FindNeighbours | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Distance to the k-th nearest labelled item, as a score for items out of distribution (Sun, Ming, Zhu and Li 2022,
 * arXiv:2204.06507): Euclidean between features of length 1, so in [0, 2]; high far from all that is labelled. Zero vectors are at
 * a right angle to all others.
 *
 * Throws `E_ARGUMENT` for bad options and, on scoring, while nothing is labelled; `E_SHAPE`, `E_NOT_FINITE`, `E_ABORTED`.
 */
export function knnDistance(options: KnnDistanceOptions = {}): FeatureHeuristic {
  const { neighbours = 10, findNeighbours = exactNeighbours, signal } = options;
  if (!(Number.isInteger(neighbours) && neighbours >= 1))
    throw new BaalError("E_ARGUMENT", `The neighbours of "knndistance" are a whole number of at least 1; ${neighbours} came.`);
  const name = "knndistance";
  return {
    name,
    needs: ["features", "labelled"],
    async scoreFeatures(features, context = {}) {
      const labelled = labelledFeatures(name, features, context);
      const { k, distances } = await findNeighbours(features, labelled.features, neighbours, { metric: "cosine", signal });
      // |a - b|^2 = 2 (1 - cos) for vectors of length 1.
      return Float64Array.from(features.indices, (_, item) => Math.sqrt(2 * Math.max(0, distances[(item + 1) * k - 1]!)));
    },
  };
}

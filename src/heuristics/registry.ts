import { BaalError } from "../core/errors.js";
import { bald, klDisagreement, mutualInformation, type SingleDrawOptions } from "./bald.js";
import { certainty, type EnergyOptions, energy, margin, maxSoftmax } from "./confidence.js";
import { variance, voteEntropy } from "./disagreement.js";
import { entropy } from "./entropy.js";
import { epig } from "./epig.js";
import type { FeatureHeuristic, Heuristic } from "./heuristic.js";
import { type KnnDistanceOptions, knnDistance } from "./knn-distance.js";
import { type MahalanobisOptions, mahalanobis, relativeMahalanobis } from "./mahalanobis/mahalanobis.js";
import type { DenseOptions } from "./position-heuristic.js";
import { type RandomScoresOptions, randomScores } from "./precomputed.js";
import type { AverageOptions } from "./predictive-distribution.js";

/** The options of all heuristics; each takes those it knows. */
export type HeuristicOptions = DenseOptions & AverageOptions & SingleDrawOptions & EnergyOptions & RandomScoresOptions;

/** The options of all feature heuristics; each takes those it knows. */
export type FeatureHeuristicOptions = KnnDistanceOptions & MahalanobisOptions;

const HEURISTICS: Readonly<Record<string, (options: HeuristicOptions) => Heuristic>> = {
  bald,
  entropy,
  margin,
  certainty,
  variance,
  voteentropy: voteEntropy,
  kldisagreement: klDisagreement,
  epig,
  maxsoftmax: maxSoftmax,
  energy,
  mutualinformation: mutualInformation,
  random: randomScores,
};
const FEATURE_HEURISTICS: Readonly<Record<string, (options: FeatureHeuristicOptions) => FeatureHeuristic>> = {
  knndistance: knnDistance,
  mahalanobis,
  relativemahalanobis: relativeMahalanobis,
};

/** The names that {@link getHeuristic} knows. */
export const heuristicNames: readonly string[] = Object.keys(HEURISTICS);

/** The names that {@link getFeatureHeuristic} knows. */
export const featureHeuristicNames: readonly string[] = Object.keys(FEATURE_HEURISTICS);

/**
 * A heuristic over predictions by its name, in any case of letters. Throws `E_ARGUMENT` that lists the known names. Those that
 * need more than a name are made by their own functions: `combine`, `precomputed`, `regressionVariance`.
 */
export function getHeuristic(name: string, options: HeuristicOptions = {}): Heuristic {
  return entry(HEURISTICS, name, "heuristic")(options);
}

/** A heuristic over features by its name, in any case of letters. Throws `E_ARGUMENT` that lists the known names. */
export function getFeatureHeuristic(name: string, options: FeatureHeuristicOptions = {}): FeatureHeuristic {
  return entry(FEATURE_HEURISTICS, name, "feature heuristic")(options);
}

function entry<Create>(table: Readonly<Record<string, Create>>, name: string, what: string): Create {
  const key = name.toLowerCase();
  const create = Object.hasOwn(table, key) ? table[key] : undefined;
  if (create === undefined)
    throw new BaalError("E_ARGUMENT", `Unknown ${what} "${name}": use one of ${Object.keys(table).join(", ")}.`);
  return create;
}

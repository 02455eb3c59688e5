/**
 * Scores of items from their draws or features: arrays in, numbers out. Loads nothing native.
 *
 * @module baaljs/heuristics
 */

export { type Features, features } from "../core/features.js";
export { joinFeatures, joinPredictions } from "../core/join-chunks.js";
export type { OptionRule, OptionRules } from "../core/option-rules.js";
export {
  type PredictionKind,
  type Predictions,
  type PredictionsOptions,
  predictions,
  type RegressionDraws,
  regressionDraws,
} from "../core/predictions.js";
export { type BaldOptions, bald, klDisagreement, mutualInformation } from "../heuristics/bald.js";
export { type CombinedHeuristic, type CombinedPart, combine } from "../heuristics/combine.js";
export { certainty, type EnergyOptions, energy, entropy, margin, maxSoftmax } from "../heuristics/confidence.js";
export { variance, voteEntropy } from "../heuristics/disagreement.js";
export { type EpigOptions, epig } from "../heuristics/epig.js";
export type { FeatureHeuristic, Heuristic, LabelledItems, Need, ScoreContext } from "../heuristics/heuristic.js";
export { labelProbabilities } from "../heuristics/independent-labels.js";
export { type KnnDistanceOptions, knnDistance } from "../heuristics/knn-distance.js";
export { type MahalanobisOptions, mahalanobis, relativeMahalanobis } from "../heuristics/mahalanobis/mahalanobis.js";
export type { DenseOptions, Reduction, SingleDrawOptions } from "../heuristics/position-heuristic.js";
export { type PrecomputedScores, precomputed, type RandomScoresOptions, randomScores } from "../heuristics/precomputed.js";
export { type AveragingOptions, meanProbabilities } from "../heuristics/predictive-distribution.js";
export {
  type FeatureHeuristicOptions,
  featureHeuristicNames,
  featureHeuristicRecords,
  getFeatureHeuristic,
  getHeuristic,
  type HeuristicName,
  type HeuristicOptions,
  type HeuristicRecord,
  heuristicNames,
  heuristicRecords,
} from "../heuristics/registry.js";
export { regressionVariance } from "../heuristics/regression-variance.js";
export { type ItemScores, scoreChunks } from "../heuristics/score-chunks.js";

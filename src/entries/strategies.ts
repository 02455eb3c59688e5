/**
 * Picking batches of items, with the nearest neighbours and clusters that some of them use. Loads nothing native.
 *
 * @module baaljs/strategies
 */

export { createRandom, type Random, restoreRandom } from "../core/random.js";
export { type ApproximateNeighboursOptions, approximateNeighbours } from "../neighbours/approximate-neighbours.js";
export type { KMeansOptions } from "../neighbours/cluster-rows.js";
export { exactNeighbours, type FindNeighbours, type NeighbourOptions, type Neighbours } from "../neighbours/exact-neighbours.js";
export { type KMeansClusters, kMeans } from "../neighbours/k-means.js";
export type { Metric } from "../neighbours/row-space.js";
export { type BadgeFirst, type BadgeOptions, badge } from "../strategies/badge.js";
export { type BatchBaldOptions, batchBald } from "../strategies/batch-bald/batch-bald.js";
export { type CalOptions, cal } from "../strategies/cal.js";
export { type ClusterMarginOptions, clusterMargin } from "../strategies/cluster-margin/cluster-margin.js";
export { kCenterGreedy } from "../strategies/k-center.js";
export { kMeansSampling } from "../strategies/k-means.js";
export { type ProbCoverOptions, probCover } from "../strategies/prob-cover/prob-cover.js";
export { type RandomSubsetOptions, randomSubset } from "../strategies/random-subset.js";
export { type ColdnessOptions, power, random, softmax, softRank, topK } from "../strategies/ranked.js";
export { rareLabels } from "../strategies/rare-labels.js";
export {
  getStrategy,
  type StrategyOptions,
  type StrategyRecord,
  strategyNames,
  strategyRecords,
} from "../strategies/registry.js";
export type { AnyHeuristic, StrategyOver } from "../strategies/score-strategy.js";
export {
  type CandidatePool,
  type Candidates,
  type ImmediateStrategy,
  isScoreStrategy,
  type ScoreStrategy,
  type Selection,
  type SelectionProgress,
  type SelectionWorkOptions,
  type Strategy,
} from "../strategies/strategy.js";
export { type TypiclustOptions, typiclust } from "../strategies/typiclust.js";

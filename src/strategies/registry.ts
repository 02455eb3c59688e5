import { BaalError } from "../core/errors.js";
import {
  type FeatureHeuristicOptions,
  featureHeuristicNames,
  getFeatureHeuristic,
  getHeuristic,
  type HeuristicOptions,
  heuristicNames,
} from "../heuristics/registry.js";
import { type BadgeOptions, badge } from "./badge.js";
import { type BatchBaldOptions, batchBald } from "./batch-bald/batch-bald.js";
import { type CalOptions, cal } from "./cal.js";
import { type ClusterMarginOptions, clusterMargin } from "./cluster-margin/cluster-margin.js";
import { kCenterGreedy } from "./k-center.js";
import { kMeansSampling } from "./k-means.js";
import { type ProbCoverOptions, probCover } from "./prob-cover/prob-cover.js";
import { randomSubset } from "./random-subset.js";
import { type ColdnessOptions, power, random, softmax, softRank, topK } from "./ranked.js";
import type { AnyHeuristic } from "./score-strategy.js";
import type { Strategy } from "./strategy.js";
import { type TypiclustOptions, typiclust } from "./typiclust.js";

/** The options of all strategies and of their heuristics; each takes those it knows. */
export type StrategyOptions = ColdnessOptions &
  BatchBaldOptions &
  BadgeOptions &
  CalOptions &
  ClusterMarginOptions &
  ProbCoverOptions &
  TypiclustOptions &
  HeuristicOptions &
  FeatureHeuristicOptions;

const OVER_HEURISTIC: Readonly<Record<string, (heuristic: AnyHeuristic, options: StrategyOptions) => Strategy>> = {
  topk: topK,
  power,
  softmax,
  softrank: softRank,
};
const ALONE: Readonly<Record<string, (options: StrategyOptions) => Strategy>> = {
  random,
  batchbald: batchBald,
  badge,
  coreset: kCenterGreedy,
  clustermargin: clusterMargin,
  cal,
  typiclust,
  kmeans: kMeansSampling,
  probcover: probCover,
};

/** Random scores are left out: their seed is the heuristic's, where `random` draws anew from the caller's generator at each call. */
const RANKABLE = [...heuristicNames.filter((name) => !Object.hasOwn(ALONE, name)), ...featureHeuristicNames];

/** The names that {@link getStrategy} knows: `"random"`, `"power:entropy"`, `"topk:bald"`, ... */
export const strategyNames: readonly string[] = [
  ...Object.keys(ALONE),
  ...Object.keys(OVER_HEURISTIC).flatMap((strategy) => RANKABLE.map((heuristic) => `${strategy}:${heuristic}`)),
];

/** `"subset:10000:badge"` */
const SUBSET = /^subset:(\d+):(.*)$/;

/**
 * A strategy by its name, in any case of letters; `"subset:<size>:<name>"` is one over a random part of the pool. Throws `E_ARGUMENT`
 * that lists the known names.
 */
export function getStrategy(name: string, options: StrategyOptions = {}): Strategy {
  const key = name.toLowerCase();
  const [, size, inner] = SUBSET.exec(key) ?? [];
  if (inner !== undefined) return randomSubset(getStrategy(inner, options), { size: Number(size) });
  if (!strategyNames.includes(key)) {
    throw new BaalError(
      "E_ARGUMENT",
      `Unknown strategy "${name}": use one of ${strategyNames.join(", ")}, or subset:<size>:<one of these>.`,
    );
  }
  const [strategy = "", heuristic] = key.split(":");
  if (heuristic === undefined) return ALONE[strategy]!(options);
  const isOverFeatures = featureHeuristicNames.includes(heuristic);
  const scores = isOverFeatures ? getFeatureHeuristic(heuristic, options) : getHeuristic(heuristic, options);
  return OVER_HEURISTIC[strategy]!(scores, options);
}

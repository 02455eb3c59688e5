import { BaalError } from "../core/errors.js";
import { closestName } from "../core/names.js";
import {
  choiceRule,
  countRule,
  keyOf,
  numberRule,
  type OptionRules,
  type OptionsOf,
  type RulesOf,
} from "../core/option-rules.js";
import { fewestDraws, type Need } from "../heuristics/heuristic.js";
import {
  type FeatureHeuristicOptions,
  featureHeuristicRecords,
  findHeuristic,
  type HeuristicOptions,
  type HeuristicRecord,
  heuristicRecords,
} from "../heuristics/registry.js";
import { badge } from "./badge.js";
import { batchBald } from "./batch-bald/batch-bald.js";
import { cal } from "./cal.js";
import { clusterMargin } from "./cluster-margin/cluster-margin.js";
import { kCenterGreedy } from "./k-center.js";
import { kMeansSampling } from "./k-means.js";
import { probCover } from "./prob-cover/prob-cover.js";
import { randomSubset } from "./random-subset.js";
import { type ColdnessOptions, power, random, softmax, softRank, topK } from "./ranked.js";
import { rareLabels } from "./rare-labels.js";
import type { AnyHeuristic } from "./score-strategy.js";
import type { Strategy } from "./strategy.js";
import { typiclust } from "./typiclust.js";

/** All that lists, checks and tables know of a strategy; of one over a heuristic, the heuristic's options and needs too. */
export interface StrategyRecord<Options = StrategyOptions> {
  /** As it is printed; any case of letters finds it. */
  readonly name: string;
  /** Makes it. Throws `E_ARGUMENT` for options out of range. */
  readonly make: (options?: Options) => Strategy;
  /** The options that a configuration can set. */
  readonly options: OptionRules;
  /** With default options. */
  readonly needs: readonly Need[];
  /** Draws per item that it takes at least, with default options; 0 where it does not look at predictions. */
  readonly fewestDraws: number;
  /** The items that it picks, in one line. */
  readonly doc: string;
}

function record<Options>(make: (options?: Options) => Strategy, doc: string, options: RulesOf<Options>): StrategyRecord<Options> {
  const { name, needs } = make();
  return { name, make, options, needs, fewestDraws: fewestDraws(needs), doc };
}

const CLUSTERING = {
  maxIterations: countRule("passes of k-means at most; 100 by default"),
  tolerance: numberRule("k-means ends where the centroids move less than this share of the rows' variance; 1e-4 by default"),
  starts: countRule("seedings that k-means is run from, of which the best is kept"),
};

/** A strategy that does without a heuristic is known by its name once it has a line here. */
const ALONE = {
  random: record(random, "a uniform draw: the baseline that needs no model", {}),
  batchbald: record(batchBald, "the batch whose labels together say most about the model", {
    maxConfigurations: countRule("ways of labelling the picked items up to which entropies are exact; 1024 by default"),
  }),
  badge: record(badge, "items that the model is unsure of and that differ from each other", {
    first: choiceRule(["largest-norm", "uniform"], 'the first pick; "largest-norm" by default'),
  }),
  rarelabels: record(rareLabels, "the most uncertain items of the labels that have the fewest", {}),
  coreset: record(kCenterGreedy, "items farthest from all that is labelled or picked", {}),
  clustermargin: record(clusterMargin, "uncertain items from different regions, for large batches", {
    candidatesPerPick: numberRule("items of smallest margin per pick, from which the batch is taken; 10 by default"),
    distance: numberRule("mean distance from which on clusters stay apart; by default as many clusters as picks"),
    maxClustered: countRule("items that are clustered at most; 5,000 by default"),
  }),
  cal: record(cal, "items near to labelled ones that the model predicts otherwise", {
    neighbours: countRule("labelled neighbours of each item; 10 by default"),
  }),
  typiclust: record(typiclust, "typical items of every region, for a cold start and small budgets", {
    ...CLUSTERING,
    neighbours: countRule("neighbours that make up an item's typicality; 20 by default"),
    maxClusters: countRule("clusters at most; 500 by default"),
    minClusterSize: countRule("smaller clusters come last; 5 by default"),
  }),
  kmeans: record(
    kMeansSampling,
    "the item nearest to the centre of each of as many clusters as picks, for a cold start",
    CLUSTERING,
  ),
  probcover: record(probCover, "items whose neighbourhoods cover as much as possible, for a cold start and small budgets", {
    radius: numberRule("radius of the neighbourhoods, in units of the features; from the data by default"),
    purity: numberRule("share of neighbourhoods of one cluster, where the radius comes from the data; 0.95 by default"),
    classes: countRule("clusters that stand for the classes, where the radius comes from the data"),
  }),
};

/** A way to pick by the scores of a heuristic. */
interface RankingRecord<Options = never> {
  readonly make: (heuristic: AnyHeuristic, options?: Options) => Strategy;
  readonly options: OptionRules;
  /** Those that it picks of the items that the heuristic favours. */
  readonly doc: string;
}

function ranking<Options>(
  make: (heuristic: AnyHeuristic, options?: Options) => Strategy,
  doc: string,
  options: RulesOf<Options>,
): RankingRecord<Options> {
  return { make, options, doc };
}

const COLDNESS = { beta: numberRule("coldness: 0 picks uniformly, larger values come closer to the top; 1 by default") };

/** A way to pick is known with every heuristic once it has a line here. */
const OVER_HEURISTIC = {
  topk: ranking(topK, "the highest scores", {}),
  power: ranking<ColdnessOptions>(power, "a draw in proportion to score^beta", COLDNESS),
  softmax: ranking<ColdnessOptions>(softmax, "a draw in proportion to exp(beta score)", COLDNESS),
  softrank: ranking<ColdnessOptions>(softRank, "a draw in proportion to rank^-beta", COLDNESS),
};

/** The options of all strategies and of their heuristics; each takes those it knows. */
export type StrategyOptions = OptionsOf<typeof ALONE> & ColdnessOptions & HeuristicOptions & FeatureHeuristicOptions;

/** Random scores are left out: their seed is the heuristic's, where `random` draws anew from the caller's generator at each call. */
const RANKABLE: readonly HeuristicRecord<AnyHeuristic, HeuristicOptions & FeatureHeuristicOptions>[] = [
  ...Object.values(heuristicRecords).filter(({ name }) => !Object.hasOwn(ALONE, name)),
  ...Object.values(featureHeuristicRecords),
];

function over(
  name: string,
  { make, options, doc }: RankingRecord<StrategyOptions>,
  heuristic: (typeof RANKABLE)[number],
): StrategyRecord {
  return {
    ...heuristic,
    name: `${name}:${heuristic.name}`,
    make: (given) => make(heuristic.make(given), given),
    options: { ...options, ...heuristic.options },
    doc: `${doc}: ${heuristic.doc}`,
  };
}

/** The record of each strategy, by its name: `"random"`, `"power:entropy"`, `"topk:bald"`, ... */
export const strategyRecords: Readonly<Record<string, StrategyRecord>> = {
  ...ALONE,
  ...Object.fromEntries(
    Object.entries(OVER_HEURISTIC).flatMap(([name, way]) =>
      RANKABLE.map((heuristic) => over(name, way, heuristic)).map((made) => [made.name, made] as const),
    ),
  ),
};

/** The names that {@link getStrategy} knows: `"random"`, `"power:entropy"`, `"topk:bald"`, ... */
export const strategyNames: readonly string[] = Object.keys(strategyRecords);

/** `"subset:10000:badge"` */
const SUBSET = /^subset:(\d+):(.*)$/i;

/**
 * A strategy by its name, in any case of letters; `"subset:<size>:<name>"` is one over a random part of the pool, `"topk:entropy:max"` one over a heuristic that
 * reduces over labels so. Throws `E_ARGUMENT`
 * that lists the known names.
 *
 * @example
 * ```ts
 * import { predictions } from "baaljs/heuristics";
 * import { createRandom, getStrategy } from "baaljs/strategies";
 *
 * const draws = predictions("probabilities", [2, 2, 1], Float32Array.of(0.9, 0.1, 0.5, 0.5));
 * const { indices } = await getStrategy("topk:entropy").select(draws, 1, createRandom(42));
 * console.log(indices); // [1]
 * ```
 */
export function getStrategy(name: string, options: StrategyOptions = {}): Strategy {
  return findStrategy(name).make(options);
}

/** The record of a strategy, as {@link getStrategy} finds it; of `"subset:<size>:<name>"` too. Throws `E_ARGUMENT` that lists the known names. */
export function findStrategy(name: string): StrategyRecord {
  const [, size, inner] = SUBSET.exec(name) ?? [];
  if (inner !== undefined) {
    const whole = findStrategy(inner);
    const make = (options?: StrategyOptions) => randomSubset(whole.make(options), { size: Number(size) });
    return { ...whole, name: `subset:${size}:${whole.name}`, make, doc: `${whole.doc}, of a random part of the pool` };
  }
  const key = keyOf(strategyRecords, name);
  if (key !== undefined) return strategyRecords[key]!;
  const [, way = "", heuristic] = /^([a-z]+):(.+:(?:sum|mean|max|min|\d+))$/i.exec(name) ?? [];
  const ranking = keyOf(OVER_HEURISTIC, way);
  if (heuristic !== undefined && ranking !== undefined) return over(ranking, OVER_HEURISTIC[ranking], findHeuristic(heuristic));
  const meant = closestName(name, strategyNames);
  throw new BaalError(
    "E_ARGUMENT",
    `Unknown strategy "${name}": ${meant === undefined ? "" : `did you mean "${meant}"? If not, `}use one of ${strategyNames.join(", ")}, or subset:<size>:<one of these>.`,
  );
}

import { BaalError } from "../core/errors.js";
import {
  choiceRule,
  countRule,
  flagRule,
  keyOf,
  numberRule,
  type OptionRules,
  type OptionsOf,
  type RulesOf,
} from "../core/option-rules.js";
import { bald, klDisagreement, mutualInformation } from "./bald.js";
import { certainty, energy, entropy, margin, maxSoftmax } from "./confidence.js";
import { variance, voteEntropy } from "./disagreement.js";
import { epig } from "./epig.js";
import { type FeatureHeuristic, fewestDraws, type Heuristic, type Need } from "./heuristic.js";
import { knnDistance } from "./knn-distance.js";
import { mahalanobis, relativeMahalanobis } from "./mahalanobis/mahalanobis.js";
import type { Reduction } from "./position-heuristic.js";
import { randomScores } from "./precomputed.js";

/** All that lists, checks, flags and tables know of a heuristic. */
export interface HeuristicRecord<Made = Heuristic, Options = never> {
  /** As it is printed; any case of letters finds it. */
  readonly name: string;
  /** Makes it. Throws `E_ARGUMENT` for options out of range. */
  readonly make: (options?: Options) => Made;
  /** The options that a configuration can set. */
  readonly options: OptionRules;
  /** With default options. */
  readonly needs: readonly Need[];
  /** Draws per item that it takes at least, with default options; 0 where it does not look at predictions. */
  readonly fewestDraws: number;
  /** The items that it favours, in one line. */
  readonly doc: string;
}

function record<Made extends Heuristic | FeatureHeuristic, Options>(
  make: (options?: Options) => Made,
  doc: string,
  options: RulesOf<Options>,
): HeuristicRecord<Made, Options> {
  const { name, needs } = make();
  return { name, make, options, needs, fewestDraws: fewestDraws(needs), doc };
}

const LABELS = {
  labelReduction: {
    help: "how the scores of labels that are each predicted by itself become one: sum by default; or the number of the label that counts",
    expects: '"sum", "mean", "max", "min", or the number of a label',
    accepts: (value: unknown) =>
      ["sum", "mean", "max", "min"].includes(value as string) || (Number.isSafeInteger(value) && (value as number) >= 0),
  },
};
const AVERAGE = {
  ...LABELS,
  average: choiceRule(["logits", "probabilities"], "what is averaged over the draws; probabilities by default"),
};
const SINGLE_DRAW = {
  ...LABELS,
  allowSingleDraw: flagRule("scores a single draw per item as 0, where by default that is an error"),
};
const SHRINKAGE = {
  shrinkage: numberRule("share of the covariance replaced by a multiple of the identity, from 0 to 1; from the data by default"),
};

/** A heuristic over predictions is known by its name once it has a line here: to `getHeuristic`, strategies, experiments, commands and servers. */
const HEURISTICS = {
  bald: record(bald, "items on which the draws, each sure of itself, contradict each other", SINGLE_DRAW),
  entropy: record(entropy, "items with an uncertain mean prediction", AVERAGE),
  margin: record(margin, "items whose two most probable classes are about as likely", AVERAGE),
  certainty: record(certainty, "items whose most probable class is improbable: least confidence", AVERAGE),
  variance: record(variance, "items whose probabilities vary over the draws", SINGLE_DRAW),
  voteentropy: record(voteEntropy, "items on whose class the draws vote differently", SINGLE_DRAW),
  kldisagreement: record(klDisagreement, "the numbers of bald, by the name of the literature on committees", SINGLE_DRAW),
  epig: record(epig, "items that say most about the predictions for a target distribution", LABELS),
  maxsoftmax: record(maxSoftmax, "the numbers of certainty, by its name as a score for items out of distribution", LABELS),
  energy: record(energy, "items without a high logit: a score for items out of distribution", {
    ...LABELS,
    temperature: numberRule("divides the logits; above 0, 1 by default"),
  }),
  mutualinformation: record(
    mutualInformation,
    "the numbers of bald, by its name as a score for items out of distribution",
    SINGLE_DRAW,
  ),
  random: record(randomScores, "any item as well as any other: the baseline", {}),
};

/** As {@link HEURISTICS}, for heuristics over features: strategies and experiments know them. */
const FEATURE_HEURISTICS = {
  knndistance: record(knnDistance, "items far from their nearest labelled ones", {
    neighbours: countRule("which of the nearest labelled items the distance is taken to; 10 by default"),
  }),
  mahalanobis: record(mahalanobis, "items far from all classes, by the labelled items' covariance", SHRINKAGE),
  relativemahalanobis: record(
    relativeMahalanobis,
    "items far from all classes, less what is far from everything alike",
    SHRINKAGE,
  ),
};

/** The name of a heuristic over predictions, as it is printed. */
export type HeuristicName = keyof typeof HEURISTICS;

/** The options of all heuristics over predictions; each takes those it knows. */
export type HeuristicOptions = OptionsOf<typeof HEURISTICS>;

/** The options of all feature heuristics; each takes those it knows. */
export type FeatureHeuristicOptions = OptionsOf<typeof FEATURE_HEURISTICS>;

/** The record of each heuristic over predictions, by its name. */
export const heuristicRecords: Readonly<Record<HeuristicName, HeuristicRecord<Heuristic, HeuristicOptions>>> = HEURISTICS;

/** The record of each heuristic over features, by its name. */
export const featureHeuristicRecords: Readonly<Record<string, HeuristicRecord<FeatureHeuristic, FeatureHeuristicOptions>>> =
  FEATURE_HEURISTICS;

/** The names that {@link getHeuristic} knows. */
export const heuristicNames: readonly string[] = Object.keys(HEURISTICS);

/** The names that {@link getFeatureHeuristic} knows. */
export const featureHeuristicNames: readonly string[] = Object.keys(FEATURE_HEURISTICS);

/** The names of those that score an item from its own draws, and need nothing beside. */
export const drawHeuristicNames: readonly string[] = Object.values(heuristicRecords)
  .filter(({ needs }) => needs.length > 0 && needs.every((need) => need === "probabilities" || need === "draws"))
  .map(({ name }) => name);

/**
 * A heuristic over predictions by its name, in any case of letters, with `":max"`, `":mean"` or a label's number behind it where the scores of labels that are
 * each predicted by itself are reduced so. Throws `E_ARGUMENT` that lists the known names. Those that
 * need more than a name are made by their own functions: `combine`, `precomputed`, `regressionVariance`.
 *
 * @example
 * ```ts
 * import { getHeuristic, predictions } from "baaljs/heuristics";
 *
 * const draws = predictions("probabilities", [1, 2, 2], Float32Array.of(1, 0, 0, 1));
 * console.log(getHeuristic("voteEntropy").score(draws)); // one score per item: the two draws vote for different classes, ln 2
 * ```
 */
export function getHeuristic(name: string, options: HeuristicOptions = {}): Heuristic {
  return findHeuristic(name).make(options);
}

/** `"entropy:max"`, `"bald:3"` */
const REDUCED = /^(.+):(sum|mean|max|min|\d+)$/i;

/**
 * The record of a heuristic over predictions, in any case of letters; `"entropy:max"` and `"entropy:3"` are those with a `labelReduction`, for labels that are
 * each predicted by itself. Throws `E_ARGUMENT` that lists the known names.
 */
export function findHeuristic(name: string): HeuristicRecord<Heuristic, HeuristicOptions> {
  const [, inner, given] = REDUCED.exec(name) ?? [];
  if (inner === undefined || given === undefined) return found(heuristicRecords, name, "heuristic");
  const whole = found(heuristicRecords, inner, "heuristic");
  if (!("labelReduction" in whole.options))
    throw new BaalError(
      "E_ARGUMENT",
      `"${whole.name}" has no score for each label, of which "${given}" could be taken: use "${whole.name}".`,
    );
  const labelReduction = /^\d+$/.test(given) ? Number(given) : (given.toLowerCase() as Reduction);
  const { labelReduction: _, ...options } = whole.options;
  const full = `${whole.name}:${labelReduction}`;
  const make = (more?: HeuristicOptions) => ({ ...whole.make({ ...more, labelReduction }), name: full });
  return { ...whole, name: full, options, make };
}

/** A heuristic over features by its name, in any case of letters. Throws `E_ARGUMENT` that lists the known names. */
export function getFeatureHeuristic(name: string, options: FeatureHeuristicOptions = {}): FeatureHeuristic {
  return found(featureHeuristicRecords, name, "feature heuristic").make(options);
}

function found<Found>(records: Readonly<Record<string, Found>>, name: string, what: string): Found {
  const key = keyOf(records, name);
  if (key !== undefined) return records[key]!;
  throw new BaalError("E_ARGUMENT", `Unknown ${what} "${name}": use one of ${Object.keys(records).join(", ")}.`);
}

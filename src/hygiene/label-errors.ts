import { BaalError } from "../core/errors.js";
import type { Predictions } from "../core/predictions.js";
import { meanProbabilities } from "../heuristics/predictive-distribution.js";
import { checkClassified } from "../metrics/metric.js";

/**
 * Which items are candidates (Northcutt et al. 2021, section 3.2):
 * - `"confidentJoint"`: those that are confidently of another class than their label;
 * - `"pruneByClass"`: of each label, as many as the joint says are wrong, those with the least self-confidence;
 * - `"pruneByNoiseRate"`: of each label and true class, as many as the joint says, those with the largest margin for that class.
 */
export type LabelErrorFilter = "confidentJoint" | "pruneByClass" | "pruneByNoiseRate";

/** The label's probability, or that less the largest of the others. The lowest come first. */
export type LabelErrorRanking = "selfConfidence" | "normalizedMargin";

/** Options of {@link labelErrors}. */
export interface LabelErrorsOptions {
  /** `"confidentJoint"` by default. */
  readonly filter?: LabelErrorFilter | undefined;
  /** `"selfConfidence"` by default. */
  readonly rankBy?: LabelErrorRanking | undefined;
}

/** An item whose label looks wrong. */
export interface LabelErrorCandidate {
  /** Dataset index. */
  readonly index: number;
  /** The class that the item is labelled as. */
  readonly given: number;
  /** The most probable other class. */
  readonly suggested: number;
  /** The probability of the given label. */
  readonly selfConfidence: number;
  /** `selfConfidence` less the largest probability of another class, in [-1, 1]. */
  readonly margin: number;
}

/** What confident learning finds: candidates, and an estimate of the noise. */
export interface LabelErrors extends Omit<ConfidentJoint, "confidentClass_N"> {
  /** Most suspicious first. */
  readonly candidates: readonly LabelErrorCandidate[];
  /** `P(given label | true class)`, `[C, C]` row-major, a row per given label. */
  readonly noise_C_C: Float64Array;
  /** The estimated share of items whose label is wrong. */
  readonly errorRate: number;
}

/**
 * Finds items that are probably labelled wrongly, by confident learning (Northcutt, Jiang & Chuang 2021, arXiv:1911.00068). `targets` are
 * the given classes in the order of `predictions.indices`; draws are averaged.
 *
 * The predictions must be **out of sample**: a model that was trained on an item repeats the item's label, wrong or not. Cross-validate:
 * split the labelled items into 5 to 10 parts and predict each with a model trained on the others.
 * Throws `E_LABEL_UNKNOWN` for a target that is no class, `E_SHAPE` for targets or predictions that do not fit, `E_ARGUMENT` for no
 * items at all or an unknown option, `E_NOT_FINITE`.
 *
 * @example
 * ```ts with=predicted
 * import { labelErrors } from "baaljs/data";
 *
 * const targets_N = predictions.indices.map((index) => labels.indexOf(String(rows[index]!["label"])));
 * const { candidates, errorRate } = labelErrors(predictions, targets_N); // most suspicious first
 * ```
 */
export function labelErrors(
  predictions: Predictions,
  targets: readonly number[],
  { filter = "confidentJoint", rankBy = "selfConfidence" }: LabelErrorsOptions = {},
): LabelErrors {
  const chosen = FILTERS[filter];
  const key = RANKINGS[rankBy];
  if (chosen === undefined || key === undefined) {
    const known = [Object.keys(FILTERS), Object.keys(RANKINGS)].map((names) => names.join(", "));
    throw new BaalError("E_ARGUMENT", `filter is one of ${known[0]}, rankBy one of ${known[1]}; "${filter}", "${rankBy}" came.`);
  }
  if (targets.length !== predictions.indices.length)
    throw new BaalError("E_SHAPE", `${predictions.indices.length} predicted items came with ${targets.length} targets.`);
  const classes = predictions.shape[1]!;
  targets.forEach((target, i) => {
    if (!(Number.isInteger(target) && target >= 0 && target < classes))
      throw new BaalError(
        "E_LABEL_UNKNOWN",
        `Item ${predictions.indices[i]} has the class ${target}; the classes are 0 to ${classes - 1}.`,
      );
  });
  const probs_N_C = meanProbabilities(predictions);
  const { confidentClass_N, ...joint } = confidentJoint(probs_N_C, targets);
  const all = targets.map((given, i) =>
    candidate(probs_N_C, { i, given, classes: joint.classes, index: predictions.indices[i]! }),
  );
  const positions = chosen({ all, probs_N_C, joint: { ...joint, confidentClass_N } });
  const candidates = positions.map((i) => all[i]!).sort((a, b) => key(a) - key(b) || a.index - b.index);
  let errorRate = 0;
  joint.joint_C_C.forEach((share, at) => {
    if (Math.floor(at / joint.classes) !== at % joint.classes) errorRate += share;
  });
  return { ...joint, candidates, errorRate, noise_C_C: noiseMatrix(joint) };
}

function candidate(
  probs_N_C: Float64Array,
  { i, given, classes, index }: { readonly i: number; readonly given: number; readonly classes: number; readonly index: number },
): LabelErrorCandidate {
  let suggested = given === 0 ? Math.min(1, classes - 1) : 0;
  for (let c = 0; c < classes; c++)
    if (c !== given && probs_N_C[i * classes + c]! > probs_N_C[i * classes + suggested]!) suggested = c;
  const selfConfidence = probs_N_C[i * classes + given]!;
  return { index, given, suggested, selfConfidence, margin: selfConfidence - probs_N_C[i * classes + suggested]! };
}

interface FilterInput {
  readonly all: readonly LabelErrorCandidate[];
  readonly probs_N_C: Float64Array;
  readonly joint: ConfidentJoint;
}

/** Positions of the candidates. */
const FILTERS: Readonly<Record<LabelErrorFilter, (input: FilterInput) => number[]>> = {
  confidentJoint: ({ all, joint: { confidentClass_N } }) =>
    all.flatMap(({ given }, i) => (confidentClass_N[i]! >= 0 && confidentClass_N[i] !== given ? [i] : [])),
  pruneByClass: ({ all, joint: { classes, joint_C_C } }) =>
    Array.from({ length: classes }, (_, label) => {
      let wrong = 0;
      for (let truth = 0; truth < classes; truth++) if (truth !== label) wrong += joint_C_C[label * classes + truth]!;
      return lowest(all, label, Math.round(wrong * all.length), (i) => all[i]!.selfConfidence);
    }).flat(),
  pruneByNoiseRate: ({ all, probs_N_C, joint: { classes, joint_C_C } }) => {
    const chosen = Array.from(joint_C_C, (share, at) => {
      const [label, truth] = [Math.floor(at / classes), at % classes];
      if (label === truth) return [];
      const margin = (i: number) => all[i]!.selfConfidence - probs_N_C[i * classes + truth]!;
      return lowest(all, label, Math.round(share * all.length), margin);
    });
    return [...new Set(chosen.flat())];
  },
};

const RANKINGS: Readonly<Record<LabelErrorRanking, (candidate: LabelErrorCandidate) => number>> = {
  selfConfidence: ({ selfConfidence }) => selfConfidence,
  normalizedMargin: ({ margin }) => margin,
};

/** The positions of the `count` items of a label with the lowest keys; of equal ones those with the lower dataset index. */
function lowest(all: readonly LabelErrorCandidate[], label: number, count: number, key: (i: number) => number): number[] {
  const positions = all.flatMap(({ given }, i) => (given === label ? [i] : []));
  return positions.sort((a, b) => key(a) - key(b) || all[a]!.index - all[b]!.index).slice(0, count);
}

/** How given labels and true classes go together. Matrices are row-major, **row = given label, column = true class**. */
export interface ConfidentJoint {
  readonly classes: number;
  /** Per class: the mean probability of that class over the items that are labelled so. NaN for a class that no item has. */
  readonly thresholds_C: Float64Array;
  /** Numbers of items with this label that are confidently of this class: those whose probability reaches the class's threshold. */
  readonly counts_C_C: Float64Array;
  /** The true class that an item is confidently of, the most probable if there are several; -1 for an item that is of none. */
  readonly confidentClass_N: Int32Array;
  /** The estimated joint distribution of label and true class: sums to 1, each row to the share of that label. */
  readonly joint_C_C: Float64Array;
}

/** The mean of equal numbers is not always that number: who has just the mean reaches it. */
const ROUNDING = 1e-9;

/**
 * The confident joint of confident learning (Northcutt, Jiang & Chuang 2021, arXiv:1911.00068, section 3.1). `probs_N_C` must be **out of
 * sample**: each item predicted by a model that was trained without it, as in cross-validation.
 * Throws as the metrics do: `E_ARGUMENT`, `E_SHAPE`, `E_NOT_FINITE`.
 */
export function confidentJoint(probs_N_C: ArrayLike<number>, targets_N: ArrayLike<number>): ConfidentJoint {
  const classes = checkClassified(probs_N_C, targets_N);
  const labelCounts_C = new Float64Array(classes);
  const thresholds_C = new Float64Array(classes);
  for (let i = 0; i < targets_N.length; i++) {
    const label = targets_N[i]!;
    labelCounts_C[label]! += 1;
    thresholds_C[label]! += probs_N_C[i * classes + label]!;
  }
  for (let c = 0; c < classes; c++) thresholds_C[c]! /= labelCounts_C[c]!;
  const confidentClass_N = Int32Array.from({ length: targets_N.length }, (_, i) => {
    let best = -1;
    for (let c = 0; c < classes; c++) {
      const p = probs_N_C[i * classes + c]!;
      if (p >= thresholds_C[c]! - ROUNDING && (best === -1 || p > probs_N_C[i * classes + best]!)) best = c;
    }
    return best;
  });
  const counts_C_C = new Float64Array(classes * classes);
  confidentClass_N.forEach((truth, i) => {
    if (truth >= 0) counts_C_C[targets_N[i]! * classes + truth]! += 1;
  });
  return { classes, thresholds_C, counts_C_C, confidentClass_N, joint_C_C: calibrated(counts_C_C, labelCounts_C) };
}

/** Each row scaled to the number of items that have the label, then all to a sum of 1 (equation 3). */
function calibrated(counts_C_C: Float64Array, labelCounts_C: Float64Array): Float64Array {
  const classes = labelCounts_C.length;
  const items = labelCounts_C.reduce((sum, count) => sum + count, 0);
  const joint_C_C = new Float64Array(counts_C_C.length);
  for (let label = 0; label < classes; label++) {
    const row = counts_C_C.subarray(label * classes, (label + 1) * classes);
    const sum = row.reduce((total, count) => total + count, 0);
    const share = labelCounts_C[label]! / items;
    // Nothing known of a label's items: they count as right.
    if (sum === 0) joint_C_C[label * classes + label] = share;
    else for (let truth = 0; truth < classes; truth++) joint_C_C[label * classes + truth] = (row[truth]! / sum) * share;
  }
  return joint_C_C;
}

/**
 * The noise matrix `P(given label | true class)`, `[C, C]` row-major with a row per given label: each column sums to 1.
 * A class that no item truly has counts as never mislabelled.
 */
export function noiseMatrix({ classes, joint_C_C }: Pick<ConfidentJoint, "classes" | "joint_C_C">): Float64Array {
  const noise_C_C = new Float64Array(joint_C_C.length);
  for (let truth = 0; truth < classes; truth++) {
    let sum = 0;
    for (let label = 0; label < classes; label++) sum += joint_C_C[label * classes + truth]!;
    for (let label = 0; label < classes; label++) {
      const at = label * classes + truth;
      noise_C_C[at] = sum > 0 ? joint_C_C[at]! / sum : Number(label === truth);
    }
  }
  return noise_C_C;
}

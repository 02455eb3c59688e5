import { BaalError } from "../errors.js";
import { meanProbabilities } from "../heuristics/mean-probabilities.js";
import type { Predictions } from "../predictions.js";
import { type ConfidentJoint, confidentJoint, noiseMatrix } from "./confident-joint.js";

/**
 * Which items are candidates (Northcutt et al. 2021, section 3.2):
 * - `"confidentJoint"`: those that are confidently of another class than their label;
 * - `"pruneByClass"`: of each label, as many as the joint says are wrong, those with the least self-confidence;
 * - `"pruneByNoiseRate"`: of each label and true class, as many as the joint says, those with the largest margin for that class.
 */
export type LabelErrorFilter = "confidentJoint" | "pruneByClass" | "pruneByNoiseRate";

/** The label's probability, or that less the largest of the others. The lowest come first. */
export type LabelErrorRanking = "selfConfidence" | "normalizedMargin";

export interface LabelErrorsOptions {
  /** `"confidentJoint"` by default. */
  readonly filter?: LabelErrorFilter;
  /** `"selfConfidence"` by default. */
  readonly rankBy?: LabelErrorRanking;
}

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

import { BaalError } from "../core/errors.js";
import { type KnownLabels, knownLabels, type LabelsOptions, meanOfDefined } from "./known-labels.js";
import {
  coverageError,
  labelRankingAveragePrecision,
  labelRankingLoss,
  perLabelAuroc,
  perLabelAveragePrecision,
} from "./label-ranking-metrics.js";

/** How probabilities become labels. */
export interface ThresholdOptions extends LabelsOptions {
  /** A label is predicted from this probability on: one number for all labels, or one per label. 0.5 by default. */
  readonly thresholds?: number | ArrayLike<number> | undefined;
}

/** How the F1 of several labels becomes one: see {@link multiLabelF1}. */
export type MultiLabelAverage = "micro" | "macro" | "weighted" | "samples";

/** The options of {@link multiLabelF1}. */
export interface MultiLabelF1Options extends ThresholdOptions {
  /** `"macro"` by default. */
  readonly average?: MultiLabelAverage | undefined;
}

/** Right and wrong yes and no of each label, over the items where it is known; `[C]` each. */
export interface LabelCounts {
  readonly truePositives_C: Uint32Array;
  readonly falsePositives_C: Uint32Array;
  readonly falseNegatives_C: Uint32Array;
  readonly trueNegatives_C: Uint32Array;
}

/** Per label, `[C]` each. A share whose denominator is 0 is 0, as in scikit-learn; all NaN for a label that is known of no item. */
export interface LabelScores extends LabelCounts {
  readonly precision_C: Float64Array;
  readonly recall_C: Float64Array;
  readonly f1_C: Float64Array;
  /** Number of items that have the label. */
  readonly support_C: Uint32Array;
}

/**
 * Precision, recall and F1 of each label. `probs_N_C` and `targets_N_C` are row-major; a target is 1, 0 or, where nobody has said, `null` (or NaN):
 * such an entry does not count. Throws `E_ARGUMENT`, `E_SHAPE`, `E_NOT_FINITE`.
 *
 * @example
 * ```ts
 * import { multiLabelScores } from "baaljs/metrics";
 *
 * const probs = [0.9, 0.2, 0.6, 0.7]; // two items of two labels
 * const { f1_C } = multiLabelScores(probs, [1, 0, null, 1], { labels: 2 });
 * console.log(f1_C);
 * ```
 */
export function multiLabelScores(
  probs_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  options: ThresholdOptions,
): LabelScores {
  return scoresOf(countsOf(decided(probs_N_C, targets_N_C, options)));
}

/**
 * F1 = 2 TP / (2 TP + FP + FN) of several labels, in [0, 1]: `"macro"`, the mean over the labels; `"weighted"`, by the number of items that have the
 * label; `"micro"`, of the counts of all labels together; `"samples"`, the mean over the items of the F1 of their labels. As scikit-learn
 * computes them: what has nothing to find and finds nothing has 0. Arguments and errors as of {@link multiLabelScores}.
 */
export function multiLabelF1(
  probs_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  { average = "macro", ...options }: MultiLabelF1Options,
): number {
  if (!Object.hasOwn(AVERAGES, average))
    throw new BaalError("E_ARGUMENT", `average must be one of ${Object.keys(AVERAGES).join(", ")}; "${average}" came.`);
  return AVERAGES[average](decided(probs_N_C, targets_N_C, options));
}

/** Share of the items of which every known label is predicted right, in [0, 1]. Arguments and errors as of {@link multiLabelScores}. */
export function subsetAccuracy(
  probs_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  options: ThresholdOptions,
): number {
  return subsetAccuracyOf(decided(probs_N_C, targets_N_C, options));
}

/** Share of the known entries that are predicted wrong, in [0, 1]. Arguments and errors as of {@link multiLabelScores}. */
export function hammingLoss(
  probs_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  options: ThresholdOptions,
): number {
  return hammingLossOf(countsOf(decided(probs_N_C, targets_N_C, options)));
}

/** Names to values, so that callers can add their own. */
export type MultiLabelMetrics = Record<string, number> & {
  /** Share of the known entries that are right: 1 - {@link hammingLoss}. */
  readonly accuracy: number;
  readonly macroF1: number;
  readonly microF1: number;
  readonly weightedF1: number;
  readonly samplesF1: number;
  readonly subsetAccuracy: number;
  readonly hammingLoss: number;
  /** The mean of the average precisions of the labels that some known item has. */
  readonly meanAveragePrecision: number;
  /** The mean of the AUROCs of the labels that some known items have and some have not. */
  readonly macroAuroc: number;
  readonly labelRankingLoss: number;
  readonly labelRankingAveragePrecision: number;
  readonly coverageError: number;
};

/**
 * The usual figures of a classifier of several labels per item. Arguments and errors as of {@link multiLabelScores}; a figure that these items do
 * not define is NaN.
 *
 * @example
 * ```ts
 * import { computeMultiLabelMetrics } from "baaljs/metrics";
 *
 * const probs = [0.9, 0.2, 0.6, 0.7]; // two items of two labels
 * const { macroF1, meanAveragePrecision, hammingLoss } = computeMultiLabelMetrics(probs, [1, 0, 0, 1], { labels: 2 });
 * console.log(macroF1, meanAveragePrecision, hammingLoss);
 * ```
 */
export function computeMultiLabelMetrics(
  probs_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  options: ThresholdOptions,
): MultiLabelMetrics {
  const decisions = decided(probs_N_C, targets_N_C, options);
  const wrong = hammingLossOf(countsOf(decisions));
  return {
    accuracy: 1 - wrong,
    macroF1: AVERAGES.macro(decisions),
    microF1: AVERAGES.micro(decisions),
    weightedF1: AVERAGES.weighted(decisions),
    samplesF1: AVERAGES.samples(decisions),
    subsetAccuracy: subsetAccuracyOf(decisions),
    hammingLoss: wrong,
    meanAveragePrecision: meanOfDefined(perLabelAveragePrecision(probs_N_C, targets_N_C, options)),
    macroAuroc: meanOfDefined(perLabelAuroc(probs_N_C, targets_N_C, options)),
    labelRankingLoss: labelRankingLoss(probs_N_C, targets_N_C, options),
    labelRankingAveragePrecision: labelRankingAveragePrecision(probs_N_C, targets_N_C, options),
    coverageError: coverageError(probs_N_C, targets_N_C, options),
  };
}

/** What is known of the items, and what is predicted. */
interface Decisions extends KnownLabels {
  /** 1: predicted. `[N, C]` */
  readonly predicted_N_C: Uint8Array;
}

function decided(
  probs_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  { labels, thresholds = 0.5 }: ThresholdOptions,
): Decisions {
  const known = knownLabels(probs_N_C, targets_N_C, { labels });
  const thresholds_C = typeof thresholds === "number" ? Array.from({ length: labels }, () => thresholds) : thresholds;
  if (thresholds_C.length !== labels || !Array.from(thresholds_C).every(Number.isFinite))
    throw new BaalError("E_ARGUMENT", `thresholds is expected to be a number, or ${labels} of them; ${thresholds} came.`);
  const predicted_N_C = Uint8Array.from(probs_N_C, (prob, i) => Number(prob >= thresholds_C[i % labels]!));
  return { ...known, predicted_N_C };
}

function countsOf({ labels, marks_N_C, predicted_N_C }: Decisions): LabelCounts {
  const counts = () => new Uint32Array(labels);
  const [truePositives_C, falsePositives_C, falseNegatives_C, trueNegatives_C] = [counts(), counts(), counts(), counts()];
  const cells = [trueNegatives_C, falsePositives_C, falseNegatives_C, truePositives_C];
  marks_N_C.forEach((mark, i) => {
    if (mark >= 0) cells[2 * mark + predicted_N_C[i]!]![i % labels]!++;
  });
  return { truePositives_C, falsePositives_C, falseNegatives_C, trueNegatives_C };
}

function scoresOf(counts: LabelCounts): LabelScores {
  const { truePositives_C: tp, falsePositives_C: fp, falseNegatives_C: fn, trueNegatives_C: tn } = counts;
  const perLabel = (of: (c: number) => number) =>
    Float64Array.from(tp, (_, c) => (tp[c]! + fp[c]! + fn[c]! + tn[c]! === 0 ? Number.NaN : of(c)));
  return {
    ...counts,
    precision_C: perLabel((c) => share(tp[c]!, tp[c]! + fp[c]!)),
    recall_C: perLabel((c) => share(tp[c]!, tp[c]! + fn[c]!)),
    f1_C: perLabel((c) => f1Of(tp[c]!, fp[c]!, fn[c]!)),
    support_C: tp.map((count, c) => count + fn[c]!),
  };
}

const AVERAGES: Readonly<Record<MultiLabelAverage, (decisions: Decisions) => number>> = {
  macro: (decisions) => meanOfDefined(scoresOf(countsOf(decisions)).f1_C),
  weighted(decisions) {
    const { f1_C, support_C } = scoresOf(countsOf(decisions));
    const terms = f1_C.map((f1, c) => (support_C[c] === 0 ? 0 : f1 * support_C[c]!));
    return share(sumOf(terms), sumOf(support_C));
  },
  micro(decisions) {
    const { truePositives_C, falsePositives_C, falseNegatives_C } = countsOf(decisions);
    return f1Of(sumOf(truePositives_C), sumOf(falsePositives_C), sumOf(falseNegatives_C));
  },
  samples: ({ items, labels, marks_N_C, predicted_N_C }) =>
    meanOfDefined(
      Array.from({ length: items }, (_, item) => {
        const counts = [0, 0, 0, 0];
        let known = 0;
        for (let i = item * labels; i < (item + 1) * labels; i++) {
          if (marks_N_C[i]! < 0) continue;
          counts[2 * marks_N_C[i]! + predicted_N_C[i]!]!++;
          known++;
        }
        return known === 0 ? Number.NaN : f1Of(counts[3]!, counts[1]!, counts[2]!);
      }),
    ),
};

function subsetAccuracyOf({ items, labels, marks_N_C, predicted_N_C }: Decisions): number {
  return meanOfDefined(
    Array.from({ length: items }, (_, item) => {
      let [known, right] = [0, 0];
      for (let i = item * labels; i < (item + 1) * labels; i++) {
        if (marks_N_C[i]! < 0) continue;
        known++;
        if (marks_N_C[i] === predicted_N_C[i]) right++;
      }
      return known === 0 ? Number.NaN : Number(right === known);
    }),
  );
}

function hammingLossOf({ truePositives_C, falsePositives_C, falseNegatives_C, trueNegatives_C }: LabelCounts): number {
  const wrong = sumOf(falsePositives_C) + sumOf(falseNegatives_C);
  return wrong / (wrong + sumOf(truePositives_C) + sumOf(trueNegatives_C));
}

/** 0 of nothing. */
function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function f1Of(truePositives: number, falsePositives: number, falseNegatives: number): number {
  return share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives);
}

function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

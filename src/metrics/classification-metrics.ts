import { BaalError } from "../core/errors.js";
import { expectedCalibrationError } from "./calibration-error.js";
import {
  checkClassified,
  defineMetric,
  type Fold,
  type ItemPlace,
  type MetricDefinition,
  meanMetric,
  predictedClass,
} from "./metric.js";
import { auroc, fprAtTpr } from "./ranking-metrics.js";

export interface ClassificationMetricsOptions {
  /** Class index of texts that belong to no intent; adds `outOfScopeRecall`, `outOfScopeAuroc` and `outOfScopeFpr95` where items have it. */
  readonly outOfScopeClass?: number | undefined;
}

/** Names to values, so that callers can add their own. */
export type ClassificationMetrics = Record<string, number> & {
  readonly accuracy: number;
  readonly balancedAccuracy: number;
  readonly macroF1: number;
  readonly negativeLogLikelihood: number;
  readonly brierScore: number;
  readonly expectedCalibrationError: number;
};

/**
 * The usual figures of a classifier from its predictive distribution `probs_N_C` (row-major) and targets: accuracy, balanced accuracy, macro F1,
 * negative log-likelihood, Brier score and calibration error; out-of-scope recall, and the AUROC and FPR95 of the
 * out-of-scope class's probability, on request and where both kinds of items came. Throws as {@link checkClassified}.
 *
 * @example
 * ```ts
 * import { computeClassificationMetrics } from "baaljs/metrics";
 *
 * const probs = [0.7, 0.3, 0.6, 0.4, 0.2, 0.8]; // three items of two classes
 * const { accuracy, macroF1, expectedCalibrationError } = computeClassificationMetrics(probs, [0, 1, 1]);
 * console.log(accuracy, macroF1, expectedCalibrationError);
 * ```
 */
export function computeClassificationMetrics(
  probs_N_C: ArrayLike<number>,
  targets_N: ArrayLike<number>,
  { outOfScopeClass }: ClassificationMetricsOptions = {},
): ClassificationMetrics {
  return {
    accuracy: accuracy(probs_N_C, targets_N),
    balancedAccuracy: balancedAccuracy(probs_N_C, targets_N),
    macroF1: macroF1(probs_N_C, targets_N),
    negativeLogLikelihood: negativeLogLikelihood(probs_N_C, targets_N),
    brierScore: brierScore(probs_N_C, targets_N),
    expectedCalibrationError: expectedCalibrationError(probs_N_C, targets_N),
    ...(outOfScopeClass === undefined ? {} : outOfScopeMetrics(probs_N_C, targets_N, outOfScopeClass)),
  };
}

function outOfScopeMetrics(
  probs_N_C: ArrayLike<number>,
  targets_N: ArrayLike<number>,
  outOfScopeClass: number,
): Record<string, number> {
  const classes = checkClassified(probs_N_C, targets_N);
  const isOutOfScope_N = Array.from(targets_N, (target) => target === outOfScopeClass);
  if (!isOutOfScope_N.includes(true)) return {};
  const recall = { outOfScopeRecall: classRecall(probs_N_C, targets_N, outOfScopeClass) };
  if (!isOutOfScope_N.includes(false)) return recall;
  const scores_N = isOutOfScope_N.map((_, item) => probs_N_C[item * classes + outOfScopeClass]!);
  return {
    ...recall,
    outOfScopeAuroc: auroc(scores_N, isOutOfScope_N),
    outOfScopeFpr95: fprAtTpr(scores_N, isOutOfScope_N),
  };
}

/** Per class, `[C]` each. A share whose denominator is 0 is 0, as in scikit-learn. */
export interface ClassScores {
  /** Share of the items predicted as the class that are of the class: TP / (TP + FP). */
  readonly precision_C: Float64Array;
  /** Share of the items of the class that are predicted as it: TP / (TP + FN). */
  readonly recall_C: Float64Array;
  /** 2 TP / (2 TP + FP + FN). */
  readonly f1_C: Float64Array;
  /** Number of items whose target is the class. */
  readonly support_C: Uint32Array;
  /** Number of items predicted as the class. */
  readonly predicted_C: Uint32Array;
}

/** Precision, recall and F1 of each class. `probs_N_C` is row-major. Batch by batch it keeps C x C counts. Throws as `checkClassified`. */
export const classScores = defineMetric<object, ClassScores>(() => confusionMetric(scoresOf));

/** Reads the scores off `counts_C_C` (row = target, column = predicted). */
function scoresOf(counts_C_C: Uint32Array, classes: number): ClassScores {
  const support_C = new Uint32Array(classes);
  const predicted_C = new Uint32Array(classes);
  counts_C_C.forEach((count, cell) => {
    support_C[Math.floor(cell / classes)]! += count;
    predicted_C[cell % classes]! += count;
  });
  const hits = (c: number) => counts_C_C[c * (classes + 1)]!;
  const shares = (of: (c: number) => number) => Float64Array.from(support_C, (_, c) => (hits(c) === 0 ? 0 : hits(c) / of(c)));
  return {
    precision_C: shares((c) => predicted_C[c]!),
    recall_C: shares((c) => support_C[c]!),
    f1_C: shares((c) => (predicted_C[c]! + support_C[c]!) / 2),
    support_C,
    predicted_C,
  };
}

/**
 * `counts_C_C`, row-major: row = target, column = most probable class. `probs_N_C` is row-major. Batch by batch it keeps the
 * counts only. Throws as `checkClassified`.
 */
export const confusionMatrix = defineMetric<object, Uint32Array>(() => confusionMetric((counts_C_C) => counts_C_C.slice()));

/** A metric that is read off the confusion matrix. */
function confusionMetric<Value>(read: (counts_C_C: Uint32Array, classes: number) => Value): MetricDefinition<Value> {
  return {
    check: checkClassified,
    summarySize: () => 2,
    summarize: (probs_N_C, item, summaries, at) => {
      summaries[at] = item.target;
      summaries[at + 1] = predictedClass(probs_N_C, item);
    },
    fold: (classes) => countFold(classes, read),
  };
}

function countFold<Value>(classes: number, read: (counts_C_C: Uint32Array, classes: number) => Value): Fold<Value> {
  const counts_C_C = new Uint32Array(classes * classes);
  return {
    add: (summaries, at) => {
      counts_C_C[summaries[at]! * classes + summaries[at + 1]!]!++;
    },
    value: () => read(counts_C_C, classes),
  };
}

/**
 * How the classes' scores become one: `"macro"` every class counts alike, however rare, and classes that are neither a target nor
 * predicted are left out; `"weighted"` by the number of items of the class; `"micro"` every item counts alike, which with one class
 * per item is the accuracy for all three. As scikit-learn averages.
 */
export type Average = "macro" | "micro" | "weighted";

/** The options of {@link precision}, {@link recall} and {@link f1Score}. */
export interface AverageOptions {
  /** `"macro"` by default. {@link classScores} gives the scores of each class. */
  readonly average?: Average | undefined;
}

type Column = (scores: ClassScores) => Float64Array;

const AVERAGES: Readonly<Record<Average, (scores: ClassScores, column: Column) => number>> = {
  macro: (scores, column) =>
    weightedMean(
      column(scores),
      scores.support_C.map((support, c) => Math.min(1, support + scores.predicted_C[c]!)),
    ),
  weighted: (scores, column) => weightedMean(column(scores), scores.support_C),
  micro: ({ recall_C, support_C }) => weightedMean(recall_C, support_C),
};

/** Share of right ones among the items predicted as a class, averaged over the classes; in [0, 1]. Throws as `checkClassified`. */
export const precision = averaged(({ precision_C }) => precision_C);

/** Share of a class's items that are predicted as it, averaged over the classes; in [0, 1]. Throws as `checkClassified`. */
export const recall = averaged(({ recall_C }) => recall_C);

/**
 * F1 = 2 TP / (2 TP + FP + FN), averaged over the classes; in [0, 1]. Throws as `checkClassified`.
 *
 * @example
 * ```ts
 * import { f1Score } from "baaljs/metrics";
 *
 * const probs = [0.7, 0.3, 0.6, 0.4, 0.2, 0.8]; // three items of two classes
 * console.log(f1Score(probs, [0, 1, 1], { average: "weighted" }));
 * ```
 */
export const f1Score = averaged(({ f1_C }) => f1_C);

function averaged(column: Column) {
  return defineMetric<AverageOptions>(({ average = "macro" }) => {
    const combine = AVERAGES[average];
    if (!combine)
      throw new BaalError("E_ARGUMENT", `average must be one of ${Object.keys(AVERAGES).join(", ")}; "${average}" came.`);
    return confusionMetric((counts_C_C, classes) => combine(scoresOf(counts_C_C, classes), column));
  });
}

function weightedMean(values_C: Float64Array, weights_C: Uint32Array): number {
  let sum = 0;
  let weight = 0;
  values_C.forEach((value, c) => {
    sum += value * weights_C[c]!;
    weight += weights_C[c]!;
  });
  return sum / weight;
}

/**
 * Mean over the classes of F1, in [0, 1]: {@link f1Score} with `average: "macro"`. `probs_N_C` is row-major. Throws as
 * `checkClassified`.
 */
export const macroF1 = defineMetric<object>(() => f1Score.with({ average: "macro" }));

/**
 * Mean over the classes that items have of the share of their items that are predicted right, in [0, 1]: an accuracy in which a rare class counts as
 * much as a common one (Brodersen et al. 2010). `probs_N_C` is row-major. Throws as `checkClassified`.
 */
export const balancedAccuracy = defineMetric<object>(() =>
  confusionMetric((counts_C_C, classes) => {
    const { recall_C, support_C } = scoresOf(counts_C_C, classes);
    return weightedMean(
      recall_C,
      support_C.map((support) => Math.min(1, support)),
    );
  }),
);

/** The options of {@link accuracy}. */
export interface AccuracyOptions {
  /** An item counts as right when its target is among the `topK` most probable classes. 1 by default. */
  readonly topK?: number | undefined;
}

/**
 * Share of items whose target is among the most probable classes, in [0, 1]; of equal probabilities the lower class index comes first.
 * `probs_N_C` is row-major. Throws as `checkClassified`, and `E_ARGUMENT` for a `topK` below 1.
 *
 * @example
 * ```ts
 * import { accuracy } from "baaljs/metrics";
 *
 * const probs = [0.7, 0.2, 0.1, 0.3, 0.4, 0.3]; // two items of three classes
 * console.log(accuracy(probs, [0, 2])); // 0.5
 * console.log(accuracy(probs, [0, 2], { topK: 3 })); // 1
 * ```
 */
export const accuracy = defineMetric<AccuracyOptions>(({ topK = 1 }) => {
  if (!Number.isInteger(topK) || topK < 1)
    throw new BaalError("E_ARGUMENT", `topK must be a whole number of at least 1; ${topK} came.`);
  return meanMetric((probs_N_C, item) => (rankOfTarget(probs_N_C, item) < topK ? 1 : 0));
});

/** How many classes come before the target. */
function rankOfTarget(probs_N_C: ArrayLike<number>, { start, classes, target }: ItemPlace): number {
  const own = probs_N_C[start + target]!;
  let rank = 0;
  for (let c = 0; c < classes; c++) {
    const other = probs_N_C[start + c]!;
    if (other > own || (other === own && c < target)) rank++;
  }
  return rank;
}

/**
 * Brier score (Brier 1950): mean squared distance between the probabilities and the one-hot target, summed over the classes, in
 * [0, 2]; lower is better. `probs_N_C` is row-major. Throws as `checkClassified`.
 */
export const brierScore = defineMetric<object>(() =>
  meanMetric((probs_N_C, { start, classes, target }) => {
    let total = 0;
    for (let c = 0; c < classes; c++) total += (probs_N_C[start + c]! - (c === target ? 1 : 0)) ** 2;
    return total;
  }),
);

/** The smallest normal float32: a target probability that underflowed costs 87.3 nats and not infinity. */
const FLOOR = 2 ** -126;

/** Mean of `-ln p(target)`, in nats; lower is better. `probs_N_C` is row-major. Throws as `checkClassified`. */
export const negativeLogLikelihood = defineMetric<object>(() =>
  meanMetric((probs_N_C, { start, target }) => -Math.log(Math.max(FLOOR, probs_N_C[start + target]!))),
);

/**
 * Recall of one class, in [0, 1]: the share of its items that are predicted as it. For the out-of-scope class this is CLINC-OOS's
 * out-of-scope recall (Larson et al. 2019, arXiv:1909.02027). `probs_N_C` is row-major.
 * Throws as `checkClassified`, and `E_ARGUMENT` when no item has the class.
 */
export function classRecall(probs_N_C: ArrayLike<number>, targets_N: ArrayLike<number>, classIndex: number): number {
  const { recall_C, support_C } = classScores(probs_N_C, targets_N);
  if (!support_C[classIndex])
    throw new BaalError("E_ARGUMENT", `The recall of class ${classIndex} is not defined: no item has it as target.`);
  return recall_C[classIndex]!;
}

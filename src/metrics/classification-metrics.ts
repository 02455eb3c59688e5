import { accuracy } from "./accuracy.js";
import { auroc } from "./auroc.js";
import { brierScore } from "./brier-score.js";
import { checkClassified } from "./check-classified.js";
import { classRecall } from "./class-recall.js";
import { expectedCalibrationError } from "./expected-calibration-error.js";
import { fprAtTpr } from "./fpr-at-tpr.js";
import { macroF1 } from "./macro-f1.js";
import { negativeLogLikelihood } from "./negative-log-likelihood.js";

export interface ClassificationMetricsOptions {
  /** Class index of texts that belong to no intent; adds `outOfScopeRecall`, `outOfScopeAuroc` and `outOfScopeFpr95` where items have it. */
  readonly outOfScopeClass?: number | undefined;
}

/** Names to values, so that callers can add their own. */
export type ClassificationMetrics = Record<string, number> & {
  readonly accuracy: number;
  readonly macroF1: number;
  readonly negativeLogLikelihood: number;
  readonly brierScore: number;
  readonly expectedCalibrationError: number;
};

/**
 * The usual figures of a classifier from its predictive distribution `probs_N_C` (row-major) and targets: accuracy, macro F1,
 * negative log-likelihood, Brier score and calibration error; out-of-scope recall, and the AUROC and FPR95 of the
 * out-of-scope class's probability, on request and where both kinds of items came. Throws as {@link checkClassified}.
 */
export function computeClassificationMetrics(
  probs_N_C: ArrayLike<number>,
  targets_N: ArrayLike<number>,
  { outOfScopeClass }: ClassificationMetricsOptions = {},
): ClassificationMetrics {
  return {
    accuracy: accuracy(probs_N_C, targets_N),
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

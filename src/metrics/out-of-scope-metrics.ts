import { auroc } from "./auroc.js";
import { averagePrecision } from "./average-precision.js";
import { fprAtTpr } from "./fpr-at-tpr.js";

export interface OutOfScopeMetrics {
  readonly auroc: number;
  /** False positive rate at a true positive rate of 95 %. */
  readonly fpr95: number;
  /** Average precision. */
  readonly prAuc: number;
}

/**
 * How well `scores_N` tell out-of-scope (out-of-distribution) items, which are the positives, from the rest: higher scores should
 * mean out of scope. For a confidence, hand in its negative. Throws as `auroc`.
 */
export function outOfScopeMetrics(scores_N: ArrayLike<number>, isOutOfScope_N: ArrayLike<number | boolean>): OutOfScopeMetrics {
  return {
    auroc: auroc(scores_N, isOutOfScope_N),
    fpr95: fprAtTpr(scores_N, isOutOfScope_N),
    prAuc: averagePrecision(scores_N, isOutOfScope_N),
  };
}

import type { Target } from "../data/dataset.js";
import type { LossName } from "../models/bayesian-model.js";
import { IGNORED_CLASS } from "./check-targets.js";

export type Metrics = Readonly<Record<string, number>>;

/** What `computeMetrics` gets: the averaged predictions of N labelled items. */
export interface EvaluationOutcome {
  readonly loss: LossName;
  readonly labels: readonly string[];
  /** `[N, C]`: probabilities averaged over the draws; averaged outputs for mean squared error. */
  readonly means: Float64Array;
  /** N targets of the form that the loss takes. */
  readonly targets: readonly NonNullable<Target>[];
  /** N dataset indices. */
  readonly indices: readonly number[];
}

export type ComputeMetrics = (outcome: EvaluationOutcome) => Metrics | Promise<Metrics>;

/** Averages `term` over all that `visit` reports; NaN when there is nothing. */
function meanOf(visit: (report: (term: number) => void) => void): number {
  let sum = 0;
  let count = 0;
  visit((term) => {
    sum += term;
    count += 1;
  });
  return count === 0 ? Number.NaN : sum / count;
}

/** Calls `use` with every known entry: the target's entry and the mean output for it. */
function forEachEntry({ targets, labels, means }: EvaluationOutcome, use: (target: number, mean: number) => void): void {
  targets.forEach((target, i) => {
    const entries = typeof target === "number" ? [target] : target;
    entries.forEach((entry, c) => {
      if (entry !== null) use(entry, means[i * labels.length + c]!);
    });
  });
}

/** Calls `use` with every class index that counts and the C probabilities. */
function forEachClass({ targets, labels, means }: EvaluationOutcome, use: (target: number, probs_C: Float64Array) => void): void {
  targets.forEach((target, i) => {
    if (typeof target === "number" && target !== IGNORED_CLASS)
      use(target, means.subarray(i * labels.length, (i + 1) * labels.length));
  });
}

/** ln p, finite where p has underflowed to 0. */
function safeLog(p: number): number {
  return Math.log(Math.max(p, Number.MIN_VALUE));
}

/** Mean loss of the averaged predictions, without label smoothing or class weights. */
const LOSSES: Readonly<Record<LossName, (outcome: EvaluationOutcome) => number>> = {
  crossEntropy: (outcome) => meanOf((report) => forEachClass(outcome, (target, probs_C) => report(-safeLog(probs_C[target]!)))),
  binaryCrossEntropy: (outcome) =>
    meanOf((report) => forEachEntry(outcome, (t, p) => report(-t * safeLog(p) - (1 - t) * safeLog(1 - p)))),
  meanSquaredError: (outcome) => meanOf((report) => forEachEntry(outcome, (t, y) => report((y - t) ** 2))),
};

const DEFAULTS: Readonly<Record<LossName, (outcome: EvaluationOutcome) => Metrics>> = {
  crossEntropy: (outcome) => ({
    accuracy: meanOf((report) => forEachClass(outcome, (target, probs_C) => report(argmax(probs_C) === target ? 1 : 0))),
  }),
  binaryCrossEntropy: (outcome) => ({
    accuracy: meanOf((report) => forEachEntry(outcome, (t, p) => report(p >= 0.5 === t >= 0.5 ? 1 : 0))),
  }),
  meanSquaredError: () => ({}),
};

/** `loss`, and what `computeMetrics` gives, or `accuracy` without one (of labels for multi-label data). */
export async function evaluationMetrics(outcome: EvaluationOutcome, computeMetrics?: ComputeMetrics): Promise<Metrics> {
  const loss = LOSSES[outcome.loss](outcome);
  return { loss, ...(await (computeMetrics ?? DEFAULTS[outcome.loss])(outcome)) };
}

function argmax(values: Float64Array): number {
  return values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);
}

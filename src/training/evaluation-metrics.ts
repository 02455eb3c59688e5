import type { LossName } from "../core/bayesian-model.js";
import { entriesOf, IGNORED_CLASS } from "../core/check-targets.js";
import type { Target } from "../core/dataset.js";
import { BaalError } from "../core/errors.js";
import { areLogits, type Predictions } from "../core/predictions.js";
import { sigmoid, softmax } from "../core/softmax.js";
import { LOSS_OF_TASK, TASK_OF_KIND, TASK_OF_LOSS, type Task } from "../core/task.js";
import { computeClassificationMetrics } from "../metrics/classification-metrics.js";
import { computeMultiLabelMetrics } from "../metrics/multi-label-metrics.js";
import { gaussianIntervals, predictiveMoments } from "../metrics/predictive-moments.js";
import { computeRegressionMetrics, intervalCoverage } from "../metrics/regression-metrics.js";

/** Numbers by name. */
export type Metrics = Readonly<Record<string, number>>;

/** The argument of `computeMetrics`: the averaged predictions of N labelled items. */
export interface EvaluationOutcome {
  readonly loss: LossName;
  readonly labels: readonly string[];
  /** `[N, C]`: probabilities averaged over the draws; averaged outputs for mean squared error. */
  readonly means: Float64Array;
  /** Of a regression whose draws differ, or that predicts a variance: the variance of each of `means`, `[N, C]`. */
  readonly variances?: Float64Array | undefined;
  /** What each label is predicted from, where labels are predicted by themselves and the model has found such; 0.5 by default. */
  readonly thresholds?: readonly number[] | undefined;
  /** N targets of the form that the loss takes. */
  readonly targets: readonly NonNullable<Target>[];
  /** N dataset indices. */
  readonly indices: readonly number[];
}

/** Metrics of an evaluation beside the built-in ones. */
export type ComputeMetrics = (outcome: EvaluationOutcome) => Metrics | Promise<Metrics>;

/** Averages `term` over all that `visit` reports. Throws `E_DATA` when there is nothing. */
function meanOf(visit: (report: (term: number) => void) => void): number {
  let sum = 0;
  let count = 0;
  visit((term) => {
    sum += term;
    count += 1;
  });
  if (count === 0) throw new BaalError("E_DATA", "No target of the evaluation data counts: all are ignored or unknown.");
  return sum / count;
}

/** Calls `use` with every known entry: the target's entry, the mean output for it, and its place in `means`. */
function forEachEntry(
  { targets, labels, means }: EvaluationOutcome,
  use: (target: number, mean: number, place: number) => void,
): void {
  targets.forEach((target, i) => {
    entriesOf(target).forEach((entry, c) => {
      const place = i * labels.length + c;
      if (entry !== null) use(entry, means[place]!, place);
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

/** The probabilities and classes of the items that count, without a copy of the former where all do. */
function withoutIgnored({ targets, labels, means }: EvaluationOutcome) {
  const kept = targets.flatMap((target, i) => (typeof target === "number" && target !== IGNORED_CLASS ? [{ i, target }] : []));
  const targets_N = kept.map(({ target }) => target);
  if (kept.length === targets.length) return { means, targets_N };
  const keptMeans = new Float64Array(kept.length * labels.length);
  kept.forEach(({ i }, row) => {
    keptMeans.set(means.subarray(i * labels.length, (i + 1) * labels.length), row * labels.length);
  });
  return { means: keptMeans, targets_N };
}

/** ln p, finite where p has underflowed to 0. */
function safeLog(p: number): number {
  return Math.log(Math.max(p, Number.MIN_VALUE));
}

/** Mean loss of the averaged predictions, without label smoothing or weights: that of the task, whatever was trained with. */
const LOSSES: Readonly<Record<Task, (outcome: EvaluationOutcome) => number>> = {
  single: (outcome) => meanOf((report) => forEachClass(outcome, (target, probs_C) => report(-safeLog(probs_C[target]!)))),
  multi: (outcome) => meanOf((report) => forEachEntry(outcome, (t, p) => report(-t * safeLog(p) - (1 - t) * safeLog(1 - p)))),
  regression: (outcome) =>
    outcome.loss === "gaussianNll" && outcome.variances !== undefined
      ? meanOf((report) => forEachEntry(outcome, (t, y, i) => report(gaussianTerm(y - t, outcome.variances![i]!))))
      : meanOf((report) => forEachEntry(outcome, (t, y) => report((y - t) ** 2))),
};

/** As the loss `"gaussianNll"` has it, without the constant. */
function gaussianTerm(error: number, variance: number): number {
  return (Math.log(variance) + error ** 2 / variance) / 2;
}

/** The share of the targets that {@link intervalCoverage} is measured for. */
const LEVEL = 0.9;

const DEFAULTS: Readonly<Record<Task, (outcome: EvaluationOutcome) => Metrics>> = {
  single: (outcome) => {
    const { means, targets_N } = withoutIgnored(outcome);
    return computeClassificationMetrics(means, targets_N);
  },
  multi: (outcome) => {
    const { labels, thresholds } = outcome;
    return computeMultiLabelMetrics(outcome.means, flatTargets(outcome), { labels: labels.length, thresholds });
  },
  regression: (outcome) => {
    const { means: means_N_C, variances: variances_N_C, labels } = outcome;
    const targets = flatTargets(outcome);
    const metrics = computeRegressionMetrics(means_N_C, targets, { outputs: labels.length });
    if (variances_N_C === undefined) return metrics;
    return { ...metrics, intervalCoverage90: intervalCoverage(gaussianIntervals({ means_N_C, variances_N_C }, LEVEL), targets) };
  },
};

/** `[N, C]`, `null` where unknown. */
function flatTargets({ targets }: EvaluationOutcome): readonly (number | null)[] {
  return targets.flatMap(entriesOf);
}

/**
 * `loss`, and what `computeMetrics` gives; without one, the usual figures of the task: of {@link computeClassificationMetrics},
 * {@link computeMultiLabelMetrics} (by the model's thresholds) or {@link computeRegressionMetrics}. Throws `E_DATA` when no target counts.
 */
export async function evaluationMetrics(outcome: EvaluationOutcome, computeMetrics?: ComputeMetrics): Promise<Metrics> {
  const task = TASK_OF_LOSS[outcome.loss];
  const loss = LOSSES[task](outcome);
  return { loss, ...(await (computeMetrics ?? DEFAULTS[task])(outcome)) };
}

/** The usual figures of the task, without the loss. */
export function usualMetrics(outcome: EvaluationOutcome): Metrics {
  return DEFAULTS[TASK_OF_LOSS[outcome.loss]](outcome);
}

/** Whether a metric's value beats the best so far by more than `threshold`. Anything but NaN beats nothing at all. */
export function isBetter(
  value: number,
  best: number | null,
  options: { readonly greaterIsBetter: boolean; readonly threshold?: number | undefined },
): boolean {
  if (Number.isNaN(value)) return false;
  if (best === null) return true;
  return (options.greaterIsBetter ? value - best : best - value) > (options.threshold ?? 0);
}

/** Turns the C class scores of one draw into what is averaged over draws, in place. */
const LINKS: Readonly<Record<Task, (scores_C: Float64Array) => void>> = {
  single: softmax,
  multi: (scores_C) => {
    scores_C.forEach((score, c) => {
      scores_C[c] = sigmoid(score);
    });
  },
  regression: () => {},
};

/**
 * Means over the K draws of `[N, C, K]` predictions: of probabilities (softmax or, for labels by themselves, sigmoid of
 * logits), or of the outputs themselves for numbers. `[N, C]`. Throws `E_SHAPE` for dense predictions.
 */
export function averageDraws({ shape, data, kind }: Predictions, loss: LossName): Float64Array {
  const [n = 0, classes = 0, draws = 0] = shape;
  if (shape.length !== 3) {
    throw new BaalError(
      "E_SHAPE",
      `Predictions of the shape [N, C, K] are averaged; [${shape}] came. Reduce dense predictions first.`,
    );
  }
  const task = TASK_OF_KIND[kind];
  if (task !== "single" && task !== TASK_OF_LOSS[loss])
    throw new BaalError(
      "E_ARGUMENT",
      `Predictions that are ${kind} are those of the loss "${LOSS_OF_TASK[task]}"; the loss is "${loss}". Leave the loss out, which then follows from the model's task, or train the model with it first.`,
    );
  const link = areLogits(kind) ? LINKS[TASK_OF_LOSS[loss]] : LINKS.regression;
  const means_N_C = new Float64Array(n * classes);
  const scores_C = new Float64Array(classes);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < draws; k++) {
      for (let c = 0; c < classes; c++) scores_C[c] = data[(i * classes + c) * draws + k]!;
      link(scores_C);
      for (let c = 0; c < classes; c++) means_N_C[i * classes + c]! += scores_C[c]! / draws;
    }
  }
  return means_N_C;
}

/** The variances `[N, C]` of a regression's draws; `undefined` where a single draw says nothing of them. */
export function drawVariances(draws: Predictions): Float64Array | undefined {
  const hasVariance = draws.kind === "values" && (draws.shape.at(-1)! > 1 || draws.logVariances !== undefined);
  return hasVariance ? predictiveMoments(draws).variances_N_C : undefined;
}

import type { LossName } from "../core/bayesian-model.js";
import { IGNORED_CLASS } from "../core/check-targets.js";
import type { Target } from "../core/dataset.js";
import { BaalError } from "../core/errors.js";
import { areLogits, type Predictions } from "../core/predictions.js";
import { sigmoid, softmax } from "../core/softmax.js";
import { LOSS_OF_TASK, TASK_OF_KIND, TASK_OF_LOSS } from "../core/task.js";
import { computeClassificationMetrics } from "../metrics/classification-metrics.js";

/** Numbers by name. */
export type Metrics = Readonly<Record<string, number>>;

/** The argument of `computeMetrics`: the averaged predictions of N labelled items. */
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

/** Mean loss of the averaged predictions, without label smoothing or class weights. */
const LOSSES: Readonly<Record<LossName, (outcome: EvaluationOutcome) => number>> = {
  crossEntropy: (outcome) => meanOf((report) => forEachClass(outcome, (target, probs_C) => report(-safeLog(probs_C[target]!)))),
  binaryCrossEntropy: (outcome) =>
    meanOf((report) => forEachEntry(outcome, (t, p) => report(-t * safeLog(p) - (1 - t) * safeLog(1 - p)))),
  meanSquaredError: (outcome) => meanOf((report) => forEachEntry(outcome, (t, y) => report((y - t) ** 2))),
};

const DEFAULTS: Readonly<Record<LossName, (outcome: EvaluationOutcome) => Metrics>> = {
  crossEntropy: (outcome) => {
    const { means, targets_N } = withoutIgnored(outcome);
    return computeClassificationMetrics(means, targets_N);
  },
  binaryCrossEntropy: (outcome) => ({
    accuracy: meanOf((report) => forEachEntry(outcome, (t, p) => report(p >= 0.5 === t >= 0.5 ? 1 : 0))),
  }),
  meanSquaredError: () => ({}),
};

/**
 * `loss`, and what `computeMetrics` gives; without one, the usual figures of a classifier, or for multi-label data the
 * `accuracy` over all known labels. Throws `E_DATA` when no target counts.
 */
export async function evaluationMetrics(outcome: EvaluationOutcome, computeMetrics?: ComputeMetrics): Promise<Metrics> {
  const loss = LOSSES[outcome.loss](outcome);
  return { loss, ...(await (computeMetrics ?? DEFAULTS[outcome.loss])(outcome)) };
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
const LINKS: Readonly<Record<LossName, (scores_C: Float64Array) => void>> = {
  crossEntropy: softmax,
  binaryCrossEntropy: (scores_C) => {
    scores_C.forEach((score, c) => {
      scores_C[c] = sigmoid(score);
    });
  },
  meanSquaredError: () => {},
};

/**
 * Means over the K draws of `[N, C, K]` predictions: of probabilities (softmax or, for binary cross-entropy, sigmoid of
 * logits), or of the outputs themselves for mean squared error. `[N, C]`. Throws `E_SHAPE` for dense predictions.
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
  const link = areLogits(kind) ? LINKS[loss] : LINKS.meanSquaredError;
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

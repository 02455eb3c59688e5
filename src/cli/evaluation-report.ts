import { highestOf } from "../core/softmax.js";
import type { Task } from "../core/task.js";
import { type ReliabilityBin, reliabilityBins } from "../metrics/calibration-error.js";
import { classScores, confusionMatrix } from "../metrics/classification-metrics.js";
import { DEFAULT_THRESHOLD } from "../metrics/label-thresholds.js";
import { multiLabelScores } from "../metrics/multi-label-metrics.js";

/** Averaged predictions of N labelled items, `[N, C]`, and what is known of them. */
export interface EvaluatedItems {
  readonly task: Task;
  readonly labels: readonly string[];
  readonly means_N_C: Float64Array;
  /** A class index; or one entry per label, `null` where unknown. */
  readonly targets: readonly (number | readonly (number | null)[])[];
  readonly indices: readonly number[];
  readonly thresholds: readonly number[] | undefined;
}

export interface LabelReport {
  readonly label: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
  /** Where each label is predicted by itself. */
  readonly threshold?: number | undefined;
}

/** An item that the model is wrong about, and how sure of it. */
export interface WorstItem {
  readonly row: number;
  readonly given: string;
  readonly predicted: string;
  /** Of what was given, in [0, 1]; of a regression the distance. */
  readonly score: number;
}

/** What comes of answering only from a confidence on. */
export interface ThresholdRow {
  readonly confidence: number;
  /** Share of the items that are answered. */
  readonly answered: number;
  /** Share of these that are right. */
  readonly accuracy: number | undefined;
}

/** An evaluation beside its metrics; what a task has no use for is empty. */
export interface EvaluationReport {
  readonly classes: readonly LabelReport[];
  /** `[C][C]`: a row per given label, a column per predicted one. */
  readonly confusion: readonly (readonly number[])[];
  readonly reliability: readonly ReliabilityBin[];
  readonly thresholds: readonly ThresholdRow[];
  readonly worst: readonly WorstItem[];
}

const CONFIDENCES = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99] as const;

/** Class report, confusion, reliability, thresholds, and the `worst` items that the model is most wrong about. Throws as the metrics do. */
export function evaluationReport(items: EvaluatedItems, { worst }: { readonly worst: number }): EvaluationReport {
  const none = { classes: [], confusion: [], reliability: [], thresholds: [] };
  if (items.task === "regression") return { ...none, worst: wrongNumbers(items).slice(0, worst) };
  if (items.task === "multi") return { ...none, classes: labelReports(items), worst: wrongLabels(items).slice(0, worst) };
  const { labels, means_N_C } = items;
  const targets_N = items.targets as readonly number[];
  const { precision_C, recall_C, f1_C, support_C } = classScores(means_N_C, targets_N);
  const counts_C_C = confusionMatrix(means_N_C, targets_N);
  const size = labels.length;
  return {
    classes: labels.map((label, c) => ({
      ...{ label, precision: precision_C[c]!, recall: recall_C[c]!, f1: f1_C[c]!, support: support_C[c]! },
    })),
    confusion: labels.map((_, c) => [...counts_C_C.subarray(c * size, (c + 1) * size)]),
    reliability: reliabilityBins(means_N_C, targets_N),
    thresholds: answeredFrom(items, targets_N),
    worst: wrongClasses(items, targets_N).slice(0, worst),
  };
}

function rowOf({ means_N_C, labels }: EvaluatedItems, i: number): Float64Array {
  return means_N_C.subarray(i * labels.length, (i + 1) * labels.length);
}

function answeredFrom(items: EvaluatedItems, targets_N: readonly number[]): readonly ThresholdRow[] {
  const all = targets_N.map((target, i) => {
    const probs_C = rowOf(items, i);
    const confidence = highestOf(probs_C);
    return { confidence, isRight: probs_C[target] === confidence };
  });
  return CONFIDENCES.map((confidence) => {
    const answered = all.filter((item) => item.confidence >= confidence);
    const right = answered.filter(({ isRight }) => isRight).length;
    return {
      ...{ confidence, answered: answered.length / all.length },
      accuracy: answered.length === 0 ? undefined : right / answered.length,
    };
  });
}

function wrongClasses(items: EvaluatedItems, targets_N: readonly number[]): readonly WorstItem[] {
  const { labels, indices } = items;
  const found = targets_N.flatMap((target, i) => {
    const probs_C = rowOf(items, i);
    const predicted = probs_C.indexOf(highestOf(probs_C));
    return predicted === target
      ? []
      : [{ row: indices[i]!, given: labels[target]!, predicted: labels[predicted]!, score: probs_C[target]! }];
  });
  return found.sort((a, b) => a.score - b.score || a.row - b.row);
}

function thresholdsOf({ labels, thresholds }: EvaluatedItems): readonly number[] {
  return labels.map((_, c) => thresholds?.[c] ?? DEFAULT_THRESHOLD);
}

function labelReports(items: EvaluatedItems): readonly LabelReport[] {
  const { labels, means_N_C, targets } = items;
  const thresholds = thresholdsOf(items);
  const scores = multiLabelScores(means_N_C, targets.flat(), { labels: labels.length, thresholds });
  return labels.map((label, c) => ({
    ...{ label, precision: scores.precision_C[c]!, recall: scores.recall_C[c]!, f1: scores.f1_C[c]! },
    ...{ support: scores.support_C[c]!, threshold: thresholds[c] },
  }));
}

/** By the label that the model is most wrong about. */
function wrongLabels(items: EvaluatedItems): readonly WorstItem[] {
  const { labels, targets, indices } = items;
  const thresholds = thresholdsOf(items);
  const names = (isOne: (c: number) => boolean) => labels.filter((_, c) => isOne(c)).join(", ") || "(none)";
  const found = targets.flatMap((target, i) => {
    const entries = target as readonly (number | null)[];
    const probs_C = rowOf(items, i);
    const isPredicted = (c: number) => probs_C[c]! >= thresholds[c]!;
    const wrong = entries.flatMap((entry, c) => (entry !== null && entry >= 0.5 !== isPredicted(c) ? [c] : []));
    if (wrong.length === 0) return [];
    const score = Math.min(...wrong.map((c) => (entries[c] === 1 ? probs_C[c]! : 1 - probs_C[c]!)));
    return [{ row: indices[i]!, given: names((c) => entries[c] === 1), predicted: names(isPredicted), score }];
  });
  return found.sort((a, b) => a.score - b.score || a.row - b.row);
}

function wrongNumbers(items: EvaluatedItems): readonly WorstItem[] {
  const found = items.targets.map((target, i) => {
    const given = [target].flat();
    const means_C = rowOf(items, i);
    const score = Math.max(...given.map((value, c) => Math.abs((value ?? means_C[c]!) - means_C[c]!)));
    return {
      row: items.indices[i]!,
      given: given.join(", "),
      predicted: Array.from(means_C, (mean) => mean.toPrecision(4)).join(", "),
      score,
    };
  });
  return found.sort((a, b) => b.score - a.score || a.row - b.row);
}

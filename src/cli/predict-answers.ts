import { type ShownModel, shownPredictions, shownThresholds } from "../calibration/shown.js";
import type { Predictions } from "../core/predictions.js";
import { sigmoid, softmax } from "../core/softmax.js";
import type { Row } from "../data/rows/row.js";
import type { Heuristic } from "../heuristics/heuristic.js";
import { meanProbabilities } from "../heuristics/predictive-distribution.js";
import { DEFAULT_THRESHOLD } from "../metrics/label-thresholds.js";
import { perLabel } from "../models/classification.js";
import { type AnswerForm, probabilityColumn, rankedColumns, valueColumns } from "./predict-columns.js";

/** Between the labels of an item, where each label is predicted by itself. */
const LABEL_SEPARATOR = "|";

export interface AnswerOptions {
  readonly form: AnswerForm;
  readonly heuristic: Heuristic;
  /** Has the calibrator of what is shown, and the thresholds of labels that are each predicted by itself; 0.5 by default. */
  readonly model: ShownModel;
  /** What an item out of scope is called, of a model that abstains. */
  readonly outOfScopeLabel: string | undefined;
}

/**
 * The columns that are added to the predicted items, by row number. Where each label is predicted by itself, `prediction` has all labels from their thresholds on,
 * `probability` is that of the most probable one, and the uncertainty is the sum over labels. Throws `E_NOT_FINITE`.
 */
export function answersOf(draws: Predictions, options: AnswerOptions): Map<number, Row> {
  const { form, heuristic, model, outOfScopeLabel } = options;
  if (form.task === "regression") return numbersOf(draws, form);
  const isMultiLabel = form.task === "multi";
  const classes = form.labels.length;
  const distributionsOf = (given: Predictions) => (isMultiLabel ? perLabel(given) : given);
  const probs = meanProbabilities(distributionsOf(shownPredictions(model, draws)));
  const thresholds = shownThresholds(model);
  const scores = heuristic.score(distributionsOf(draws));
  const scoresPerItem = isMultiLabel ? classes : 1;
  const answers = new Map<number, Row>();
  draws.indices.forEach((row, i) => {
    const probs_C = Float64Array.from({ length: classes }, (_, c) =>
      isMultiLabel ? probs[(i * classes + c) * 2 + 1]! : probs[i * classes + c]!,
    );
    const answer: Row = ranked(probs_C, form);
    if (isMultiLabel)
      answer["prediction"] = form.labels
        .filter((_, c) => probs_C[c]! >= (thresholds?.[c] ?? DEFAULT_THRESHOLD))
        .join(LABEL_SEPARATOR);
    else if (outOfScopeLabel !== undefined && (draws.beyondScope_N?.[i] ?? 0) > 0) answer["prediction"] = outOfScopeLabel;
    let uncertainty = 0;
    for (let s = i * scoresPerItem; s < (i + 1) * scoresPerItem; s++) uncertainty += scores[s]!;
    answer["uncertainty"] = uncertainty;
    if (form.withProbabilities) for (const [c, label] of form.labels.entries()) answer[probabilityColumn(label)] = probs_C[c];
    if (form.withDraws) answer["draws"] = drawn(draws, i);
    answers.set(row, answer);
  });
  return answers;
}

function ranked(probs_C: Float64Array, { labels, top }: AnswerForm): Row {
  const order = [...probs_C.keys()].sort((a, b) => probs_C[b]! - probs_C[a]! || a - b).slice(0, top);
  return Object.fromEntries(
    order.flatMap((c, i) => {
      const [label, probability] = rankedColumns(i + 1);
      return [
        [label, labels[c]],
        [probability, probs_C[c]],
      ];
    }),
  );
}

/** The mean over the draws, and their standard deviation; the uncertainty is the variance, its mean over several numbers. */
function numbersOf(draws: Predictions, form: AnswerForm): Map<number, Row> {
  const outputs = form.labels.length;
  const iterations = draws.shape.at(-1) ?? 1;
  const answers = new Map<number, Row>();
  draws.indices.forEach((row, i) => {
    const answer: Row = {};
    let uncertainty = 0;
    for (const [c, label] of form.labels.entries()) {
      const start = (i * outputs + c) * iterations;
      const values_K = draws.data.subarray(start, start + iterations);
      const mean = values_K.reduce((sum, value) => sum + value, 0) / iterations;
      const variance = values_K.reduce((sum, value) => sum + (value - mean) ** 2, 0) / iterations;
      const [value, spread] = valueColumns(label, form);
      answer[value] = mean;
      answer[spread] = Math.sqrt(variance);
      uncertainty += variance / outputs;
    }
    answers.set(row, { ...answer, uncertainty, ...(form.withDraws ? { draws: drawn(draws, i) } : {}) });
  });
  return answers;
}

/** What each draw says of an item, `[K][C]`: probabilities, or the numbers of a regression, with as many digits as a draw has. */
function drawn({ kind, shape, data }: Predictions, item: number): number[][] {
  const [, classes = 0, iterations = 0] = shape;
  return Array.from({ length: iterations }, (_, k) => {
    const scores_C = Float64Array.from({ length: classes }, (_value, c) => data[(item * classes + c) * iterations + k]!);
    if (kind === "logits") softmax(scores_C);
    const link = kind === "sigmoidLogits" ? sigmoid : (value: number) => value;
    return Array.from(scores_C, (value) => Number(link(value).toPrecision(7)));
  });
}

import type { Predictions } from "../core/predictions.js";
import { sigmoid, softmax } from "../core/softmax.js";
import type { Row } from "../data/rows/row.js";
import type { Heuristic } from "../heuristics/heuristic.js";
import { meanProbabilities } from "../heuristics/predictive-distribution.js";
import { DEFAULT_THRESHOLD } from "../metrics/label-thresholds.js";
import { perLabel } from "../models/classification.js";
import { type AnswerForm, probabilityColumn, rankedColumns } from "./predict-columns.js";

/** Between the labels of an item, where each label is predicted by itself. */
const LABEL_SEPARATOR = "|";

export interface AnswerOptions {
  readonly form: AnswerForm;
  readonly heuristic: Heuristic;
  readonly isMultiLabel: boolean;
  /** The probability from which on each label is predicted, where each is by itself; 0.5 by default. */
  readonly thresholds?: readonly number[] | undefined;
  /** What an item out of scope is called, of a model that abstains. */
  readonly outOfScopeLabel: string | undefined;
}

/**
 * The columns that are added to the predicted items, by row number. Where each label is predicted by itself, `prediction` has all labels from their thresholds on,
 * `probability` is that of the most probable one, and the uncertainty is the sum over labels. Throws `E_NOT_FINITE`.
 */
export function answersOf(draws: Predictions, options: AnswerOptions): Map<number, Row> {
  const { form, heuristic, isMultiLabel, thresholds, outOfScopeLabel } = options;
  const classes = form.labels.length;
  const distributions = isMultiLabel ? perLabel(draws) : draws;
  const probs = meanProbabilities(distributions);
  const scores = heuristic.score(distributions);
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
    if (form.withDraws) answer["draws"] = drawnProbabilities(draws, i);
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

/** Probabilities `[K][C]` of an item, as many digits as a draw has. */
function drawnProbabilities({ kind, shape, data }: Predictions, item: number): number[][] {
  const [, classes = 0, iterations = 0] = shape;
  return Array.from({ length: iterations }, (_, k) => {
    const scores_C = Float64Array.from({ length: classes }, (_value, c) => data[(item * classes + c) * iterations + k]!);
    if (kind === "logits") softmax(scores_C);
    const link = kind === "sigmoidLogits" ? sigmoid : (value: number) => value;
    return Array.from(scores_C, (value) => Number(link(value).toPrecision(7)));
  });
}

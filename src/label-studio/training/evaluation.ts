import { BaalError } from "../../core/errors.js";
import { areLogits, type Predictions } from "../../core/predictions.js";
import { sigmoid } from "../../core/softmax.js";
import { meanProbabilities } from "../../heuristics/predictive-distribution.js";
import { computeClassificationMetrics } from "../../metrics/classification-metrics.js";
import { computeRegressionMetrics } from "../../metrics/regression-metrics.js";
import type { ChoicesControl } from "../contract/choices-controls.js";
import { clamped } from "../contract/number-control.js";
import type { LearnedControl, TrainingRow } from "./training-set.js";

/** What a control asks: for one of its choices, for any number of them, or for a number. */
export const questions = ["single", "multiple", "number"] as const;

/** One of {@link questions}. */
export type Question = (typeof questions)[number];

export function questionOf({ choice, number }: Pick<ChoicesControl, "choice" | "number">): Question {
  return number === undefined ? choice : "number";
}

/** An answer to a control beside the right one: labels, or the number as it is written. */
export interface JudgedAnswer {
  readonly question: Question;
  readonly given: readonly string[];
  readonly wanted: readonly string[];
}

/** How models do on rows, by control. */
export interface Evaluation {
  /**
   * Of one control those of {@link heldOutMetrics}. Of several the same under each control's name (`sentiment/macroF1`), and `accuracy`, the
   * share of all answers that are right, numbers aside.
   */
  readonly metrics: Readonly<Record<string, number>>;
  /** By row, the answers for the controls that it has answers for. */
  readonly answers: ReadonlyMap<TrainingRow, ReadonlyMap<string, JudgedAnswer>>;
}

/** The rows that have an answer for a control. */
export function answeredRows(rows: readonly TrainingRow[], { control }: Pick<LearnedControl, "control">): readonly TrainingRow[] {
  return rows.filter(({ answers }) => answers.has(control.name));
}

/**
 * Of one control: `predictions` are the logits `[rows, labels, K]` of its model, or of a number the values `[rows, 1, K]`, for rows that have an answer. With `outside`, the label of what is out
 * of the model's scope, an item that the model abstains from counts as answered with it: `accuracy` is over all rows, `outOfScopeRecall` the share of
 * those with that label, and the other metrics are of the rest. Where several may be chosen the model abstains from what has no probable label. Nothing for no rows. Throws `E_NOT_FINITE`, `E_SHAPE`.
 */
export function evaluation(
  predictions: Predictions,
  labels: readonly string[],
  {
    control,
    rows,
    outside,
  }: Pick<LearnedControl, "control"> & { readonly rows: readonly TrainingRow[]; readonly outside?: string | undefined },
): Evaluation {
  const { name, choice } = control;
  const targets = rows.map(({ answers }) => answers.get(name)!);
  const judged = (given: readonly (readonly string[])[]): Evaluation["answers"] => {
    const question = questionOf(control);
    const answer = (n: number): JudgedAnswer => ({ question, given: given[n]!, wanted: targets[n]! });
    return new Map(rows.map((row, n) => [row, new Map([[name, answer(n)]])]));
  };
  if (control.number !== undefined) {
    const range = control.number;
    const values = meanValues(predictions, rows.length).map((value) => clamped(value, range));
    const figures = computeRegressionMetrics(
      values,
      targets.map(([number]) => Number(number)),
    );
    const metrics = Object.fromEntries(Object.entries(figures).filter(([, value]) => Number.isFinite(value)));
    return { metrics, answers: judged(values.map((value) => [String(value)])) };
  }
  const read = chosenLabels(predictions, labels, choice);
  const answer =
    outside === undefined || labels.includes(outside) ? read : withAbstentions(read, { predictions, choice, outside });
  return {
    metrics:
      answer === read ? heldOutMetrics(read, targets, choice) : scopeMetrics(answer, targets, { choice, outside: outside! }),
    answers: judged(answer.chosen),
  };
}

function withAbstentions(
  read: Chosen,
  {
    predictions: { beyondScope_N },
    choice,
    outside,
  }: { readonly predictions: Predictions; readonly choice: ChoiceKind; readonly outside: string },
): Chosen {
  const classes = read.labels.length;
  const isOutside = (n: number) =>
    choice === "single"
      ? (beyondScope_N?.[n] ?? 0) > 0
      : read.probs_N_C.subarray(n * classes, (n + 1) * classes).every((probability) => probability < LEAST_PROBABLE);
  return { ...read, chosen: read.chosen.map((labels, n) => (isOutside(n) ? [outside] : labels)) };
}

/** Means over the draws of numbers `[N, 1, K]`. Throws `E_SHAPE`, `E_NOT_FINITE`. */
function meanValues({ kind, shape, data }: Predictions, rows: number): number[] {
  const [items, outputs, draws = 0] = shape;
  if (kind !== "values" || items !== rows || outputs !== 1)
    throw new BaalError("E_SHAPE", `A model of a number should give values [${rows}, 1, K]; ${kind} [${shape}] came.`);
  const mean = (n: number) => data.subarray(n * draws, (n + 1) * draws).reduce((sum, value) => sum + value, 0) / draws;
  const means = Array.from({ length: rows }, (_, n) => mean(n));
  if (!means.every(Number.isFinite)) throw new BaalError("E_NOT_FINITE", "The model's numbers are not finite.");
  return means;
}

/** Of a model that abstains. */
function scopeMetrics(
  answer: Chosen,
  targets: readonly (readonly string[])[],
  { choice, outside }: { readonly choice: ChoiceKind; readonly outside: string },
): Readonly<Record<string, number>> {
  const classes = answer.labels.length;
  const inside = [...targets.keys()].filter((n) => targets[n]![0] !== outside);
  const beyond = [...targets.keys()].filter((n) => targets[n]![0] === outside);
  const part = <T>(all: readonly T[], rows: readonly number[]) => rows.map((n) => all[n]!);
  const probs_N_C = Float64Array.from(inside.flatMap((n) => [...answer.probs_N_C.subarray(n * classes, (n + 1) * classes)]));
  const own = { ...answer, probs_N_C, chosen: part(answer.chosen, inside) };
  return {
    ...(inside.length > 0 ? heldOutMetrics(own, part(targets, inside), choice) : {}),
    ...(beyond.length > 0 ? { outOfScopeRecall: exactShare(part(answer.chosen, beyond), part(targets, beyond)) } : {}),
    accuracy: exactShare(answer.chosen, targets),
  };
}

/** Those of several controls, by name, as one. */
export function joinedEvaluation(parts: readonly (readonly [control: string, Evaluation])[]): Evaluation {
  const answers = new Map<TrainingRow, Map<string, JudgedAnswer>>();
  for (const [row, own] of parts.flatMap(([, part]) => [...part.answers])) {
    answers.set(row, new Map([...(answers.get(row) ?? []), ...own]));
  }
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return { metrics: first[1].metrics, answers };
  const metrics = parts.flatMap(([name, part]) =>
    Object.entries(part.metrics).map(([metric, value]) => [`${name}/${metric}`, value] as const),
  );
  const accuracy = shareRight(answers);
  return {
    metrics: Object.fromEntries(Number.isNaN(accuracy) ? metrics : [...metrics, ["accuracy", accuracy] as const]),
    answers,
  };
}

/** The share of choices that are right, NaN without any; of `only` these rows and controls, if given. */
export function shareRight(answers: Evaluation["answers"], only: Evaluation["answers"] = answers): number {
  const own = [...only].flatMap(([row, controls]) =>
    [...controls].flatMap(([control, { question }]) => (question === "number" ? [] : [answers.get(row)?.get(control)])),
  );
  return own.filter((answer) => answer !== undefined && exactShare([answer.given], [answer.wanted]) === 1).length / own.length;
}

export type ChoiceKind = ChoicesControl["choice"];

/** The labels that a model gives each of N items: its mean probabilities over the draws, and what it chooses. */
export interface Chosen {
  /** Row-major; with `"multiple"` each label's own probability, of yes against no. */
  readonly probs_N_C: Float64Array;
  readonly labels: readonly string[];
  readonly chosen: readonly (readonly string[])[];
}

/** Where several may be chosen. */
const LEAST_PROBABLE = 0.5;

/** Reads predictions `[N, C, K]`, logits of a softmax (`"single"`) or of sigmoids (`"multiple"`). Throws `E_NOT_FINITE`, `E_SHAPE`. */
export function chosenLabels(predictions: Predictions, labels: readonly string[], choice: ChoiceKind): Chosen {
  const probs_N_C = choice === "single" ? meanProbabilities(predictions) : meanSigmoids(predictions);
  const rows = Array.from({ length: predictions.shape[0] ?? 0 }, (_, item) =>
    probs_N_C.subarray(item * labels.length, (item + 1) * labels.length),
  );
  const chosen = rows.map((probs_C) => {
    const best = probs_C.indexOf(Math.max(...probs_C));
    return labels.filter((_, c) => c === best || (choice === "multiple" && probs_C[c]! >= LEAST_PROBABLE));
  });
  return { probs_N_C, labels, chosen };
}

/** Share of the items whose labels are exactly the right ones. */
export function exactShare(chosen: readonly (readonly string[])[], targets: readonly (readonly string[])[]): number {
  const right = chosen.filter((labels, item) => {
    const target = new Set(targets[item]);
    return labels.length === target.size && labels.every((label) => target.has(label));
  });
  return right.length / chosen.length;
}

/**
 * Metrics by name, all finite. With one label per item those of {@link computeClassificationMetrics}; with several `accuracy` (all of an
 * item's labels right, and no other), `microF1` and `brierScore` (mean over items of the squared errors, summed over the labels).
 * Throws `E_ARGUMENT` without items.
 */
export function heldOutMetrics(
  { probs_N_C, labels, chosen }: Chosen,
  targets: readonly (readonly string[])[],
  choice: ChoiceKind,
): Readonly<Record<string, number>> {
  if (targets.length === 0) throw new BaalError("E_ARGUMENT", "Metrics need at least one item that was held out; none came.");
  if (choice === "single") {
    return computeClassificationMetrics(
      probs_N_C,
      targets.map(([label = ""]) => labels.indexOf(label)),
    );
  }
  let squares = 0;
  let hits = 0;
  let either = 0;
  for (const [item, target] of targets.entries()) {
    for (const [c, label] of labels.entries()) {
      const isTarget = target.includes(label);
      const isChosen = chosen[item]!.includes(label);
      squares += (probs_N_C[item * labels.length + c]! - Number(isTarget)) ** 2;
      hits += Number(isTarget && isChosen);
      either += Number(isTarget) + Number(isChosen);
    }
  }
  return { accuracy: exactShare(chosen, targets), microF1: (2 * hits) / either, brierScore: squares / targets.length };
}

function meanSigmoids({ kind, shape, data }: Predictions): Float64Array {
  const [items = 0, classes = 0, draws = 0] = shape;
  if (!areLogits(kind) || shape.length !== 3)
    throw new BaalError("E_SHAPE", `Labels of their own are read from logits [N, C, K]; ${kind} [${shape}] came.`);
  return Float64Array.from({ length: items * classes }, (_, cell) => {
    let sum = 0;
    for (let k = 0; k < draws; k++) sum += sigmoid(data[cell * draws + k]!);
    return sum / draws;
  });
}

import type { Predictions } from "../../predictions.js";
import { chosenLabels, exactShare, heldOutMetrics } from "./held-out-metrics.js";
import type { LearnedControl, LearnedRow } from "./learning-data.js";

/** How models do on rows, by control. */
export interface Evaluation {
  /**
   * Of one control those of {@link heldOutMetrics}. Of several the same under each control's name (`sentiment/macroF1`), and `accuracy`, the
   * share of all answers that are right.
   */
  readonly metrics: Readonly<Record<string, number>>;
  /** Whether the answer for a control is right, for the answers that a row has. */
  readonly right: ReadonlyMap<LearnedRow, ReadonlyMap<string, boolean>>;
}

/** The rows that have an answer for a control. */
export function answeredRows(rows: readonly LearnedRow[], { control }: Pick<LearnedControl, "control">): readonly LearnedRow[] {
  return rows.filter(({ answers }) => answers.has(control.name));
}

/**
 * Of one control: `predictions` are the logits `[rows, labels, K]` of its model for rows that have an answer. Nothing for no rows. Throws
 * `E_NOT_FINITE`, `E_SHAPE`.
 */
export function evaluation(
  predictions: Predictions,
  labels: readonly string[],
  { control, rows }: Pick<LearnedControl, "control"> & { readonly rows: readonly LearnedRow[] },
): Evaluation {
  const { name, choice } = control;
  const answer = chosenLabels(predictions, labels, choice);
  const targets = rows.map(({ answers }) => answers.get(name)!);
  return {
    metrics: heldOutMetrics(answer, targets, choice),
    right: new Map(rows.map((row, i) => [row, new Map([[name, exactShare([answer.chosen[i]!], [targets[i]!]) === 1]])] as const)),
  };
}

/** Those of several controls, by name, as one. */
export function joinedEvaluation(parts: readonly (readonly [control: string, Evaluation])[]): Evaluation {
  const right = new Map<LearnedRow, Map<string, boolean>>();
  for (const [row, own] of parts.flatMap(([, part]) => [...part.right])) {
    right.set(row, new Map([...(right.get(row) ?? []), ...own]));
  }
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return { metrics: first[1].metrics, right };
  const metrics = parts.flatMap(([name, part]) =>
    Object.entries(part.metrics).map(([metric, value]) => [`${name}/${metric}`, value] as const),
  );
  return { metrics: { ...Object.fromEntries(metrics), ...(right.size > 0 && { accuracy: shareRight(right) }) }, right };
}

/** The share of answers that are right; of `only` these rows and controls, if given. */
export function shareRight(right: Evaluation["right"], only: Evaluation["right"] = right): number {
  const answers = [...only].flatMap(([row, controls]) => [...controls.keys()].map((control) => right.get(row)?.get(control)));
  return answers.filter((isRight) => isRight === true).length / answers.length;
}

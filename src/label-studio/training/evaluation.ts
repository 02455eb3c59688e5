import type { Predictions } from "../../predictions.js";
import { classesOf } from "../joint-label.js";
import { chosenLabels, exactShare, heldOutMetrics } from "./held-out-metrics.js";
import type { LearnedControl, LearnedRow } from "./learning-data.js";

/** How a model does on rows. */
export interface Evaluation {
  /**
   * Of one control those of {@link heldOutMetrics}. Of several the same under each control's name (`sentiment/macroF1`), and `accuracy`, the
   * share of all answers that are right.
   */
  readonly metrics: Readonly<Record<string, number>>;
  /** Whether the answer for a control is right, for the answers that a row has. */
  readonly right: ReadonlyMap<LearnedRow, ReadonlyMap<string, boolean>>;
}

type Asked = Pick<LearnedControl, "control">;

/** `predictions` are logits `[rows, classes of the model, K]`. Throws `E_NOT_FINITE`, `E_SHAPE`. */
export function evaluation(
  predictions: Predictions,
  modelLabels: readonly string[],
  { controls, rows }: { readonly controls: readonly Asked[]; readonly rows: readonly LearnedRow[] },
): Evaluation {
  const metrics: Record<string, number> = {};
  const right = new Map(rows.map((row) => [row, new Map<string, boolean>()]));
  for (const { control } of controls) {
    const { name, choice } = control;
    const positions = [...rows.keys()].filter((position) => rows[position]!.answers.has(name));
    if (positions.length === 0) continue;
    const classes = classesOf(name, modelLabels);
    const labels = classes.map(({ label }) => label);
    const own = part(
      predictions,
      positions,
      classes.map(({ classIndex }) => classIndex),
    );
    const answer = chosenLabels(own, labels, choice);
    const targets = positions.map((position) => rows[position]!.answers.get(name)!);
    for (const [metric, value] of Object.entries(heldOutMetrics(answer, targets, choice))) {
      metrics[controls.length === 1 ? metric : `${name}/${metric}`] = value;
    }
    for (const [i, position] of positions.entries()) {
      right.get(rows[position]!)!.set(name, exactShare([answer.chosen[i]!], [targets[i]!]) === 1);
    }
  }
  if (controls.length > 1 && rows.length > 0) metrics["accuracy"] = shareRight(right);
  return { metrics, right };
}

/** The share of answers that are right; of `only` these rows and controls, if given. */
export function shareRight(right: Evaluation["right"], only: Evaluation["right"] = right): number {
  const answers = [...only].flatMap(([row, controls]) => [...controls.keys()].map((control) => right.get(row)?.get(control)));
  return answers.filter((isRight) => isRight === true).length / answers.length;
}

/** Some items and some classes. */
function part({ kind, shape, data }: Predictions, items: readonly number[], classes: readonly number[]): Predictions {
  const [, allClasses = 0, draws = 0] = shape;
  const selected = new Float32Array(items.length * classes.length * draws);
  let to = 0;
  for (const item of items) {
    for (const c of classes) {
      const from = (item * allClasses + c) * draws;
      selected.set(data.subarray(from, from + draws), to);
      to += draws;
    }
  }
  return { kind, shape: [items.length, classes.length, draws], data: selected, indices: items };
}

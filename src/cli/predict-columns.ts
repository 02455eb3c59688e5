import { BaalError } from "../core/errors.js";
import type { Task } from "../core/task.js";
import type { PredictCommandOptions } from "./predict-options.js";

/** What an output tells of each item, beside the data's own columns. */
export interface AnswerForm {
  readonly task: Task;
  readonly labels: readonly string[];
  /** How many of the most probable labels. */
  readonly top: number;
  readonly withProbabilities: boolean;
  readonly withDraws: boolean;
  /** Whether items may come with an error in place of an answer. */
  readonly hasErrors: boolean;
}

/** The form that the options ask for. */
export function answerForm(
  { top = 1, probabilities = false, draws = false }: Pick<PredictCommandOptions, "top" | "probabilities" | "draws">,
  { task, labels, hasErrors }: Pick<AnswerForm, "task" | "labels" | "hasErrors">,
): AnswerForm {
  return { task, labels, hasErrors, top: Math.min(top, labels.length), withProbabilities: probabilities, withDraws: draws };
}

/** Names of the columns of the `rank`-th most probable label, from 1, and its probability. */
export function rankedColumns(rank: number): readonly [label: string, probability: string] {
  return rank === 1 ? ["prediction", "probability"] : [`prediction_${rank}`, `probability_${rank}`];
}

/** Name of the column with a label's probability. */
export function probabilityColumn(label: string): string {
  return `probability_${label}`;
}

/** Names of the columns of a regression's number and its spread; with the number's name where there are several. */
export function valueColumns(name: string, { labels }: Pick<AnswerForm, "labels">): readonly [value: string, spread: string] {
  return labels.length === 1 ? ["prediction", "spread"] : [`prediction_${name}`, `spread_${name}`];
}

/** The columns that are added, in their order, without the prefix. */
export function answerColumns(form: AnswerForm): readonly string[] {
  const { task, labels, top, withProbabilities, withDraws, hasErrors } = form;
  const answer =
    task === "regression"
      ? labels.map((label) => valueColumns(label, form))
      : Array.from({ length: top }, (_, i) => rankedColumns(i + 1));
  return [
    ...answer.flat(),
    "uncertainty",
    ...(withProbabilities && task !== "regression" ? labels.map(probabilityColumn) : []),
    ...(withDraws ? ["draws"] : []),
    ...(hasErrors ? ["error"] : []),
  ];
}

/** The data's columns and, behind them, those that are added. Throws `E_DATA` where one of the latter is there already. */
export function outputColumns(
  own: readonly string[],
  added: readonly string[],
  { data, columnPrefix = "" }: Pick<PredictCommandOptions, "data" | "columnPrefix">,
): readonly string[] {
  const names = added.map((name) => columnPrefix + name);
  const taken = names.filter((name) => own.includes(name));
  if (taken.length > 0) {
    const list = taken.map((name) => JSON.stringify(name)).join(", ");
    throw new BaalError(
      "E_DATA",
      `${data} has the columns ${list} already, perhaps of an earlier prediction: give --column-prefix, such as new_, for those that are added.`,
    );
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new BaalError(
      "E_DATA",
      `Two columns of the output would be called "${twice}", since a label has such a name: leave out --top.`,
    );
  }
  return [...own, ...names];
}

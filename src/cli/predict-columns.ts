import { BaalError } from "../core/errors.js";
import type { PredictCommandOptions } from "./predict-options.js";

/** What an output tells of each item, beside the data's own columns. */
export interface AnswerForm {
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
  { labels, hasErrors }: Pick<AnswerForm, "labels" | "hasErrors">,
): AnswerForm {
  return { labels, hasErrors, top: Math.min(top, labels.length), withProbabilities: probabilities, withDraws: draws };
}

/** Names of the columns of the `rank`-th most probable label, from 1, and its probability. */
export function rankedColumns(rank: number): readonly [label: string, probability: string] {
  return rank === 1 ? ["prediction", "probability"] : [`prediction_${rank}`, `probability_${rank}`];
}

/** Name of the column with a label's probability. */
export function probabilityColumn(label: string): string {
  return `probability_${label}`;
}

/** The columns that are added, in their order, without the prefix. */
export function answerColumns({ labels, top, withProbabilities, withDraws, hasErrors }: AnswerForm): readonly string[] {
  return [
    ...Array.from({ length: top }, (_, i) => rankedColumns(i + 1)).flat(),
    "uncertainty",
    ...(withProbabilities ? labels.map(probabilityColumn) : []),
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

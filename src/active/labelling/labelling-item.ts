import type { ActiveLearningDataset } from "../active-learning-dataset.js";
import type { LabellingState } from "./labelling-state.js";

/** An item for a person to label. */
export interface LabellingItem<Input> {
  /** Its dataset index. */
  readonly index: number;
  readonly input: Input;
  readonly score: number;
  /** Number of the query that picked it, from 1. */
  readonly query: number;
  /** Its place among that query's picks, from 1. */
  readonly rank: number;
  /** These as a sentence. */
  readonly why: string;
}

/** An item that a query has picked, as the pool sees it. */
export function labellingItem<Input>(
  index: number,
  { picks }: LabellingState,
  dataset: ActiveLearningDataset<Input>,
): LabellingItem<Input> {
  const { score, query, rank, strategy } = picks.get(index)!;
  const why = `Pick ${rank} of query ${query}${strategy === undefined ? "" : ` by ${strategy}`}, with a score of ${score.toPrecision(4)}.`;
  return { index, input: dataset.item(index).input, score, query, rank, why };
}

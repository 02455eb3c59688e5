import type { ActiveLearningDataset } from "../active-learning-dataset.js";
import type { AnswerChange } from "./labelling-state.js";

/**
 * Carries changed answers over into a data set: labels in the order of answering, those of a query as one step; skipped items are
 * excluded.
 */
export function followAnswers<Input>(dataset: ActiveLearningDataset<Input>): (change: AnswerChange) => void {
  let stepOfQuery: number | undefined;
  return ({ index, before, after, query }) => {
    if (before?.type === "label" && after?.type === "label") {
      dataset.relabel(index, after.value);
      return;
    }
    if (before?.type === "label") dataset.unlabel([index]);
    if (before?.type === "skip") dataset.include([index]);
    if (after?.type === "skip") dataset.exclude([index]);
    if (after?.type === "label") {
      dataset.label([index], [after.value], { step: stepOfQuery === query ? "last" : "new" });
      stepOfQuery = query;
    }
  };
}

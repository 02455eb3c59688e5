import { BaalError } from "../../errors.js";
import type { Selection } from "../../strategies/strategy.js";
import type { ActiveLearningDataset } from "../active-learning-dataset.js";

/** Throws `E_ARGUMENT` for a picked item that is not in the pool or comes twice, `E_NOT_FINITE` for a score that is no number. */
export function checkPicks<Input>({ indices, scores }: Selection, dataset: ActiveLearningDataset<Input>): void {
  if (scores.length !== indices.length)
    throw new BaalError("E_ARGUMENT", `${indices.length} items were picked with ${scores.length} scores; each needs one.`);
  const distinct = new Set<number>();
  for (const [i, index] of indices.entries()) {
    if (!dataset.canLabel(index)) throw new BaalError("E_ARGUMENT", `Item ${index} was picked, which is labelled or excluded.`);
    if (distinct.has(index)) throw new BaalError("E_ARGUMENT", `Item ${index} was picked twice.`);
    distinct.add(index);
    if (!Number.isFinite(scores[i])) throw new BaalError("E_NOT_FINITE", `Item ${index} was picked with the score ${scores[i]}.`);
  }
}

import { BaalError } from "../../errors.js";
import type { StoppingCriterion } from "../stopping-criterion.js";

/** Stops once `count` items are labelled. Throws `E_ARGUMENT` for a count that is no whole number from 1. */
export function labellingBudget(count: number): StoppingCriterion {
  if (!Number.isInteger(count) || count < 1)
    throw new BaalError("E_ARGUMENT", `A labelling budget is a whole number from 1; ${count} came.`);
  return {
    name: "labellingBudget",
    reasonToStop(history) {
      const labelled = history.at(-1)?.numLabelled ?? 0;
      return labelled >= count ? `${labelled} items are labelled, of a budget of ${count}.` : undefined;
    },
  };
}

import { itemKey, itemUniform } from "../heuristics/item-uniform.js";
import { pickCount } from "./pick-count.js";
import { selectByKey } from "./select-by-key.js";
import type { ImmediateStrategy } from "./strategy.js";

/** A uniform draw without replacement, the baseline; needs no predictions. The scores are the random numbers that the items are ranked by. */
export function random(): ImmediateStrategy {
  return {
    name: "random",
    needs: [],
    select({ indices }, count, source) {
      const picks = pickCount(count, indices.length);
      const key = itemKey(source);
      const keys = Float64Array.from(indices, (index) => itemUniform(key, index));
      return selectByKey({ indices, scores: keys, keys }, picks, itemKey(source));
    },
  };
}

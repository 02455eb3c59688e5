import { checkClassified } from "./check-classified.js";
import type { ItemPlace, MetricDefinition } from "./metric.js";

/** A metric that is the mean of one number per item. Batch by batch it keeps a sum and a count. */
export function meanMetric(termOf: (probs_N_C: ArrayLike<number>, item: ItemPlace) => number): MetricDefinition {
  return {
    check: checkClassified,
    summarySize: () => 1,
    summarize: (probs_N_C, item, summaries, at) => {
      summaries[at] = termOf(probs_N_C, item);
    },
    fold: () => {
      let sum = 0;
      let count = 0;
      return {
        add: (summaries, at) => {
          sum += summaries[at]!;
          count++;
        },
        value: () => sum / count,
      };
    },
  };
}

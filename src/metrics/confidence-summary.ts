import { checkClassified } from "./check-classified.js";
import type { MetricDefinition } from "./metric.js";
import { predictedClass } from "./predicted-class.js";

/** Summarises an item by its confidence (highest probability) and by whether that class is right, 1 or 0. */
export const confidenceSummary: Pick<MetricDefinition, "check" | "summarySize" | "summarize"> = {
  check: checkClassified,
  summarySize: () => 2,
  summarize: (probs_N_C, item, summaries, at) => {
    const predicted = predictedClass(probs_N_C, item);
    summaries[at] = probs_N_C[item.start + predicted]!;
    summaries[at + 1] = predicted === item.target ? 1 : 0;
  },
};

import { checkClassified } from "./check-classified.js";
import type { MetricDefinition } from "./metric.js";

/** Summarises an item by its target, followed by its C probabilities. */
export const classProbabilitySummary: Pick<MetricDefinition, "check" | "summarySize" | "summarize"> = {
  check: checkClassified,
  summarySize: (classes) => 1 + classes,
  summarize: (probs_N_C, { start, classes, target }, summaries, at) => {
    summaries[at] = target;
    for (let c = 0; c < classes; c++) summaries[at + 1 + c] = probs_N_C[start + c]!;
  },
};

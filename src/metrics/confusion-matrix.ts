import { checkClassified } from "./check-classified.js";
import { defineMetric, type Fold, type MetricDefinition } from "./metric.js";
import { predictedClass } from "./predicted-class.js";

/**
 * `counts_C_C`, row-major: row = target, column = most probable class. `probs_N_C` is row-major. Batch by batch it keeps the
 * counts only. Throws as `checkClassified`.
 */
export const confusionMatrix = defineMetric<object, Uint32Array>(() => confusionMetric((counts_C_C) => counts_C_C.slice()));

/** A metric that is read off the confusion matrix. */
export function confusionMetric<Value>(read: (counts_C_C: Uint32Array, classes: number) => Value): MetricDefinition<Value> {
  return {
    check: checkClassified,
    summarySize: () => 2,
    summarize: (probs_N_C, item, summaries, at) => {
      summaries[at] = item.target;
      summaries[at + 1] = predictedClass(probs_N_C, item);
    },
    fold: (classes) => countFold(classes, read),
  };
}

function countFold<Value>(classes: number, read: (counts_C_C: Uint32Array, classes: number) => Value): Fold<Value> {
  const counts_C_C = new Uint32Array(classes * classes);
  return {
    add: (summaries, at) => {
      counts_C_C[summaries[at]! * classes + summaries[at + 1]!]!++;
    },
    value: () => read(counts_C_C, classes),
  };
}

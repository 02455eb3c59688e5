import { BaalError } from "../errors.js";
import { type ClassScores, scoresOf } from "./class-scores.js";
import { confusionMetric } from "./confusion-matrix.js";
import { defineMetric } from "./metric.js";

/**
 * How the classes' scores become one: `"macro"` every class counts alike, however rare, and classes that are neither a target nor
 * predicted are left out; `"weighted"` by the number of items of the class; `"micro"` every item counts alike, which with one class
 * per item is the accuracy for all three. As scikit-learn averages.
 */
export type Average = "macro" | "micro" | "weighted";

export interface AverageOptions {
  /** `"macro"` by default. {@link classScores} gives the scores of each class. */
  readonly average?: Average;
}

type Column = (scores: ClassScores) => Float64Array;

const AVERAGES: Readonly<Record<Average, (scores: ClassScores, column: Column) => number>> = {
  macro: (scores, column) =>
    weightedMean(
      column(scores),
      scores.support_C.map((support, c) => Math.min(1, support + scores.predicted_C[c]!)),
    ),
  weighted: (scores, column) => weightedMean(column(scores), scores.support_C),
  micro: ({ recall_C, support_C }) => weightedMean(recall_C, support_C),
};

/** Share of right ones among the items predicted as a class, averaged over the classes; in [0, 1]. Throws as `checkClassified`. */
export const precision = averaged(({ precision_C }) => precision_C);

/** Share of a class's items that are predicted as it, averaged over the classes; in [0, 1]. Throws as `checkClassified`. */
export const recall = averaged(({ recall_C }) => recall_C);

/** F1 = 2 TP / (2 TP + FP + FN), averaged over the classes; in [0, 1]. Throws as `checkClassified`. */
export const f1Score = averaged(({ f1_C }) => f1_C);

function averaged(column: Column) {
  return defineMetric<AverageOptions>(({ average = "macro" }) => {
    const combine = AVERAGES[average];
    if (!combine)
      throw new BaalError("E_ARGUMENT", `average must be one of ${Object.keys(AVERAGES).join(", ")}; "${average}" came.`);
    return confusionMetric((counts_C_C, classes) => combine(scoresOf(counts_C_C, classes), column));
  });
}

function weightedMean(values_C: Float64Array, weights_C: Uint32Array): number {
  let sum = 0;
  let weight = 0;
  values_C.forEach((value, c) => {
    sum += value * weights_C[c]!;
    weight += weights_C[c]!;
  });
  return sum / weight;
}

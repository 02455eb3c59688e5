import { confusionMetric } from "./confusion-matrix.js";
import { defineMetric } from "./metric.js";

/** Per class, `[C]` each. A share whose denominator is 0 is 0, as in scikit-learn. */
export interface ClassScores {
  /** Share of the items predicted as the class that are of the class: TP / (TP + FP). */
  readonly precision_C: Float64Array;
  /** Share of the items of the class that are predicted as it: TP / (TP + FN). */
  readonly recall_C: Float64Array;
  /** 2 TP / (2 TP + FP + FN). */
  readonly f1_C: Float64Array;
  /** Number of items whose target is the class. */
  readonly support_C: Uint32Array;
  /** Number of items predicted as the class. */
  readonly predicted_C: Uint32Array;
}

/** Precision, recall and F1 of each class. `probs_N_C` is row-major. Batch by batch it keeps C x C counts. Throws as `checkClassified`. */
export const classScores = defineMetric<object, ClassScores>(() => confusionMetric(scoresOf));

/** Reads the scores off `counts_C_C` (row = target, column = predicted). */
export function scoresOf(counts_C_C: Uint32Array, classes: number): ClassScores {
  const support_C = new Uint32Array(classes);
  const predicted_C = new Uint32Array(classes);
  counts_C_C.forEach((count, cell) => {
    support_C[Math.floor(cell / classes)]! += count;
    predicted_C[cell % classes]! += count;
  });
  const hits = (c: number) => counts_C_C[c * (classes + 1)]!;
  const shares = (of: (c: number) => number) => Float64Array.from(support_C, (_, c) => (hits(c) === 0 ? 0 : hits(c) / of(c)));
  return {
    precision_C: shares((c) => predicted_C[c]!),
    recall_C: shares((c) => support_C[c]!),
    f1_C: shares((c) => (predicted_C[c]! + support_C[c]!) / 2),
    support_C,
    predicted_C,
  };
}

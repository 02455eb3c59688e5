import { areIndependent, type Predictions } from "../core/predictions.js";
import { labelProbabilities } from "../heuristics/independent-labels.js";
import { meanProbabilities } from "../heuristics/predictive-distribution.js";

/** What a model says of each label of an item. */
export interface LabelRows {
  /** Mean probabilities over the draws; each row sums to 1, unless labels are each predicted by itself. */
  readonly probs_N_C: Float64Array;
  readonly classes: number;
  /** Whether each label is predicted by itself. */
  readonly isIndependent: boolean;
}

/** The mean probabilities of the draws, of either kind of classifier. Throws `E_ARGUMENT` for a regression's, `E_SHAPE` for dense ones, `E_NOT_FINITE`. */
export function labelRows(predictions: Predictions): LabelRows {
  const isIndependent = areIndependent(predictions.kind);
  const probs_N_C = isIndependent ? labelProbabilities(predictions) : meanProbabilities(predictions);
  return { probs_N_C, classes: predictions.shape[1] ?? 0, isIndependent };
}

/**
 * Rows whose divergence is that of the labels: of labels that are each predicted by itself the probabilities of yes and of no, `[N, 2 C]`, for the
 * Kullback-Leibler divergence of independent labels is the sum of the labels' own. Throws as {@link labelRows}.
 */
export function outcomeRows(predictions: Predictions): Float64Array {
  const { probs_N_C, isIndependent } = labelRows(predictions);
  if (!isIndependent) return probs_N_C;
  const rows = new Float64Array(2 * probs_N_C.length);
  for (let i = 0; i < probs_N_C.length; i++) {
    rows[2 * i] = probs_N_C[i]!;
    rows[2 * i + 1] = 1 - probs_N_C[i]!;
  }
  return rows;
}

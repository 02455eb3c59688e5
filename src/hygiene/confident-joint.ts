import { checkClassified } from "../metrics/check-classified.js";

/** How given labels and true classes go together. Matrices are row-major, **row = given label, column = true class**. */
export interface ConfidentJoint {
  readonly classes: number;
  /** Per class: the mean probability of that class over the items that are labelled so. NaN for a class that no item has. */
  readonly thresholds_C: Float64Array;
  /** Numbers of items with this label that are confidently of this class: those whose probability reaches the class's threshold. */
  readonly counts_C_C: Float64Array;
  /** The true class that an item is confidently of, the most probable if there are several; -1 for an item that is of none. */
  readonly confidentClass_N: Int32Array;
  /** The estimated joint distribution of label and true class: sums to 1, each row to the share of that label. */
  readonly joint_C_C: Float64Array;
}

/** The mean of equal numbers is not always that number: who has just the mean reaches it. */
const ROUNDING = 1e-9;

/**
 * The confident joint of confident learning (Northcutt, Jiang & Chuang 2021, arXiv:1911.00068, section 3.1). `probs_N_C` must be **out of
 * sample**: each item predicted by a model that was trained without it, as in cross-validation.
 * Throws as the metrics do: `E_ARGUMENT`, `E_SHAPE`, `E_NOT_FINITE`.
 */
export function confidentJoint(probs_N_C: ArrayLike<number>, targets_N: ArrayLike<number>): ConfidentJoint {
  const classes = checkClassified(probs_N_C, targets_N);
  const labelCounts_C = new Float64Array(classes);
  const thresholds_C = new Float64Array(classes);
  for (let i = 0; i < targets_N.length; i++) {
    const label = targets_N[i]!;
    labelCounts_C[label]! += 1;
    thresholds_C[label]! += probs_N_C[i * classes + label]!;
  }
  for (let c = 0; c < classes; c++) thresholds_C[c]! /= labelCounts_C[c]!;
  const confidentClass_N = Int32Array.from({ length: targets_N.length }, (_, i) => {
    let best = -1;
    for (let c = 0; c < classes; c++) {
      const p = probs_N_C[i * classes + c]!;
      if (p >= thresholds_C[c]! - ROUNDING && (best === -1 || p > probs_N_C[i * classes + best]!)) best = c;
    }
    return best;
  });
  const counts_C_C = new Float64Array(classes * classes);
  confidentClass_N.forEach((truth, i) => {
    if (truth >= 0) counts_C_C[targets_N[i]! * classes + truth]! += 1;
  });
  return { classes, thresholds_C, counts_C_C, confidentClass_N, joint_C_C: calibrated(counts_C_C, labelCounts_C) };
}

/** Each row scaled to the number of items that have the label, then all to a sum of 1 (equation 3). */
function calibrated(counts_C_C: Float64Array, labelCounts_C: Float64Array): Float64Array {
  const classes = labelCounts_C.length;
  const items = labelCounts_C.reduce((sum, count) => sum + count, 0);
  const joint_C_C = new Float64Array(counts_C_C.length);
  for (let label = 0; label < classes; label++) {
    const row = counts_C_C.subarray(label * classes, (label + 1) * classes);
    const sum = row.reduce((total, count) => total + count, 0);
    const share = labelCounts_C[label]! / items;
    // Nothing known of a label's items: they count as right.
    if (sum === 0) joint_C_C[label * classes + label] = share;
    else for (let truth = 0; truth < classes; truth++) joint_C_C[label * classes + truth] = (row[truth]! / sum) * share;
  }
  return joint_C_C;
}

/**
 * The noise matrix `P(given label | true class)`, `[C, C]` row-major with a row per given label: each column sums to 1.
 * A class that no item truly has counts as never mislabelled.
 */
export function noiseMatrix({ classes, joint_C_C }: Pick<ConfidentJoint, "classes" | "joint_C_C">): Float64Array {
  const noise_C_C = new Float64Array(joint_C_C.length);
  for (let truth = 0; truth < classes; truth++) {
    let sum = 0;
    for (let label = 0; label < classes; label++) sum += joint_C_C[label * classes + truth]!;
    for (let label = 0; label < classes; label++) {
      const at = label * classes + truth;
      noise_C_C[at] = sum > 0 ? joint_C_C[at]! / sum : Number(label === truth);
    }
  }
  return noise_C_C;
}

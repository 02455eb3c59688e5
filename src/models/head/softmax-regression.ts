import { BaalError } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import { highestOf, softmaxWeight } from "../../core/softmax.js";
import { type Floats, type LinearModel, type LinearModelOptions, solveLinearModel } from "./linear-model.js";

export interface SoftmaxRegressionOptions extends LinearModelOptions {
  readonly classes: number;
  /** One per item, 1 by default: how much it counts. */
  readonly weights_N?: ArrayLike<number> | undefined;
}

/**
 * Multinomial logistic regression, solved: the weights and biases with the least
 * `sum_n w_n crossEntropy_n + |W|^2 / (2 C)`, biases free (the problem of scikit-learn's `LogisticRegression(C)`).
 * Throws `E_DATA` without an item that counts, `E_SHAPE`, `E_ABORTED`.
 */
export async function solveSoftmaxRegression(
  features: Features,
  targets_N: ArrayLike<number>,
  { classes, weights_N, ...options }: SoftmaxRegressionOptions,
): Promise<LinearModel> {
  const [items] = features.shape;
  let total = 0;
  for (let n = 0; n < items; n++) total += weights_N?.[n] ?? 1;
  if (targets_N.length !== items)
    throw new BaalError("E_SHAPE", `${items} feature vectors came with ${targets_N.length} classes.`);
  const weighing = { targets_N, weights_N, classes, total };
  return solveLinearModel(features, { outputs: classes, total, residuals: (logits) => residualsOf(logits, weighing) }, options);
}

interface Weighing {
  readonly targets_N: ArrayLike<number>;
  readonly weights_N: ArrayLike<number> | undefined;
  readonly classes: number;
  readonly total: number;
}

/**
 * Turns logits `[N, C]` into `w_n (p - y) / sum w` in place; the weighted mean of the cross-entropies is returned. A head of many items spends as
 * much time here as on its products, so the exponentials are the quick ones.
 */
function residualsOf(logits_N_C: Floats, { targets_N, weights_N, classes, total }: Weighing): number {
  let loss = 0;
  for (let n = 0; n < targets_N.length; n++) {
    const row_C = logits_N_C.subarray(n * classes, (n + 1) * classes);
    const share = (weights_N?.[n] ?? 1) / total;
    const target = targets_N[n]!;
    const highest = highestOf(row_C);
    const own = row_C[target]! - highest;
    let sum = 0;
    for (let c = 0; c < row_C.length; c++) {
      const weight = softmaxWeight(row_C[c]! - highest);
      row_C[c] = weight;
      sum += weight;
    }
    const scale = share / sum;
    for (let c = 0; c < row_C.length; c++) row_C[c]! *= scale;
    row_C[target]! -= share;
    loss += share * (Math.log(sum) - own);
  }
  return loss;
}

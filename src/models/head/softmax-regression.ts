import { BaalError } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import { type LbfgsResult, minimiseLbfgs } from "../../engine/optimizers/lbfgs.js";
import { type Matrix, matrixProduct } from "../../engine/runtime/matrix-product.js";

export interface SoftmaxRegressionOptions {
  readonly classes: number;
  /** One per item, 1 by default: how much it counts. */
  readonly weights_N?: ArrayLike<number> | undefined;
  /** C: the larger, the weaker the pull of the weights to 0; 10 by default, right for unit vectors. */
  readonly inverseRegularisation?: number | undefined;
  /** A warm start, `[C, D + 1]`, the bias as the last column; zeros by default. */
  readonly start?: Float64Array | undefined;
  readonly maxIterations?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface SoftmaxRegression extends LbfgsResult {
  /** `[C, D + 1]`, row-major, the bias as the last column. */
  readonly weights_C_P: Float64Array;
}

/**
 * Multinomial logistic regression, solved: the weights and biases with the least
 * `sum_n w_n crossEntropy_n + |W|^2 / (2 C)`, biases free (the problem of scikit-learn's `LogisticRegression(C)`), by L-BFGS with one
 * matrix product each way. Convex, so the start only saves time. Throws `E_DATA` without an item that counts, `E_SHAPE`, `E_ABORTED`.
 */
export async function solveSoftmaxRegression(
  features: Features,
  targets_N: ArrayLike<number>,
  { classes, weights_N, inverseRegularisation = 10, start, maxIterations, signal }: SoftmaxRegressionOptions,
): Promise<SoftmaxRegression> {
  const [items, inputs] = features.shape;
  const width = inputs + 1;
  let total = 0;
  for (let n = 0; n < items; n++) total += weights_N?.[n] ?? 1;
  if (targets_N.length !== items)
    throw new BaalError("E_SHAPE", `${items} feature vectors came with ${targets_N.length} classes.`);
  if (!(total > 0)) throw new BaalError("E_DATA", "A head is solved from labelled items, and none came. Label some first.");
  const x = withOnes(features);
  const weights = start?.slice() ?? new Float64Array(classes * width);
  const single: Matrix = { rows: classes, columns: width, data: new Float32Array(weights.length) };
  const residuals: Matrix = { rows: items, columns: classes, data: new Float32Array(items * classes) };
  const decay = 1 / (inverseRegularisation * total);

  const objective = async (w: Float64Array, gradient: Float64Array): Promise<number> => {
    single.data.set(w);
    await matrixProduct(x, single, { transposeB: true, into: residuals.data });
    let value = residualsOf(residuals.data, { targets_N, weights_N, classes, total });
    const product = await matrixProduct(residuals, x, { transposeA: true });
    gradient.set(product.data);
    for (let i = 0; i < w.length; i++) {
      if (i % width === inputs) continue;
      value += (decay * w[i]! ** 2) / 2;
      gradient[i]! += decay * w[i]!;
    }
    return value;
  };
  const result = await minimiseLbfgs(weights, objective, { maxIterations, signal });
  return { ...result, weights_C_P: weights };
}

interface Weighing {
  readonly targets_N: ArrayLike<number>;
  readonly weights_N: ArrayLike<number> | undefined;
  readonly classes: number;
  readonly total: number;
}

/** Turns logits `[N, C]` into `w_n (p - y) / sum w` in place; the weighted mean of the cross-entropies is returned. */
function residualsOf(logits_N_C: Float32Array, { targets_N, weights_N, classes, total }: Weighing): number {
  let loss = 0;
  for (let n = 0; n < targets_N.length; n++) {
    const row = logits_N_C.subarray(n * classes, (n + 1) * classes);
    const share = (weights_N?.[n] ?? 1) / total;
    const target = targets_N[n]!;
    let highest = -Infinity;
    for (let c = 0; c < classes; c++) highest = Math.max(highest, row[c]!);
    const own = row[target]! - highest;
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      row[c] = Math.exp(row[c]! - highest);
      sum += row[c]!;
    }
    const scale = share / sum;
    for (let c = 0; c < classes; c++) row[c]! *= scale;
    row[target]! -= share;
    loss += share * (Math.log(sum) - own);
  }
  return loss;
}

/** Rows with a 1 behind each, which the bias is the weight of. */
export function withOnes({ shape: [items, inputs], data }: Features): Matrix {
  const rows = new Float32Array(items * (inputs + 1)).fill(1);
  for (let n = 0; n < items; n++) rows.set(data.subarray(n * inputs, (n + 1) * inputs), n * (inputs + 1));
  return { rows: items, columns: inputs + 1, data: rows };
}

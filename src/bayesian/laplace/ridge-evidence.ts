import { BaalError } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import { type Matrix, matrixProduct } from "../../engine/runtime/matrix-product.js";
import { choosePrecision } from "./choose-precision.js";
import { symmetricEigen } from "./symmetric-eigen.js";

/** Numbers to be predicted from features: `[N, C]`, known for every item. */
export interface RidgeData {
  readonly features: Features;
  readonly outputs: number;
  readonly targets_N_C: Float64Array;
}

/**
 * Linear regression, taken apart so that every strength of the prior is cheap: with centred features and targets,
 * `X'X = U' diag(s) U`, the R eigenvalues that are not 0.
 */
export interface RidgeEvidence {
  readonly items: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly mean_D: Float64Array;
  readonly mean_C: Float64Array;
  readonly eigenvalues_R: Float64Array;
  /** Rows of length 1. */
  readonly vectors_R_D: Float64Array;
  /** `U X'y` */
  readonly along_R_C: Float64Array;
  /** Sum of squares of the centred targets. */
  readonly squares_C: Float64Array;
}

/** Eigenvalues below this share of the largest are rounding. */
const ROUNDING = 1e-12;

/** Throws `E_DATA` without an item, `E_SHAPE`. */
export async function ridgeEvidence({ features, outputs, targets_N_C }: RidgeData): Promise<RidgeEvidence> {
  const [items, inputs] = features.shape;
  if (targets_N_C.length !== items * outputs)
    throw new BaalError("E_SHAPE", `${items} feature vectors of ${outputs} numbers came with ${targets_N_C.length} targets.`);
  if (items === 0) throw new BaalError("E_DATA", "A head is solved from labelled items, and none came. Label some first.");
  const x = centred(Float64Array.from(features.data), inputs);
  const y = centred(targets_N_C.slice(), outputs);
  const X: Matrix<Float64Array> = { rows: items, columns: inputs, data: x.data };
  const Y: Matrix<Float64Array> = { rows: items, columns: outputs, data: y.data };
  const isWide = items < inputs;
  const gram = await matrixProduct(X, X, isWide ? { transposeB: true } : { transposeA: true });
  const { values, vectors_N_N } = symmetricEigen(gram.data, gram.rows);
  const least = Math.max(0, ...values) * ROUNDING * gram.rows;
  const kept = [...values.keys()].filter((k) => values[k]! > least);
  const some: Matrix<Float64Array> = {
    rows: kept.length,
    columns: gram.rows,
    data: Float64Array.from({ length: kept.length * gram.rows }, (_, at) => {
      const k = kept[Math.floor(at / gram.rows)]!;
      // Of X X' the vectors are carried over: X'v / |X'v|.
      return vectors_N_N[k * gram.rows + (at % gram.rows)]! / (isWide ? Math.sqrt(values[k]!) : 1);
    }),
  };
  const none = { rows: 0, columns: inputs, data: new Float64Array(0) };
  const vectors = kept.length === 0 ? none : isWide ? await matrixProduct(some, X) : some;
  const along = kept.length === 0 ? none : await matrixProduct(vectors, await matrixProduct(X, Y, { transposeA: true }));
  const squares_C = new Float64Array(outputs);
  y.data.forEach((value, i) => {
    squares_C[i % outputs]! += value * value;
  });
  return {
    ...{ items, inputs, outputs, mean_D: x.mean, mean_C: y.mean, squares_C },
    ...{ eigenvalues_R: Float64Array.from(kept, (k) => values[k]!), vectors_R_D: vectors.data, along_R_C: along.data },
  };
}

/** In place: less the mean of each column. */
function centred(rows: Float64Array, width: number): { readonly data: Float64Array; readonly mean: Float64Array } {
  const mean = new Float64Array(width);
  const items = rows.length / width;
  for (let i = 0; i < rows.length; i++) mean[i % width]! += rows[i]! / items;
  for (let i = 0; i < rows.length; i++) rows[i]! -= mean[i % width]!;
  return { data: rows, mean };
}

/** `|y - Xw|^2 + alpha |w|^2` of each output at its least. */
export function penalisedSquares({ outputs, eigenvalues_R, along_R_C, squares_C }: RidgeEvidence, alpha: number): Float64Array {
  const rest = squares_C.slice();
  along_R_C.forEach((value, at) => {
    rest[at % outputs]! -= value ** 2 / (eigenvalues_R[Math.floor(at / outputs)]! + alpha);
  });
  return rest.map((value, c) => Math.max(value, Number.EPSILON * squares_C[c]!, Number.MIN_VALUE));
}

/**
 * Variance of the noise, per output: where the marginal likelihood (weights and bias integrated out) is highest for this prior,
 * `(|y - Xw|^2 + alpha |w|^2) / (N - 1)`. Of a single item it is 1: nothing is known of it.
 */
export function noiseVariances(evidence: RidgeEvidence, alpha: number): Float64Array {
  const { items } = evidence;
  const squares_C = penalisedSquares(evidence, alpha);
  return squares_C.map((squares) => (items > 1 && squares > Number.MIN_VALUE ? squares / (items - 1) : 1));
}

/** `ln p(y)` with the bias's flat prior left out, at the best noise. */
export function ridgeLogMarginalLikelihood(evidence: RidgeEvidence, alpha: number): number {
  const { items, outputs, eigenvalues_R } = evidence;
  const shrinkage = eigenvalues_R.reduce((sum, value) => sum + Math.log1p(value / alpha), 0);
  const noise = noiseVariances(evidence, alpha).reduce((sum, variance) => sum + Math.log(2 * Math.PI * variance) + 1, 0);
  return -((items - 1) * noise + outputs * shrinkage) / 2;
}

/** The alpha, the prior's precision times the noise's variance, with the highest marginal likelihood (MacKay 1992, "Bayesian interpolation"). */
export function chooseAlpha(evidence: RidgeEvidence): number {
  return choosePrecision((alpha) => ridgeLogMarginalLikelihood(evidence, alpha));
}

/** `[C, D + 1]`, the bias as the last column: the weights with the least `|y - Xw - b|^2 + alpha |w|^2`. */
export function ridgeWeights(evidence: RidgeEvidence, alpha: number): Float64Array {
  const { inputs, outputs, eigenvalues_R, vectors_R_D, along_R_C, mean_D, mean_C } = evidence;
  const weights_C_P = new Float64Array(outputs * (inputs + 1));
  for (let c = 0; c < outputs; c++) {
    const row = weights_C_P.subarray(c * (inputs + 1), (c + 1) * (inputs + 1));
    eigenvalues_R.forEach((value, k) => {
      const scale = along_R_C[k * outputs + c]! / (value + alpha);
      for (let d = 0; d < inputs; d++) row[d]! += scale * vectors_R_D[k * inputs + d]!;
    });
    row[inputs] = mean_D.reduce((bias, mean, d) => bias - mean * row[d]!, mean_C[c]!);
  }
  return weights_C_P;
}

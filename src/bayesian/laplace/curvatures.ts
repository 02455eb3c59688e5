import { BaalError } from "../../core/errors.js";
import { fillNormals } from "../../core/random.js";
import { type Matrix, matrixProduct } from "../../engine/runtime/matrix-product.js";
import type { Curvature, CurvatureData } from "./curvature.js";
import { independentCurvature } from "./independent-curvature.js";
import { inputFactor, nonNegative } from "./input-factor.js";
import { symmetricEigen } from "./symmetric-eigen.js";

/**
 * Kronecker-factored Gauss-Newton matrix (Martens & Grosse 2015, arXiv:1503.05671; Ritter et al. 2018): `H = B (x) A` with
 * `A = sum_n h_n h_n'` and B the mean of `diag(p_n) - p_n p_n'`. Both factors are taken apart into eigenvectors, so that the prior's
 * precision adds to the products of their eigenvalues exactly. With fewer items than columns only A's row space is kept.
 */
export async function kroneckerCurvature(data: CurvatureData): Promise<Curvature> {
  const { width, classes } = data;
  const { values: inner, vectors: u_R_P } = await inputFactor(data);
  const rank = inner.length;
  const { values: outer, vectors_N_N: v_C_C } = symmetricEigen(outputFactor(data), classes);
  const u: Matrix = { rows: rank, columns: width, data: Float32Array.from(u_R_P) };
  const v: Matrix = { rows: classes, columns: classes, data: Float32Array.from(v_C_C) };
  const b = nonNegative(outer);
  const eigenvalues = Float64Array.from({ length: classes * rank }, (_, at) => b[Math.floor(at / rank)]! * inner[at % rank]!);

  const deviationsOf = deviations(eigenvalues);

  return {
    eigenvalues,
    /** V (E / sqrt(delta) outside of A's row space + G / sqrt(eigenvalues + delta) in it), E and G standard normal. */
    async sample(delta, random) {
      const inside = new Float32Array(eigenvalues.length);
      fillNormals(inside, random);
      const deviations = deviationsOf(delta);
      for (let i = 0; i < inside.length; i++) inside[i]! *= deviations[i]!;
      const coefficients: Matrix = { rows: classes, columns: rank, data: inside };
      if (rank === width) return (await matrixProduct(v, await matrixProduct(coefficients, u), { transposeA: true })).data;
      const outside = new Float32Array(classes * width);
      fillNormals(outside, random);
      for (let i = 0; i < outside.length; i++) outside[i]! /= Math.sqrt(delta);
      const noise: Matrix = { rows: classes, columns: width, data: outside };
      if (rank > 0) {
        const along = await matrixProduct(noise, u, { transposeB: true });
        for (let i = 0; i < inside.length; i++) inside[i]! -= along.data[i]!;
        const added = await matrixProduct(coefficients, u);
        for (let i = 0; i < outside.length; i++) outside[i]! += added.data[i]!;
      }
      return (await matrixProduct(v, noise, { transposeA: true })).data;
    },
    variances(variances_C, h_P, delta) {
      const squares = new Float64Array(rank);
      let outside = h_P.reduce((sum, value) => sum + value * value, 0);
      for (let k = 0; k < rank; k++) {
        let along = 0;
        for (let i = 0; i < width; i++) along += u_R_P[k * width + i]! * h_P[i]!;
        squares[k] = along * along;
        outside -= squares[k]!;
      }
      variances_C.fill(0);
      for (let j = 0; j < classes; j++) {
        let variance = rank === width ? 0 : Math.max(0, outside) / delta;
        for (let k = 0; k < rank; k++) variance += squares[k]! / (eigenvalues[j * rank + k]! + delta);
        for (let c = 0; c < classes; c++) variances_C[c]! += v_C_C[j * classes + c]! ** 2 * variance;
      }
    },
  };
}

/** `1 / sqrt(eigenvalues + delta)`, the same for each draw of a prediction: the last ones are kept. */
function deviations(eigenvalues: Float64Array): (delta: number) => Float64Array {
  let kept: { readonly delta: number; readonly values: Float64Array } | undefined;
  return (delta) => {
    if (kept?.delta !== delta) kept = { delta, values: eigenvalues.map((value) => 1 / Math.sqrt(value + delta)) };
    return kept.values;
  };
}

/** The mean of `diag(p) - p p'`, of independent labels of `diag(p (1 - p))`. */
function outputFactor({ probs_N_C, spread_N_C, isIndependent, items, classes }: CurvatureData): Float64Array {
  const factor = new Float64Array(classes * classes);
  if (isIndependent) {
    spread_N_C.forEach((spread, at) => {
      factor[(at % classes) * (classes + 1)]! += spread / items;
    });
    return factor;
  }
  for (let n = 0; n < items; n++) {
    const p = probs_N_C.subarray(n * classes, (n + 1) * classes);
    for (let c = 0; c < classes; c++) {
      for (let e = 0; e < classes; e++) factor[c * classes + e]! += ((Number(c === e) - p[e]!) * p[c]!) / items;
    }
  }
  return factor;
}

/** The diagonal of the Gauss-Newton matrix: `H_cj = sum_n p_nc (1 - p_nc) h_nj^2`; weights are independent of each other. */
export function diagonalCurvature({ h_N_P, spread_N_C, items, width, classes }: CurvatureData): Curvature {
  const diagonal = new Float64Array(classes * width);
  for (let n = 0; n < items; n++) {
    for (let c = 0; c < classes; c++) {
      const spread = spread_N_C[n * classes + c]!;
      for (let j = 0; j < width; j++) diagonal[c * width + j]! += spread * h_N_P[n * width + j]! ** 2;
    }
  }
  return {
    eigenvalues: diagonal,
    async sample(delta, random) {
      return Float32Array.from(diagonal, (precision) => random.normal() / Math.sqrt(precision + delta));
    },
    variances(variances_C, h_P, delta) {
      for (let c = 0; c < classes; c++) {
        let sum = 0;
        for (let j = 0; j < width; j++) sum += h_P[j]! ** 2 / (diagonal[c * width + j]! + delta);
        variances_C[c] = sum;
      }
    },
  };
}

/** An eigendecomposition of more rows than this takes minutes, and its vectors more than 128 MB. */
export const MAX_WEIGHTS = 2000;

/** The whole Gauss-Newton matrix: `H = sum_n (diag(p_n) - p_n p_n') (x) h_n h_n'`. Throws `E_ARGUMENT` for too many weights. */
export async function fullCurvature(data: CurvatureData): Promise<Curvature> {
  if (data.isIndependent) return independentCurvature(data);
  const { h_N_P, probs_N_C, items, width, classes } = data;
  const size = classes * width;
  if (size > MAX_WEIGHTS) {
    throw new BaalError(
      "E_ARGUMENT",
      `structure "full" is for at most ${MAX_WEIGHTS} weights; this last layer has ${size}. Choose "kron".`,
    );
  }
  const matrix = new Float64Array(size * size);
  for (let n = 0; n < items; n++) {
    const [h, p] = [h_N_P.subarray(n * width, (n + 1) * width), probs_N_C.subarray(n * classes, (n + 1) * classes)];
    for (let row = 0; row < size; row++) {
      const [c, i] = [Math.floor(row / width), row % width];
      for (let e = 0; e < classes; e++) {
        const scale = (Number(c === e) - p[e]!) * p[c]! * h[i]!;
        for (let j = 0; j < width; j++) matrix[row * size + e * width + j]! += scale * h[j]!;
      }
    }
  }
  const { values, vectors_N_N } = symmetricEigen(matrix, size);
  const eigenvalues = nonNegative(values);
  return {
    eigenvalues,
    async sample(delta, random) {
      const offset_C_P = new Float32Array(size);
      for (let k = 0; k < size; k++) {
        const scale = random.normal() / Math.sqrt(eigenvalues[k]! + delta);
        for (let i = 0; i < size; i++) offset_C_P[i]! += scale * vectors_N_N[k * size + i]!;
      }
      return offset_C_P;
    },
    variances(variances_C, h_P, delta) {
      variances_C.fill(0);
      for (let k = 0; k < size; k++) {
        for (let c = 0; c < classes; c++) {
          let along = 0;
          for (let j = 0; j < width; j++) along += vectors_N_N[k * size + c * width + j]! * h_P[j]!;
          variances_C[c]! += along ** 2 / (eigenvalues[k]! + delta);
        }
      }
    },
  };
}

import { type Matrix, matrixProduct } from "../../engine/runtime/matrix-product.js";
import { symmetricEigen } from "./symmetric-eigen.js";

/** What a last layer reads of N items. */
export interface InputData {
  readonly h_N_P: Float64Array;
  readonly items: number;
  readonly width: number;
}

/** `H'H` as its R eigenvalues and, in rows `[R, P]` of length 1, their vectors; those of 0 may be left out. */
export interface InputFactor {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** Eigenvalues and -vectors of `H' H`, or, with fewer items than columns, those of `H H'` carried over: H' u / |H' u|. */
export async function inputFactor({ h_N_P, items, width }: InputData): Promise<InputFactor> {
  const h: Matrix<Float64Array> = { rows: items, columns: width, data: h_N_P };
  if (items >= width) {
    const { values, vectors_N_N } = symmetricEigen((await matrixProduct(h, h, { transposeA: true })).data, width);
    return { values: nonNegative(values), vectors: vectors_N_N };
  }
  const { values, vectors_N_N } = symmetricEigen((await matrixProduct(h, h, { transposeB: true })).data, items);
  const least = Math.max(0, ...values) * items * 1e-13;
  const kept = [...values.keys()].filter((k) => values[k]! > least);
  const vectors = new Float64Array(kept.length * width);
  kept.forEach((k, at) => {
    const u = vectors.subarray(at * width, (at + 1) * width);
    for (let n = 0; n < items; n++) {
      const scale = vectors_N_N[k * items + n]! / Math.sqrt(values[k]!);
      for (let i = 0; i < width; i++) u[i]! += scale * h_N_P[n * width + i]!;
    }
  });
  return { values: Float64Array.from(kept, (k) => values[k]!), vectors };
}

/** Rounding makes zero eigenvalues of a positive semi-definite matrix slightly negative. */
export function nonNegative(values: Float64Array): Float64Array {
  return values.map((value) => Math.max(0, value));
}

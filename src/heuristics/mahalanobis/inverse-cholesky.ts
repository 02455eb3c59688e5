import { BaalError } from "../../errors.js";

/**
 * The inverse of the lower triangular L with L L' = the symmetric, positive definite `matrix` `[n, n]`: what makes the identity of
 * a covariance. Throws `E_NOT_FINITE` for a matrix that is not positive definite.
 */
export function inverseCholesky(matrix: Float64Array, n: number): Float64Array {
  const lower = Float64Array.from(matrix);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = lower[i * n + j]! - innerProduct(lower, i * n, lower, j * n, j);
      if (j < i) lower[i * n + j] = rest / lower[j * n + j]!;
      else if (rest > 0 && rest < Infinity) lower[i * n + i] = Math.sqrt(rest);
      else
        throw new BaalError(
          "E_NOT_FINITE",
          `The covariance of the labelled items' features cannot be inverted (pivot ${rest} at feature ${i}): use more shrinkage, or scale the features.`,
        );
    }
  }
  // Row by row, transposed, so that both factors of a sum lie in a row: column j of the inverse is row j of `inverse`.
  const inverse = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    inverse[j * n + j] = 1 / lower[j * n + j]!;
    for (let i = j + 1; i < n; i++)
      inverse[j * n + i] = -innerProduct(lower, i * n + j, inverse, j * n + j, i - j) / lower[i * n + i]!;
  }
  return transpose(inverse, n);
}

function innerProduct(a: Float64Array, aStart: number, b: Float64Array, bStart: number, length: number): number {
  let even = 0; // two sums at a time: each addition waits for the one before
  let odd = 0;
  let i = 0;
  for (; i + 1 < length; i += 2) {
    even += a[aStart + i]! * b[bStart + i]!;
    odd += a[aStart + i + 1]! * b[bStart + i + 1]!;
  }
  if (i < length) even += a[aStart + i]! * b[bStart + i]!;
  return even + odd;
}

function transpose(matrix: Float64Array, n: number): Float64Array {
  return matrix.map((_, at) => matrix[(at % n) * n + Math.floor(at / n)]!);
}

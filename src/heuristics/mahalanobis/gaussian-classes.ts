import { setImmediate } from "node:timers/promises";
import { BaalError, throwIfAborted } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import { type Matrix, matrixProduct } from "../../engine/runtime/matrix-product.js";
import { squaredDistance } from "../../neighbours/row-space.js";

/** Classes that differ in their means and share a covariance, in coordinates in which that is the identity. */
export interface GaussianClasses {
  /** `[D]`: the mean of all items, which is taken off first so that little is lost to float32. */
  readonly centre_D: Float64Array;
  /** `[D, D]`: what the centred rows are multiplied by, from the right and transposed. */
  readonly whitening: Matrix;
  /** `[classes present, D]`, whitened. */
  readonly means: Matrix;
  /** Half of their squared norms. */
  readonly halfNorms: Float64Array;
}

/** Rows that are looked at together. */
const BLOCK = 4096;

/** Throws `E_NOT_FINITE` when the covariance cannot be inverted. */
export async function fitClasses(
  features: Features,
  targets: readonly number[],
  shrinkage: number | undefined,
): Promise<GaussianClasses> {
  const [items, width] = features.shape;
  const classes = [...new Set(targets)].sort((a, b) => a - b);
  const rowOf = new Map(classes.map((target, row) => [target, row]));
  const classOf = (item: number) => rowOf.get(targets[item]!)!;
  const counts = new Float64Array(classes.length);
  const means = new Float64Array(classes.length * width);
  const centre_D = new Float64Array(width);
  for (let item = 0, at = 0; item < items; item++) {
    const row = classOf(item);
    counts[row]!++;
    for (let d = 0; d < width; d++, at++) {
      means[row * width + d]! += features.data[at]!;
      centre_D[d]! += features.data[at]! / items;
    }
  }
  for (let at = 0; at < means.length; at++) means[at]! /= counts[Math.floor(at / width)]!;

  const residuals = new Float32Array(items * width);
  for (let item = 0, at = 0; item < items; item++) {
    const row = classOf(item) * width;
    for (let d = 0; d < width; d++, at++) residuals[at] = features.data[at]! - means[row + d]!;
  }
  const centred = { rows: items, columns: width, data: residuals };
  const scatter = await matrixProduct(centred, centred, { transposeA: true });
  const covariance = shrinkCovariance(scatter, centred, shrinkage);
  const whitening = { rows: width, columns: width, data: Float32Array.from(inverseCholesky(covariance, width)) };
  const offsets = Float32Array.from(means, (mean, at) => mean - centre_D[at % width]!);
  const whitened = await matrixProduct({ rows: classes.length, columns: width, data: offsets }, whitening, { transposeB: true });
  const halfNorms = Float64Array.from(classes, (_, row) => halfNorm(whitened.data, row, width));
  return { centre_D, whitening, means: whitened, halfNorms };
}

/** The squared distance of each row to the nearest class mean, in the whitened coordinates. */
export async function nearestClass(
  { shape, data }: Features,
  { centre_D, whitening, means, halfNorms }: GaussianClasses,
  signal?: AbortSignal | undefined,
): Promise<Float64Array> {
  const [items, width] = shape;
  const distances_N = new Float64Array(items);
  const centred = new Float32Array(Math.min(BLOCK, items) * width);
  for (let first = 0; first < items; first += BLOCK) {
    throwIfAborted(signal, `The Mahalanobis distance (after ${first} of ${items} items)`);
    const rows = Math.min(BLOCK, items - first);
    for (let row = 0, at = 0; row < rows; row++) {
      for (let d = 0; d < width; d++, at++) centred[at] = data[first * width + at]! - centre_D[d]!;
    }
    const block = { rows, columns: width, data: centred.subarray(0, rows * width) };
    const whitened = await matrixProduct(block, whitening, { transposeB: true });
    const products = await matrixProduct(whitened, means, { transposeB: true });
    for (let row = 0; row < rows; row++) {
      const nearest = nearestMean(products.data.subarray(row * means.rows, (row + 1) * means.rows), halfNorms);
      // The distance itself is computed anew: that from the product loses what is small beside the norms.
      distances_N[first + row] = squaredDistance(whitened.data, row, means.data, nearest, width);
    }
    await setImmediate();
  }
  return distances_N;
}

/** |x - m|^2 / 2 = |x|^2 / 2 + |m|^2 / 2 - x m, of which the first is the same for all. */
function nearestMean(products: Float32Array, halfNorms: Float64Array): number {
  let nearest = 0;
  for (let c = 1; c < halfNorms.length; c++) {
    if (halfNorms[c]! - products[c]! < halfNorms[nearest]! - products[nearest]!) nearest = c;
  }
  return nearest;
}

function halfNorm(data: Float32Array, row: number, width: number): number {
  let sum = 0;
  for (let at = row * width; at < (row + 1) * width; at++) sum += data[at]! ** 2;
  return sum / 2;
}

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

/** Keeps the covariance invertible where features do not vary, or depend on each other. */
const LEAST = 1e-6;

/**
 * The covariance `[D, D]` of centred rows `[n, D]` from their scatter (the sum of their outer products), mixed with the identity
 * times its mean variance: by `shrinkage`, or by what minimises the expected squared error (Ledoit and Wolf 2004, lemma 3.2 to
 * 3.5). The identity where nothing varies.
 */
export function shrinkCovariance(scatter: Matrix, centred: Matrix, shrinkage?: number): Float64Array {
  const width = scatter.columns;
  const covariance = Float64Array.from(scatter.data, (value) => value / centred.rows);
  let trace = 0;
  for (let d = 0; d < width; d++) trace += covariance[d * width + d]!;
  const mean = trace / width;
  const share = Math.max(LEAST, shrinkage ?? ledoitWolf(covariance, mean, centred));
  for (let at = 0; at < covariance.length; at++) covariance[at]! *= 1 - share;
  for (let d = 0; d < width; d++) covariance[d * width + d]! += mean > 0 ? share * mean : 1;
  return covariance;
}

function ledoitWolf(covariance: Float64Array, mean: number, { rows, columns, data }: Matrix): number {
  const squared = covariance.reduce((sum, value) => sum + value * value, 0);
  const dispersion = squared - columns * mean * mean;
  if (!(dispersion > 0)) return 1;
  let fourthPowers = 0;
  for (let row = 0, at = 0; row < rows; row++) {
    let norm = 0;
    for (const end = at + columns; at < end; at++) norm += data[at]! ** 2;
    fourthPowers += norm * norm;
  }
  const error = (fourthPowers / rows - squared) / rows;
  return Math.min(1, Math.max(0, error / dispersion));
}

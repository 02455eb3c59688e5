import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "../../errors.js";
import type { Features } from "../../features.js";
import { squaredDistance } from "../../neighbours/squared-distance.js";
import { type Matrix, matrixProduct } from "../../runtime/matrix-product.js";
import { inverseCholesky } from "./inverse-cholesky.js";
import { shrinkCovariance } from "./shrink-covariance.js";

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

import { throwIfAborted } from "../core/errors.js";
import type { Features } from "../core/features.js";
import { createRandom, fillNormals } from "../core/random.js";
import { matrixProduct } from "../engine/runtime/matrix-product.js";

/** Rows whose products are made at once. */
const BLOCK = 8192;
const MOST_ITERATIONS = 300;
const TOLERANCE = 1e-9;

/** The directions of the largest variance, and where the items are along them. */
export interface PrincipalComponents {
  /** `[count, D]`, of length 1, that of the largest variance first; the component of largest size in each is positive. */
  readonly directions: Float64Array;
  /** Along each direction, in the order of `directions`. */
  readonly variances: Float64Array;
  /** `[N, count]`, around 0. */
  readonly coordinates: Float32Array;
}

/**
 * Principal components (Pearson 1901) of the rows: eigenvectors of their covariance by orthogonal iteration in double precision. Equal rows, equal
 * coordinates; the start is drawn from `seed`, on which the result does not depend unless variances are equal. Throws `E_ABORTED`.
 */
export async function principalComponents(
  { shape: [rows, width], data }: Features,
  options: { readonly count: number; readonly seed?: number | undefined; readonly signal?: AbortSignal | undefined },
): Promise<PrincipalComponents> {
  const count = Math.min(options.count, width);
  const mean = new Float64Array(width);
  for (let at = 0; at < data.length; ) for (let d = 0; d < width; d++) mean[d]! += data[at++]! / rows;
  const covariance = new Float64Array(width * width);
  const centred = new Float32Array(Math.min(BLOCK, rows) * width);
  const block = (from: number) => {
    const size = Math.min(BLOCK, rows - from);
    for (let n = 0, at = 0; n < size; n++)
      for (let d = 0; d < width; d++, at++) centred[at] = data[(from + n) * width + d]! - mean[d]!;
    return { rows: size, columns: width, data: centred.subarray(0, size * width) };
  };
  for (let from = 0; from < rows; from += BLOCK) {
    throwIfAborted(options.signal, "Principal components");
    const part = block(from);
    const product = await matrixProduct(part, part, { transposeA: true });
    for (let at = 0; at < covariance.length; at++) covariance[at]! += product.data[at]! / rows;
  }
  const { directions, variances } = largestEigenvectors(covariance, { width, count, seed: options.seed ?? 0 });
  const coordinates = new Float32Array(rows * count);
  const basis = { rows: count, columns: width, data: Float32Array.from(directions) };
  for (let from = 0; from < rows; from += BLOCK) {
    const product = await matrixProduct(block(from), basis, { transposeB: true });
    coordinates.set(product.data, from * count);
  }
  return { directions, variances, coordinates };
}

function largestEigenvectors(
  matrix_D_D: Float64Array,
  { width, count, seed }: { readonly width: number; readonly count: number; readonly seed: number },
): Pick<PrincipalComponents, "directions" | "variances"> {
  const directions = new Float64Array(count * width);
  fillNormals(directions, createRandom(seed));
  orthonormalise(directions, count, width);
  const variances = new Float64Array(count);
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const next = new Float64Array(directions.length);
    for (let c = 0; c < count; c++) {
      for (let d = 0; d < width; d++) {
        let sum = 0;
        for (let e = 0; e < width; e++) sum += matrix_D_D[d * width + e]! * directions[c * width + e]!;
        next[c * width + d] = sum;
      }
      variances[c] = dot(next, directions, c, c, width);
    }
    orthonormalise(next, count, width);
    let change = 0;
    for (let c = 0; c < count; c++) change = Math.max(change, 1 - Math.abs(dot(next, directions, c, c, width)));
    directions.set(next);
    if (change < TOLERANCE) break;
  }
  for (let c = 0; c < count; c++) {
    const row = directions.subarray(c * width, (c + 1) * width);
    const largest = row.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    if (largest < 0) for (let d = 0; d < width; d++) row[d] = -row[d]!;
  }
  return { directions, variances };
}

/** Gram and Schmidt, row by row; a row that depends on those before becomes 0. */
function orthonormalise(rows: Float64Array, count: number, width: number): void {
  for (let c = 0; c < count; c++) {
    for (let before = 0; before < c; before++) {
      const share = dot(rows, rows, c, before, width);
      for (let d = 0; d < width; d++) rows[c * width + d]! -= share * rows[before * width + d]!;
    }
    const length = Math.sqrt(dot(rows, rows, c, c, width));
    for (let d = 0; d < width; d++) rows[c * width + d] = length > 1e-12 ? rows[c * width + d]! / length : 0;
  }
}

function dot(a: Float64Array, b: Float64Array, i: number, j: number, width: number): number {
  let sum = 0;
  for (let d = 0; d < width; d++) sum += a[i * width + d]! * b[j * width + d]!;
  return sum;
}

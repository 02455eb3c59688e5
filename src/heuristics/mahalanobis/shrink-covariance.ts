import type { Matrix } from "../../runtime/matrix-product.js";

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

import { BaalError } from "../errors.js";

export interface ConjugateGradientOptions {
  /** The residual's norm, as a share of the right side's, at which to stop. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

/**
 * Solves `A x = b` for a symmetric positive definite A (Hestenes & Stiefel 1952). `apply` writes `A v` into `product`.
 * Throws `E_ARGUMENT` when `maxIterations` do not reach the tolerance.
 */
export function conjugateGradient(
  apply: (v: Float64Array, product: Float64Array) => void,
  b: Float64Array,
  { tolerance, maxIterations }: ConjugateGradientOptions,
): Float64Array {
  const x = new Float64Array(b.length);
  const residual = b.slice();
  const direction = b.slice();
  const product = new Float64Array(b.length);
  let squared = dot(residual, residual);
  const goal = tolerance ** 2 * squared;
  for (let iteration = 0; squared > goal; iteration++) {
    if (iteration === maxIterations) {
      throw new BaalError(
        "E_ARGUMENT",
        `The solution was not reached in ${maxIterations} iterations; give a larger maxIterations or tolerance, or a smaller alpha.`,
      );
    }
    apply(direction, product);
    const length = squared / dot(direction, product);
    for (let i = 0; i < x.length; i++) {
      x[i]! += length * direction[i]!;
      residual[i]! -= length * product[i]!;
    }
    const before = squared;
    squared = dot(residual, residual);
    const turn = squared / before;
    for (let i = 0; i < x.length; i++) direction[i] = residual[i]! + turn * direction[i]!;
  }
  return x;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

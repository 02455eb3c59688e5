import { BaalError } from "../../core/errors.js";

/** `values[i]` belongs to the unit vector in row i of `vectors_N_N`. In no particular order. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors_N_N: Float64Array;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, row-major `[size, size]`: Householder reflections to tridiagonal form, then the
 * QL algorithm with implicit shifts (Golub & Van Loan, Matrix Computations, 8.3). About 6 size^3 operations, all along rows.
 * Throws `E_NOT_FINITE` for a matrix with numbers that are not finite.
 */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const broken = matrix.find((value) => !Number.isFinite(value));
  if (broken !== undefined)
    throw new BaalError(
      "E_NOT_FINITE",
      `A symmetric matrix of ${size} rows holds ${broken}, where finite numbers were expected.`,
    );
  const { diagonal, offDiagonal, basis } = tridiagonalize(matrix.slice(), size);
  diagonalize(diagonal, offDiagonal, basis, size);
  return { values: diagonal, vectors_N_N: basis };
}

/** Q' A Q = T by reflections H = I - beta v v'. Overwrites `a`. The rows of `basis` are the columns of Q. */
function tridiagonalize(a: Float64Array, n: number) {
  const offDiagonal = new Float64Array(n);
  const betas = new Float64Array(n);
  const vectors = new Float64Array(n * n);
  const w = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    const v = vectors.subarray(k * n, (k + 1) * n);
    let tail = 0;
    for (let i = k + 2; i < n; i++) tail += a[k * n + i]! ** 2;
    const head = a[k * n + k + 1]!;
    offDiagonal[k] = head;
    if (tail === 0) continue;
    // The sign that avoids cancellation in head - reflected.
    const reflected = head > 0 ? -Math.sqrt(head * head + tail) : Math.sqrt(head * head + tail);
    offDiagonal[k] = reflected;
    for (let i = k + 2; i < n; i++) v[i] = a[k * n + i]!;
    v[k + 1] = head - reflected;
    const beta = 2 / (v[k + 1]! ** 2 + tail);
    betas[k] = beta;
    reflectBothSides(a, n, { v, w, beta, from: k + 1 });
  }
  const diagonal = Float64Array.from({ length: n }, (_, i) => a[i * n + i]!);
  return { diagonal, offDiagonal, basis: transposed(accumulate(vectors, betas, n), n) };
}

/** A := H A H on the rows and columns from `from` on: A - v w' - w v' with p = beta A v, w = p - (beta p'v / 2) v. */
function reflectBothSides(
  a: Float64Array,
  n: number,
  { v, w, beta, from }: { readonly v: Float64Array; readonly w: Float64Array; readonly beta: number; readonly from: number },
): void {
  let pv = 0;
  for (let i = from; i < n; i++) {
    let sum = 0;
    for (let j = from, at = i * n + from; j < n; j++, at++) sum += a[at]! * v[j]!;
    w[i] = beta * sum;
    pv += w[i]! * v[i]!;
  }
  const half = (beta * pv) / 2;
  for (let i = from; i < n; i++) w[i]! -= half * v[i]!;
  for (let i = from; i < n; i++) {
    const [vi, wi] = [v[i]!, w[i]!];
    for (let j = from, at = i * n + from; j < n; j++, at++) a[at]! -= vi * w[j]! + wi * v[j]!;
  }
}

/** Q = H_0 H_1 ... H_(n-2), from the last to the first: what comes later only touches the lower right corner. */
function accumulate(vectors: Float64Array, betas: Float64Array, n: number): Float64Array {
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  const row = new Float64Array(n);
  for (let k = n - 2; k >= 0; k--) {
    const beta = betas[k]!;
    if (beta === 0) continue;
    const from = k + 1;
    row.fill(0);
    for (let i = from; i < n; i++) {
      const vi = vectors[k * n + i]!;
      for (let j = from; j < n; j++) row[j]! += vi * q[i * n + j]!;
    }
    for (let i = from; i < n; i++) {
      const scale = beta * vectors[k * n + i]!;
      for (let j = from; j < n; j++) q[i * n + j]! -= scale * row[j]!;
    }
  }
  return q;
}

function transposed(q: Float64Array, n: number): Float64Array {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) result[j * n + i] = q[i * n + j]!;
  return result;
}

/** QL sweeps: rotations chase the off-diagonal elements to zero, and take the rows of `basis` along. */
function diagonalize(d: Float64Array, e: Float64Array, basis: Float64Array, n: number): void {
  for (let first = 0; first < n; first++) {
    for (;;) {
      let end = first;
      while (end < n - 1 && Math.abs(e[end]!) > Number.EPSILON * (Math.abs(d[end]!) + Math.abs(d[end + 1]!))) end++;
      if (end === first) break;
      qlSweep(d, e, basis, { n, first, end });
    }
  }
}

/** One implicitly shifted sweep over the unreduced block from `first` to `end`. */
function qlSweep(
  d: Float64Array,
  e: Float64Array,
  basis: Float64Array,
  { n, first, end }: { readonly n: number; readonly first: number; readonly end: number },
): void {
  const ratio = (d[first + 1]! - d[first]!) / (2 * e[first]!);
  const root = Math.hypot(ratio, 1);
  let g = d[end]! - d[first]! + e[first]! / (ratio + (ratio >= 0 ? root : -root));
  let [sine, cosine, shift] = [1, 1, 0];
  for (let i = end - 1; i >= first; i--) {
    const f = sine * e[i]!;
    const b = cosine * e[i]!;
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1]! -= shift;
      e[end] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = d[i + 1]! - shift;
    const t = (d[i]! - g) * sine + 2 * cosine * b;
    shift = sine * t;
    d[i + 1] = g + shift;
    g = cosine * t - b;
    rotateRows(basis, n, i, sine, cosine);
  }
  d[first]! -= shift;
  e[first] = g;
  e[end] = 0;
}

function rotateRows(basis: Float64Array, n: number, i: number, sine: number, cosine: number): void {
  for (let at = i * n, below = at + n; at < (i + 1) * n; at++, below++) {
    const [x, y] = [basis[at]!, basis[below]!];
    basis[below] = sine * x + cosine * y;
    basis[at] = cosine * x - sine * y;
  }
}

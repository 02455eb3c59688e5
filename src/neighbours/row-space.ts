import { BaalError } from "../core/errors.js";
import type { Features } from "../core/features.js";

/** How the distance of two vectors is measured. */
export type Metric = "euclidean" | "cosine";

/**
 * A space in which float32 inner products tell distances apart: `|a - b|^2 = |a|^2 + |b|^2 - 2 a.b` loses what is small beside the
 * norms, so rows are moved to their mean, scaled to be at most about 1, or put on the unit sphere for `"cosine"`.
 */
export interface RowSpace {
  readonly width: number;
  /** The factor of a distance in this space for the Euclidean distance of the rows as they came. */
  readonly unit: number;
  /** Writes the rows at `positions` into `into`, `[positions.length, width]` row-major, and half of their squared norms. */
  write(rows: Features, positions: Positions, into: Float32Array, halfNorms: Float32Array): void;
}

/** Consecutive positions, or a list of them. */
export type Positions = { readonly first: number; readonly length: number } | ArrayLike<number>;

const positionAt = (positions: Positions, i: number): number => ("first" in positions ? positions.first + i : positions[i]!);

/** The space for `points` and all `others` that are compared with them. Throws `E_SHAPE`, `E_NOT_FINITE`. */
export function rowSpace(metric: Metric, points: Features, others: readonly Features[] = []): RowSpace {
  const width = points.shape[1];
  for (const other of others) {
    if (other.shape[0] > 0 && points.shape[0] > 0 && other.shape[1] !== width)
      throw new BaalError(
        "E_SHAPE",
        `Distances are taken of vectors of one width; ${other.shape[1]} and ${width} numbers came: take both features from the same model.`,
      );
  }
  return SPACES[metric](points, others);
}

const SPACES: Readonly<Record<Metric, (points: Features, others: readonly Features[]) => RowSpace>> = {
  euclidean(points, others) {
    const width = points.shape[1];
    const largest = Math.max(...[points, ...others].map(largestOf));
    // Powers of two lose no digits, and neither does moving integers by a mean of few digits: equal distances stay equal.
    const scale = largest === 0 ? 1 : 2 ** -Math.floor(Math.log2(largest));
    const centre_D = meanOf(points).map((mean) => Math.round(mean * scale * 256) / 256);
    return {
      width,
      unit: 1 / scale,
      write({ data }, positions, into, halfNorms) {
        for (let i = 0; i < positions.length; i++) {
          const from = positionAt(positions, i) * width;
          halfNorms[i] =
            moveRow(data.subarray(from, from + width), into.subarray(i * width, (i + 1) * width), scale, centre_D) / 2;
        }
      },
    };
  },
  cosine(points, others) {
    for (const rows of [points, ...others]) largestOf(rows);
    const columns = points.shape[1];
    // One more axis holds the zero vectors: at distance 0 from each other and at a right angle to all else.
    const width = columns + 1;
    return {
      width,
      unit: 1,
      write({ data }, positions, into, halfNorms) {
        halfNorms.fill(0.5, 0, positions.length);
        for (let i = 0, to = 0; i < positions.length; i++) {
          const from = positionAt(positions, i) * columns;
          let squared = 0;
          for (let d = 0; d < columns; d++) squared += data[from + d]! * data[from + d]!;
          const scale = squared === 0 ? 0 : 1 / Math.sqrt(squared);
          for (let d = 0; d < columns; d++) into[to++] = data[from + d]! * scale;
          into[to++] = squared === 0 ? 1 : 0;
        }
      },
    };
  },
};

/** The largest absolute value. Throws `E_NOT_FINITE`. */
function largestOf({ data, shape: [, width], indices }: Features): number {
  let largest = 0;
  let total = 0; // keeps NaN, which a comparison passes over
  for (let i = 0; i < data.length; i++) {
    const size = Math.abs(data[i]!);
    total += size;
    if (size > largest) largest = size;
  }
  if (Number.isFinite(total)) return largest;
  const at = data.findIndex((value) => !Number.isFinite(value));
  throw new BaalError(
    "E_NOT_FINITE",
    `Dataset item ${indices[Math.floor(at / width)]} has the feature ${data[at]}, where a finite number was expected.`,
  );
}

function meanOf({ data, shape: [items, width] }: Features): Float64Array {
  const mean_D = new Float64Array(width);
  for (let i = 0; i < data.length; ) for (let d = 0; d < width; d++) mean_D[d]! += data[i++]!;
  return mean_D.map((sum) => sum / Math.max(1, items));
}

/** Writes a row, scaled and moved; its squared norm. */
function moveRow(row: Float32Array, into: Float32Array, scale: number, centre_D: Float64Array): number {
  let [even, odd] = [0, 0];
  let d = 0;
  for (; d + 1 < row.length; d += 2) {
    const x = row[d]! * scale - centre_D[d]!;
    const y = row[d + 1]! * scale - centre_D[d + 1]!;
    into[d] = x;
    into[d + 1] = y;
    even += x * x;
    odd += y * y;
  }
  if (d < row.length) {
    const x = row[d]! * scale - centre_D[d]!;
    into[d] = x;
    even += x * x;
  }
  return even + odd;
}

/** The distance of row `i` of `a` and row `j` of `b`, in float64. */
export type RowDistance = (a: Features, i: number, b: Features, j: number) => number;

/** Rows with the same numbers are at a distance of exactly 0. */
export const EXACT_DISTANCES: Readonly<Record<Metric, RowDistance>> = {
  euclidean: (a, i, b, j) => Math.sqrt(squaredDistance(a.data, i, b.data, j, a.shape[1])),
  cosine(a, i, b, j) {
    const width = a.shape[1];
    let [dot, aa, bb] = [0, 0, 0];
    for (let d = 0, at = i * width, bt = j * width; d < width; d++, at++, bt++) {
      const [x, y] = [a.data[at]!, b.data[bt]!];
      dot += x * y;
      aa += x * x;
      bb += y * y;
    }
    // A zero vector has no direction: like other zero vectors, at a right angle to all else.
    if (aa === 0 || bb === 0) return aa === bb ? 0 : 1;
    return Math.min(2, Math.max(0, 1 - dot / Math.sqrt(aa * bb)));
  },
};

/** Squared Euclidean distance of two rows of `width` numbers, in float64. */
export function squaredDistance(a: Float32Array, i: number, b: Float32Array, j: number, width: number): number {
  let [even, odd] = [0, 0];
  let at = i * width;
  let bt = j * width;
  const end = at + width;
  for (; at + 1 < end; at += 2, bt += 2) {
    const x = a[at]! - b[bt]!;
    const y = a[at + 1]! - b[bt + 1]!;
    even += x * x;
    odd += y * y;
  }
  if (at < end) even += (a[at]! - b[bt]!) ** 2;
  return even + odd;
}

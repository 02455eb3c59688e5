import type { Features } from "../core/features.js";

export type Metric = "euclidean" | "cosine";

export interface NeighbourOptions {
  /** `"euclidean"` by default; `"cosine"` is 1 less the cosine of the angle, from 0 to 2. */
  readonly metric?: Metric;
  readonly signal?: AbortSignal | undefined;
}

/** The nearest points of each of Q queries, nearest first. */
export interface Neighbours {
  /** Neighbours per query; fewer than asked for where there are fewer points. */
  readonly k: number;
  /** `[Q, k]` row-major: **positions** in the points, not dataset indices. Equally near ones by position. */
  readonly positions: Int32Array;
  /** `[Q, k]`: distances (Euclidean ones not squared). */
  readonly distances: Float32Array;
}

/** Finds the `k` nearest of `points` to each of `queries`. */
export type FindNeighbours = (queries: Features, points: Features, k: number, options?: NeighbourOptions) => Promise<Neighbours>;

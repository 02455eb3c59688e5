import type { Features } from "../features.js";
import type { Metric } from "./nearest-neighbours.js";
import { squaredDistance } from "./squared-distance.js";

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

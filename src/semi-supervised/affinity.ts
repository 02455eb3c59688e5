import type { Metric, Neighbours } from "../neighbours/nearest-neighbours.js";
import { normalizeSymmetrically, type SparseMatrix, symmetricSum } from "./sparse-matrix.js";

export interface AffinityOptions {
  readonly metric: Metric;
  /** Power of the cosine. */
  readonly gamma: number;
  /** Standard deviation of the Gaussian for Euclidean distances; the mean distance to a neighbour by default. */
  readonly bandwidth: number | undefined;
}

/**
 * The symmetrically normalised affinity matrix of a neighbour graph, without loops. The weight of a neighbour is `max(0, cos)^gamma`
 * (Iscen et al. 2019) or `exp(-d^2 / (2 bandwidth^2))` (Zhou et al. 2004); one that is a neighbour both ways counts twice.
 * `neighbours` are those of all points among themselves; each point itself may be among its own.
 */
export function affinity({ k, positions, distances }: Neighbours, options: AffinityOptions): SparseMatrix {
  const weightOf = weights(distances, positions, { k, ...options });
  const columns = positions.map((column, at) => (column === Math.floor(at / k) || weightOf(distances[at]!) === 0 ? -1 : column));
  const matrix = symmetricSum(columns, Float64Array.from(distances, weightOf), k);
  normalizeSymmetrically(matrix);
  return matrix;
}

function weights(
  distances: Float32Array,
  positions: Int32Array,
  { k, metric, gamma, bandwidth }: AffinityOptions & { readonly k: number },
): (distance: number) => number {
  if (metric === "cosine") return (distance) => Math.max(0, 1 - distance) ** gamma;
  const width = bandwidth ?? meanDistance(distances, positions, k);
  // All points in one place: their distances are 0, whatever the width.
  return (distance) => (width === 0 ? Number(distance === 0) : Math.exp(-((distance / width) ** 2) / 2));
}

function meanDistance(distances: Float32Array, positions: Int32Array, k: number): number {
  let [sum, count] = [0, 0];
  distances.forEach((distance, at) => {
    if (positions[at] === Math.floor(at / k)) return;
    sum += distance;
    count += 1;
  });
  return count === 0 ? 0 : sum / count;
}

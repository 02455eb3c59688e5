import { setImmediate } from "node:timers/promises";
import { BaalError, throwIfAborted } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import { type Predictions, predictions } from "../../core/predictions.js";
import { exactNeighbours, type FindNeighbours, type Neighbours } from "../../neighbours/exact-neighbours.js";
import type { Metric } from "../../neighbours/row-space.js";
import { multiply, normalizeSymmetrically, type SparseMatrix, symmetricSum } from "./sparse-matrix.js";
import { type PropagationLabels, type SpreadTargets, spreadTargets } from "./spread-targets.js";

/** Options of {@link labelPropagation}. */
export interface LabelPropagationOptions {
  /** Neighbours of an item; 50 by default (10 to 50 for small data sets). */
  readonly k?: number | undefined;
  /** How far labels spread, in (0, 1): 0.99 by default. */
  readonly alpha?: number | undefined;
  /** `"cosine"` by default. */
  readonly metric?: Metric | undefined;
  /** For `"cosine"`: the power of the cosine that weighs a neighbour, 3 by default. */
  readonly gamma?: number | undefined;
  /** For `"euclidean"`: standard deviation of the Gaussian that weighs a neighbour; the mean distance to a neighbour by default. */
  readonly bandwidth?: number | undefined;
  /** Relative residual at which the solution is good enough, 1e-8 by default. */
  readonly tolerance?: number | undefined;
  /** 1000 by default. */
  readonly maxIterations?: number | undefined;
  /** Exact search by default; an approximate one for very many items. */
  readonly findNeighbours?: FindNeighbours | undefined;
}

/** Options of fitting a {@link LabelPropagation}. */
export interface FitOptions {
  /** C, the number of classes. */
  readonly classes: number;
  readonly signal?: AbortSignal | undefined;
}

/** The labels that spread to each item. */
export interface PropagatedLabels {
  /**
   * Probabilities `[n, C, 1]` of the items with these dataset indices; by default of those without a label (of labels by themselves: of which not all
   * are known), in the order of the features. Items that no label reaches have 1/C for each class, labels by themselves 0.5. Throws `E_ARGUMENT` for an item that had no features.
   */
  predict(indices?: readonly number[]): Predictions;
}

/** Labels that spread over a graph of nearest neighbours. */
export interface LabelPropagation {
  /**
   * Spreads the classes of some items to all. `features` has the labelled and the unlabelled items, `[N, D]`. Where targets are lists of 1, 0 and `null`
   * (unknown), each label's yes and no spread by themselves, and its probability is the yes's share of what came of both.
   *
   * Throws `E_DATA` when no item is labelled, `E_ARGUMENT` for a labelled item without features or labelled twice, or when the solver does
   * not converge, `E_LABEL_UNKNOWN` for a class outside `0 .. classes - 1`, `E_ABORTED`.
   */
  fit(features: Features, labelled: PropagationLabels, options: FitOptions): Promise<PropagatedLabels>;
}

/**
 * Label propagation on a graph of nearest neighbours, a predictor that needs no training: near items get like classes. Solves
 * `(I - alpha S) Z = Y` by conjugate gradients, S the normalised affinities and Y the labels; an item's probabilities are its row of Z over
 * the row's sum (Zhou et al. 2004, "Learning with local and global consistency"; Iscen et al. 2019, arXiv:1904.04717).
 * A class with many labels spreads further than one with few. Takes the time of the neighbour search, and then of about a hundred
 * products of the sparse matrix with a vector per class. Throws `E_ARGUMENT` for options out of range.
 */
export function labelPropagation(options: LabelPropagationOptions = {}): LabelPropagation {
  const { k = 50, alpha = 0.99, metric = "cosine", gamma = 3, bandwidth, tolerance = 1e-8, maxIterations = 1000 } = options;
  const findNeighbours = options.findNeighbours ?? exactNeighbours;
  const rules: readonly (readonly [string, number, boolean, string])[] = [
    ["k", k, Number.isInteger(k) && k >= 1, "an integer of at least 1"],
    ["alpha", alpha, alpha > 0 && alpha < 1, "above 0 and below 1"],
    ["gamma", gamma, gamma > 0 && Number.isFinite(gamma), "above 0"],
    ["bandwidth", bandwidth ?? 1, (bandwidth ?? 1) > 0 && Number.isFinite(bandwidth ?? 1), "above 0"],
    ["tolerance", tolerance, tolerance > 0 && tolerance < 1, "above 0 and below 1"],
    ["maxIterations", maxIterations, Number.isInteger(maxIterations) && maxIterations >= 1, "an integer of at least 1"],
  ];
  for (const [name, value, isFine, expected] of rules)
    if (!isFine) throw new BaalError("E_ARGUMENT", `${name} is expected to be ${expected}; ${value} came.`);

  return {
    async fit(features, labelled, { classes, signal }) {
      const spread = spreadTargets(features, labelled, classes);
      const { columns } = spread;
      // An item is its own nearest neighbour.
      const neighbours = await findNeighbours(features, features, k + 1, { metric, signal });
      const matrix = affinity(neighbours, { metric, gamma, bandwidth });
      const apply = (v: Float64Array, product: Float64Array) => {
        multiply(matrix, v, product);
        for (let i = 0; i < v.length; i++) product[i] = v[i]! - alpha * product[i]!;
      };
      const scores = new Float64Array(features.indices.length * columns);
      for (let column = 0; column < columns; column++) {
        throwIfAborted(signal, "Label propagation");
        const z = conjugateGradient(apply, spread.column(column), { tolerance, maxIterations });
        // Z is not negative; the solver's error may be.
        for (let i = 0; i < z.length; i++) scores[i * columns + column] = Math.max(0, z[i]!);
        await setImmediate();
      }
      return propagated(features.indices, spread, spread.isMulti ? yesShares(scores) : rowShares(scores, classes));
    },
  };
}

/** Each row over its sum; equal shares for a row of zeros. */
function rowShares(scores_N_C: Float64Array, classes: number): Float32Array {
  const probs_N_C = new Float32Array(scores_N_C.length);
  for (let start = 0; start < scores_N_C.length; start += classes) {
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += scores_N_C[start + c]!;
    for (let c = 0; c < classes; c++) probs_N_C[start + c] = sum > 0 ? scores_N_C[start + c]! / sum : 1 / classes;
  }
  return probs_N_C;
}

/** Each label's yes over yes and no; 0.5 where neither came. */
function yesShares(scores_N_2C: Float64Array): Float32Array {
  return Float32Array.from({ length: scores_N_2C.length / 2 }, (_, i) => {
    const [no, yes] = [scores_N_2C[2 * i]!, scores_N_2C[2 * i + 1]!];
    return no + yes > 0 ? yes / (no + yes) : 0.5;
  });
}

function propagated(all: readonly number[], { isMulti, isKnown }: SpreadTargets, probs_N_C: Float32Array): PropagatedLabels {
  const positionOf = new Map(all.map((index, position) => [index, position]));
  const classes = probs_N_C.length / all.length;
  return {
    predict(indices = all.filter((_, position) => !isKnown(position))) {
      const data = new Float32Array(indices.length * classes);
      indices.forEach((index, i) => {
        const position = positionOf.get(index);
        if (position === undefined)
          throw new BaalError("E_ARGUMENT", `Item ${index} had no features when the labels were spread; fit with all items.`);
        data.set(probs_N_C.subarray(position * classes, (position + 1) * classes), i * classes);
      });
      return predictions(isMulti ? "sigmoid" : "probabilities", [indices.length, classes, 1], data, indices);
    },
  };
}

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
function affinity({ k, positions, distances }: Neighbours, options: AffinityOptions): SparseMatrix {
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

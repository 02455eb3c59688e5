import { BaalError } from "../core/errors.js";
import type { Heuristic } from "./heuristic.js";
import {
  type DenseOptions,
  needsOfDisagreement,
  reducer,
  type SingleDrawOptions,
  scoreItems,
  singleDraw,
} from "./position-heuristic.js";

/**
 * Variance of regression draws (with dropout: Gal and Ghahramani 2016, arXiv:1506.02142): the population variance over the draws,
 * averaged over the C outputs, in the square of their unit. Outputs of different units should be standardised before. No upper bound.
 *
 * Its scores pick a batch through `selectFromScores` of a strategy, or as `precomputed` ones.
 * Scoring throws `E_ARGUMENT` for predictions of a classifier, for no outputs or draws and, unless `allowSingleDraw`, for a single
 * draw; `E_NOT_FINITE` naming the item.
 */
export function regressionVariance(options: DenseOptions & SingleDrawOptions = {}): Heuristic<RegressionDraws> {
  const name = "regressionvariance";
  const needs = needsOfDisagreement(options);
  const reduce = reducer(options.reduction ?? "mean");
  return {
    name,
    needs,
    upperBound: () => Infinity,
    score({ kind, shape, data, indices }) {
      if (kind !== "values")
        throw new BaalError(
          "E_ARGUMENT",
          `"${name}" scores draws of a regression model, made by regressionDraws(...); ${kind} came, for which there is "variance".`,
        );
      regressionDraws(shape, data, indices);
      const [items = 0, outputs = 0] = shape;
      const iterations = shape.at(-1)!;
      const positions = shape.slice(2, -1).reduce((product, dim) => product * dim, 1);
      if (outputs < 1 || iterations < 1)
        throw new BaalError("E_ARGUMENT", `"${name}" needs at least one output and one draw; the shape [${shape}] came.`);
      if (iterations === 1 && needs.includes("draws")) throw singleDraw(name);
      const stride = positions * iterations;
      const scoreOf = (item: number, position: number) => {
        let total = 0;
        for (let c = 0; c < outputs; c++)
          total += varianceOf(data, (item * outputs + c) * stride + position * iterations, iterations);
        return total / outputs;
      };
      return scoreItems(items, positions, { name, indices, reduce, scoreOf });
    },
  };
}

function varianceOf(data: Float32Array, start: number, iterations: number): number {
  let sum = 0;
  for (let i = start; i < start + iterations; i++) sum += data[i]!;
  const mean = sum / iterations;
  let squares = 0;
  for (let i = start; i < start + iterations; i++) squares += (data[i]! - mean) ** 2;
  return squares / iterations;
}

/**
 * Draws of a regression model for N items: row-major `[N, C, K]` (K draws of C numbers, no distribution over them), or dense
 * `[N, C, ..., K]`. A kind of its own, so that nothing takes a softmax of it or asks that it sums to 1.
 */
export interface RegressionDraws {
  readonly kind: "values";
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** The dataset indices of the N items, in the order of `data`. */
  readonly indices: readonly number[];
}

/** Checks that shape, data and indices agree. Throws `E_SHAPE`. */
export function regressionDraws(
  shape: readonly number[],
  data: Float32Array,
  indices: readonly number[] = Array.from({ length: shape[0] ?? 0 }, (_, i) => i),
): RegressionDraws {
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (shape.length < 3)
    throw new BaalError("E_SHAPE", `Regression draws have the shape [N, C, K] or [N, C, ..., K]; [${shape}] came.`);
  if (size !== data.length)
    throw new BaalError("E_SHAPE", `Regression draws of shape [${shape}] need ${size} numbers, ${data.length} came.`);
  if (indices.length !== shape[0])
    throw new BaalError("E_SHAPE", `${shape[0]} predicted items came with ${indices.length} dataset indices.`);
  return { kind: "values", shape, data, indices };
}

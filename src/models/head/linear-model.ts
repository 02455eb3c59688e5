import { BaalError } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import { type LbfgsResult, minimiseLbfgs } from "../../engine/optimizers/lbfgs.js";
import { type Matrix, matrixProduct } from "../../engine/runtime/matrix-product.js";
import { type Floats, type LinearLoss, linearObjective } from "./linear-objective.js";

/** How a linear layer is solved: the pull to 0, the start, when it is good enough. */
export interface LinearModelOptions {
  /** C: the larger, the weaker the pull of the weights to 0; 10 by default, right for unit vectors. */
  readonly inverseRegularisation?: number | undefined;
  /** A warm start, `[C, D + 1]`, the bias as the last column; zeros by default. */
  readonly start?: Float64Array | undefined;
  /** Largest component of the mean loss's gradient at the end; 1e-5 by default. Below that the last steps are in double precision. */
  readonly tolerance?: number | undefined;
  readonly maxIterations?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A solved linear layer. */
export interface LinearModel extends LbfgsResult {
  /** `[C, D + 1]`, row-major, the bias as the last column. */
  readonly weights_C_P: Float64Array;
}

/** What is to be fitted beside the features. */
export interface LinearProblem {
  readonly outputs: number;
  /** What all targets weigh together: the loss is their mean. */
  readonly total: number;
  readonly loss: LinearLoss;
}

const SINGLE_PRECISION = 1e-5;
const MOST_STEPS = 200;

/**
 * The weights and biases of a linear layer with the least `sum of losses + |W|^2 / (2 C)`, biases free, by L-BFGS with one matrix
 * product each way ({@link linearObjective}). For convex losses, where the start only saves time. Throws `E_DATA` where nothing weighs anything, `E_ABORTED`.
 */
export async function solveLinearModel(
  features: Features,
  { outputs, total, loss }: LinearProblem,
  options: LinearModelOptions,
): Promise<LinearModel> {
  const { inverseRegularisation = 10, start, tolerance = SINGLE_PRECISION, maxIterations = MOST_STEPS, signal } = options;
  const [items, inputs] = features.shape;
  const width = inputs + 1;
  if (!(total > 0)) throw new BaalError("E_DATA", "A head is solved from labelled items, and none came. Label some first.");
  // Around their mean the features say what they differ in, and biases, which are free, have nothing to make up for: fewer steps, and right where
  // features hardly differ.
  const means_D = meansOf(features);
  const weights = start ? shifted(start, means_D, 1) : new Float64Array(outputs * width);
  const decay = 1 / (inverseRegularisation * total);

  async function descend<Data extends Floats>(array: new (length: number) => Data, least: number, most: number) {
    await using objective = await linearObjective(withOnes(features, new array(items * width), means_D), outputs, loss);
    const [at, slopes] = [new array(weights.length), new array(weights.length)];
    const penalised = async (point: Float64Array, gradient: Float64Array): Promise<number> => {
      at.set(point);
      const mean = await objective.evaluate(at, slopes);
      gradient.set(slopes);
      let squares = 0;
      for (let row = 0; row < point.length; row += width) {
        for (let i = row; i < row + inputs; i++) {
          squares += point[i]! * point[i]!;
          gradient[i]! += decay * point[i]!;
        }
      }
      return mean + (decay * squares) / 2;
    };
    return await minimiseLbfgs(weights, penalised, { maxIterations: most, tolerance: least, signal });
  }

  const rough = await descend(Float32Array, Math.max(tolerance, SINGLE_PRECISION), maxIterations);
  if (tolerance >= SINGLE_PRECISION) return { ...rough, weights_C_P: shifted(weights, means_D, -1) };
  const fine = await descend(Float64Array, tolerance, 10 * maxIterations);
  const [iterations, evaluations] = [rough.iterations + fine.iterations, rough.evaluations + fine.evaluations];
  return { ...fine, iterations, evaluations, weights_C_P: shifted(weights, means_D, -1) };
}

/** Logits `[N, C]` of weights `[C, D + 1]`. */
export async function logitsOf(weights_C_P: Float64Array, features: Features): Promise<Float32Array> {
  const columns = features.shape[1] + 1;
  const head: Matrix = { rows: weights_C_P.length / columns, columns, data: Float32Array.from(weights_C_P) };
  const rows = withOnes(features, new Float32Array(features.shape[0] * columns));
  return (await matrixProduct(rows, head, { transposeB: true })).data;
}

/** Rows, less the means if any, with a 1 behind each, which the bias is the weight of. */
function withOnes<Data extends Floats>({ shape, data }: Features, rows: Data, means_D?: Float64Array): Matrix<Data> {
  const [items, inputs] = shape;
  rows.fill(1);
  for (let n = 0; n < items; n++) rows.set(data.subarray(n * inputs, (n + 1) * inputs), n * (inputs + 1));
  if (means_D) {
    for (let n = 0, at = 0; n < items; n++, at++) for (let d = 0; d < inputs; d++, at++) rows[at]! -= means_D[d]!;
  }
  return { rows: items, columns: inputs + 1, data: rows };
}

function meansOf({ shape: [items, inputs], data }: Features): Float64Array {
  const means_D = new Float64Array(inputs);
  for (let n = 0, at = 0; n < items; n++) for (let d = 0; d < inputs; d++, at++) means_D[d]! += data[at]!;
  return means_D.map((sum) => sum / Math.max(1, items));
}

/** The same layer over features that are `sign` times the means away: `b + sign W m`. */
function shifted(weights_C_P: Float64Array, means_D: Float64Array, sign: 1 | -1): Float64Array {
  const moved = weights_C_P.slice();
  const width = means_D.length + 1;
  for (let row = 0; row < moved.length; row += width) {
    let shift = 0;
    for (let d = 0; d < means_D.length; d++) shift += moved[row + d]! * means_D[d]!;
    moved[row + width - 1]! += sign * shift;
  }
  return moved;
}

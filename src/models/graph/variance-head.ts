import type { StateDict, StateTensor } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import type { Predictions } from "../../core/predictions.js";
import { graphBuilder } from "../../engine/onnx/builder.js";
import { cloneGraph, type Graph, sortTopologically } from "../../engine/onnx/graph.js";
import { lastLayer } from "./graph-layers.js";

const WEIGHT = "variance.weight";
const BIAS = "variance.bias";

/** A linear layer beside the last one: from the same inputs to the logarithm of each number's variance (Nix and Weigend 1994). */
export interface VarianceHead {
  /** Weight `[C, D]` and bias `[C]`. */
  readonly state: StateDict;
  /** The forward graph with a second output, the log-variances `[batch, C]`. */
  readonly graph: Graph;
  /** The same with both as one output, `[batch, 2 C]`. */
  readonly joined: Graph;
}

export interface VarianceHeadOptions {
  /** C. */
  readonly outputs: number;
  readonly weights: StateDict;
  /** Weights that were kept; fresh ones are 0: a variance of 1 for every item. */
  readonly saved?: StateDict | undefined;
}

/** Throws `E_MODEL_FORMAT` for a graph that does not end in a linear layer, and for kept weights of another shape. */
export function varianceHead(forward: Graph, { outputs, weights, saved }: VarianceHeadOptions): VarianceHead {
  const layer = lastLayer(forward);
  if (!layer) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `A variance is predicted by a linear layer beside the last one, and the numbers of "${forward.name}" come from none; take the loss "huber" or "meanSquaredError".`,
    );
  }
  const inputs = weights.get(layer.weight)!.data.length / outputs;
  const state: StateDict = new Map([
    [WEIGHT, tensor(WEIGHT, [outputs, inputs], saved)],
    [BIAS, tensor(BIAS, [outputs], saved)],
  ]);
  const graph = cloneGraph(forward);
  const builder = graphBuilder(graph);
  const [weight, bias] = [builder.parameter(WEIGHT, [outputs, inputs]), builder.parameter(BIAS, [outputs])];
  const logVariances = builder.gemm(layer.input, weight, bias, { transB: true });
  graph.outputs = [forward.outputs[0]!, logVariances];
  const joined = cloneGraph(graph);
  const concat = graphBuilder(joined).concat([...graph.outputs], 1);
  joined.outputs = [concat];
  sortTopologically(graph);
  sortTopologically(joined);
  return { state, graph, joined };
}

function tensor(name: string, dims: readonly number[], saved: StateDict | undefined): StateTensor {
  const kept = saved?.get(name);
  if (saved === undefined) return { dims, data: new Float32Array(dims.reduce((product, dim) => product * dim, 1)) };
  if (kept !== undefined && String(kept.dims) === String(dims)) return kept;
  throw new BaalError(
    "E_MODEL_FORMAT",
    `The variance of the model's numbers needs ${name} of the shape [${dims}]; ${kept ? `[${kept.dims}]` : "none"} came. Save the model again.`,
  );
}

/** Draws of numbers and of their log-variances, `[n, 2 C, K]`, taken apart. */
export function withVariances(draws: Predictions): Predictions {
  const [items = 0, columns = 0, iterations = 0] = draws.shape;
  const size = (columns / 2) * iterations;
  const [data, logVariances] = [new Float32Array(items * size), new Float32Array(items * size)];
  for (let item = 0; item < items; item++) {
    const start = 2 * item * size;
    data.set(draws.data.subarray(start, start + size), item * size);
    logVariances.set(draws.data.subarray(start + size, start + 2 * size), item * size);
  }
  return { ...draws, shape: [items, columns / 2, iterations], data, logVariances };
}

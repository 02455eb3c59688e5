import type { Graph } from "../onnx/graph.js";
import type { StateDict } from "./bayesian-model.js";
import { type InitialWeightsOptions, initialTensor } from "./initial-weights.js";

/** Draws the parameters that the table lacks, drops those that the graph does not have, and gives the names of the drawn ones. */
export function completeWeights(graph: Graph, weights: StateDict, initialization: InitialWeightsOptions): ReadonlySet<string> {
  const fresh = new Set<string>();
  for (const [name, type] of graph.parameters) {
    if (weights.has(name)) continue;
    const dims = type.shape as readonly number[];
    weights.set(name, { dims, data: initialTensor(name, dims, initialization) });
    fresh.add(name);
  }
  for (const name of weights.keys()) if (!graph.parameters.has(name)) weights.delete(name);
  return fresh;
}

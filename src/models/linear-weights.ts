import type { LinearWeight } from "../bayesian/model-patch.js";
import { consumers, type Graph, producers } from "../onnx/graph.js";
import { lastLinear } from "./last-layer.js";

const LINEAR = new Set(["Gemm", "MatMul", "FusedMatMul", "Conv"]);

/**
 * The weights of a graph's linear and convolution layers, in graph order: no biases, no normalisation scales, and no embedding
 * tables, not even one that is also the last layer's weight.
 */
export function linearWeights(graph: Graph): LinearWeight[] {
  const producerOf = producers(graph);
  const readers = consumers(graph);
  const last = lastLinear(graph, producerOf);
  const found = new Map<string, LinearWeight>();
  for (const node of graph.nodes) {
    if (!LINEAR.has(node.opType)) continue;
    let name = node.inputs[1]!;
    while (producerOf.get(name)?.opType === "Transpose") name = producerOf.get(name)!.inputs[0]!;
    const isEmbedding = readers.get(name)?.some((reader) => reader.opType === "Gather") ?? false;
    if (!graph.parameters.has(name) || isEmbedding || found.has(name)) continue;
    found.set(name, { name, place: node === last ? "head" : "body" });
  }
  return [...found.values()];
}

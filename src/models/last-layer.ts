import { type Graph, type GraphNode, producers } from "../onnx/graph.js";

/** The linear layer that the logits come from: `logits = W h + b`. */
export interface LastLayer {
  /** The value that it reads, `h`. */
  readonly input: string;
  /** Parameter name of W. */
  readonly weight: string;
  /** How W is stored: `[C, D]`, as the hub's checkpoints have it, or `[D, C]`. */
  readonly layout: "out-in" | "in-out";
  /** Parameter name of b. */
  readonly bias: string | undefined;
}

/** The linear layer's node that the graph's (first) output comes from. */
export function lastLinear(graph: Graph, producerOf = producers(graph)): GraphNode | undefined {
  return walk(graph, producerOf).node;
}

/** What stands between a last convolution and the logits of networks without a linear layer (SqueezeNet). */
const POOLING = new Set(["Identity", "Relu", "Reshape", "Flatten", "Squeeze", "AveragePool", "GlobalAveragePool", "ReduceMean"]);

/** The node that makes the classes: the last linear layer, or a last convolution whose channels are averaged. */
export function lastClassLayer(graph: Graph, producerOf = producers(graph)): GraphNode | undefined {
  const linear = lastLinear(graph, producerOf);
  if (linear) return linear;
  let node = producerOf.get(graph.outputs[0]!);
  while (node && POOLING.has(node.opType)) node = producerOf.get(node.inputs[0]!);
  return node?.opType === "Conv" ? node : undefined;
}

/** The last layer of a classifier, where the logits are exactly `W h + b` with W and b parameters; otherwise `undefined`. */
export function lastLayer(graph: Graph): LastLayer | undefined {
  const { node, added } = walk(graph, producers(graph));
  if (!node) return undefined;
  const biases = [...added, node.opType === "Gemm" ? node.inputs[2] : undefined].filter(Boolean);
  const weight = node.inputs[1]!;
  const isPlain = number(node, "alpha", 1) === 1 && number(node, "beta", 1) === 1 && number(node, "transA", 0) === 0;
  const areParameters = [weight, ...biases].every((name) => graph.parameters.has(name!));
  if (!isPlain || !areParameters || biases.length > 1) return undefined;
  const layout = number(node, "transB", 0) === 1 ? "out-in" : "in-out";
  return { input: node.inputs[0]!, weight, layout, bias: biases[0] };
}

/** From the output back to a Gemm or MatMul, over what leaves a linear layer linear; `added` are the biases on the way. */
function walk(graph: Graph, producerOf: ReadonlyMap<string, GraphNode>): { node: GraphNode | undefined; added: string[] } {
  const added: string[] = [];
  let node = producerOf.get(graph.outputs[0]!);
  while (node && ["Identity", "Reshape", "Add"].includes(node.opType)) {
    let [next, other] = [node.inputs[0]!, node.inputs[1]!];
    if (node.opType === "Add") {
      if (!producerOf.has(next)) [next, other] = [other, next];
      added.push(other);
    }
    node = producerOf.get(next);
  }
  return { node: node?.opType === "Gemm" || node?.opType === "MatMul" ? node : undefined, added };
}

function number(node: GraphNode, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === "int" || attribute?.kind === "float" ? attribute.value : fallback;
}

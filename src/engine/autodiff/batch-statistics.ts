import { floatAttribute } from "../onnx/attributes.js";
import { float, type GraphBuilder, graphBuilder, int } from "../onnx/builder.js";
import { freshName, type Graph, type GraphNode, sortTopologically } from "../onnx/graph.js";

/**
 * Lets each BatchNormalization of the graph whose scale or shift is trained normalize by its batch instead of by its running statistics,
 * as in PyTorch's training mode; frozen ones keep to theirs. Returns, for each running statistic that is a parameter, the value that it has after this batch: fetch these and copy them
 * into the parameter table. As in PyTorch, the running variance follows the unbiased one (n - 1), while ONNX's own output takes n.
 */
export function useBatchStatistics(graph: Graph, trainable: readonly string[]): Map<string, string> {
  const b = graphBuilder(graph);
  const updates = new Map<string, string>();
  for (const node of graph.nodes.filter(isBatchNormalization)) {
    if (!node.inputs.slice(1, 3).some((parameter) => trainable.includes(parameter))) continue;
    const [input, , , mean, variance] = node.inputs as [string, string, string, string, string];
    const momentum = floatAttribute(node, "momentum", 0.9);
    const ofBatch = normalizeByBatch(b, node);
    const mixed = (old: string, now: string) => b.add(b.mul(old, b.scalar(momentum)), b.mul(now, b.scalar(1 - momentum)));
    if (graph.parameters.has(mean)) updates.set(mean, mixed(mean, ofBatch.mean));
    if (graph.parameters.has(variance)) updates.set(variance, mixed(variance, unbiased(b, ofBatch.variance, input)));
  }
  sortTopologically(graph);
  return updates;
}

function isBatchNormalization({ opType, domain }: GraphNode): boolean {
  return opType === "BatchNormalization" && domain === "";
}

/**
 * With a momentum of 0, the operator's other outputs are the batch's own mean and variance. ONNX Runtime writes them over its inputs,
 * even where those are fed arrays, so it gets values that nobody else reads.
 */
function normalizeByBatch(b: GraphBuilder, node: GraphNode): { readonly mean: string; readonly variance: string } {
  const statistics = node.inputs.slice(3);
  node.inputs.splice(3, 2, ...statistics.map((value) => b.mul(value, b.scalar(0))));
  node.attributes["training_mode"] = int(1);
  node.attributes["momentum"] = float(0);
  const outputs = ["mean", "variance"].map((name, i) => {
    const output = freshName(b.graph, `${node.outputs[0]}.${name}`);
    b.graph.types.set(output, b.type(statistics[i]!) ?? { dtype: "float32", shape: undefined });
    return output;
  });
  node.outputs.splice(1, 2, ...outputs);
  return { mean: outputs[0]!, variance: outputs[1]! };
}

/** The variance of the n elements that a channel of `input` has, as if they were n - 1. */
function unbiased(b: GraphBuilder, variance: string, input: string): string {
  const size = (value: string) => b.cast(b.op("Size", [value]), "float32");
  const count = b.div(size(input), size(variance));
  // One element has no variance to correct.
  const others = b.op("Max", [b.sub(count, b.scalar(1)), b.scalar(1)]);
  return b.mul(variance, b.div(count, others));
}

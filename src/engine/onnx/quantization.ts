import { BaalError } from "../../core/errors.js";
import type { Graph, GraphNode } from "./graph.js";

/** Operators that only quantized models have. */
const QUANTIZED_OPS =
  /^(QLinear.*|QGemm|QAttention|QOrdered.*|QEmbedLayerNormalization|QMoE|.*Integer|.*IntegerToFloat|DynamicQuantize.*|QuantizeLinear|DequantizeLinear|MatMulNBits|MatMulBnb4|MatMulFpQ4|GatherBlockQuantized)$/;

/**
 * Refuses quantized models: rounded weights have no useful gradient. Throws `E_QUANTIZED` with the file and the reason.
 * `path` is named in the message.
 */
export function assertTrainable(graph: Graph, path: string): void {
  const reason = quantizedNode(graph.nodes) ?? quantizedWeight(graph);
  if (reason) {
    throw new BaalError(
      "E_QUANTIZED",
      `"${path}" is a quantized model and cannot be trained: ${reason}. Use the float32 or float16 file of the same model.`,
    );
  }
}

function quantizedNode(nodes: readonly GraphNode[]): string | undefined {
  for (const node of nodes) {
    if (QUANTIZED_OPS.test(node.opType)) return `it contains the node "${node.name}" (${node.opType})`;
    for (const attribute of Object.values(node.attributes)) {
      const inner = attribute.kind === "graph" ? quantizedNode(attribute.value.nodes) : undefined;
      if (inner) return inner;
    }
  }
  return undefined;
}

function quantizedWeight(graph: Graph): string | undefined {
  for (const [name, { dtype, dims }] of graph.initializers) {
    if ((dtype === "int8" || dtype === "uint8") && dims.length > 1) return `its weight "${name}" [${dims}] is stored as ${dtype}`;
  }
  return undefined;
}

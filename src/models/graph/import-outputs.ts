import { BaalError } from "../../core/errors.js";
import { type Graph, type GraphNode, producers, subgraph, typeOf, valuesReadBy } from "../../engine/onnx/graph.js";
import { behindCarriers } from "./classifier-end.js";

/**
 * The output that holds what a classifier gives: one of the names, else the first of floats. Throws `E_MODEL_FORMAT` where there is none,
 * as in exports that give class numbers.
 */
export function chooseOutput(
  graph: Graph,
  { path, names }: { readonly path: string; readonly names: readonly string[] },
): string {
  const named = graph.outputs.find((name) => names.includes(name));
  const found = named ?? graph.outputs.find((name) => typeOf(graph, name)?.dtype.startsWith("float"));
  if (found !== undefined) return found;
  const madeBy = producers(graph);
  const all = graph.outputs.map(
    (name) => `${name} (${typeOf(graph, name)?.dtype}, by ${behindCarriers(madeBy, name)?.opType ?? "no node"})`,
  );
  throw new BaalError(
    "E_MODEL_FORMAT",
    `"${path}" gives ${all.join(", ")}; a classifier gives logits in float32. Export the model with its logits as output.`,
  );
}

/**
 * Names the first node, in the order of the computation, on the way to a value behind which its shape is not known: what it reads is known,
 * what it gives is not. Nothing where the shape is known.
 */
export function whereShapeEnds(graph: Graph, value: string): string {
  const isKnown = (name: string) => typeOf(graph, name)?.shape?.every((dim) => !String(dim).includes("?")) ?? false;
  if (isKnown(value)) return "";
  const { nodes } = subgraph(graph, [value]);
  const read = new Set([value, ...nodes.flatMap(valuesReadBy)]);
  const unknown = (node: GraphNode) => node.outputs.find((output) => read.has(output) && !isKnown(output));
  const node = nodes.find(unknown);
  if (!node) return "";
  const output = unknown(node)!;
  return `The shape is not known from the node "${node.name}" (${node.opType}) on: [${typeOf(graph, output)?.shape ?? "unknown"}].`;
}

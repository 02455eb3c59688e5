import { BaalError } from "../../core/errors.js";
import { type Graph, producers, typeOf } from "../../engine/onnx/graph.js";
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

/** Names the first node on the way to a value behind which its shape is not known. */
export function whereShapeEnds(graph: Graph, value: string): string {
  const madeBy = producers(graph);
  const isKnown = (name: string) => typeOf(graph, name)?.shape?.every((dim) => !String(dim).includes("?")) ?? false;
  const seen = new Set<string>();
  let found = "";
  const pending = [value];
  while (pending.length > 0) {
    const name = pending.pop()!;
    const node = madeBy.get(name);
    if (!node || seen.has(name) || isKnown(name)) continue;
    seen.add(name);
    found = `The shape is not known from the node "${node.name}" (${node.opType}) on: [${typeOf(graph, name)?.shape ?? "unknown"}].`;
    pending.push(...node.inputs.filter((input) => input !== "" && !isKnown(input)));
  }
  return found;
}

import { type Graph, valuesReadBy } from "../onnx/graph.js";
import { linearWeights } from "./linear-weights.js";

/**
 * A graph's parameters by layer, from the input to the output: each linear or convolution layer with its bias and the normalisations
 * behind it. What comes before the first of them (embeddings) is a layer of its own.
 */
export function parameterLayers(graph: Graph): readonly (readonly string[])[] {
  const weights = new Set(linearWeights(graph).map(({ name }) => name));
  const layers: string[][] = [[]];
  const placed = new Set<string>();
  for (const node of graph.nodes) {
    const fresh = valuesReadBy(node).filter((value) => graph.parameters.has(value) && !placed.has(value));
    const opening = fresh.filter((name) => weights.has(name));
    if (opening.length > 0) layers.push([]);
    layers.at(-1)!.push(...fresh);
    for (const name of fresh) placed.add(name);
  }
  return layers.filter((layer) => layer.length > 0);
}

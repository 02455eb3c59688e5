import type { DropoutSite } from "../bayesian/dropout-sites.js";
import { string } from "../onnx/builder.js";
import { consumers, freshName, type Graph, typeOf } from "../onnx/graph.js";
import { floatTensor } from "../onnx/tensor.js";

export interface PlacedSite extends DropoutSite {
  /** The value that is dropped out. */
  readonly value: string;
}

/**
 * Puts a `Dropout` node behind a value of an imported graph; one that the export kept there gets the site's name and rate instead.
 * The caller sorts the graph afterwards.
 */
export function placeDropout(graph: Graph, site: PlacedSite): void {
  const kept = (consumers(graph).get(site.value) ?? []).find((node) => node.opType === "Dropout");
  const ratio = freshName(graph, `${site.name}.ratio`);
  graph.initializers.set(ratio, floatTensor([site.rate], []));
  const form = { name: site.name, inputs: [site.value, ratio], attributes: { place: string(site.place) } };
  if (kept) {
    Object.assign(kept, form);
    return;
  }
  const output = freshName(graph, site.name);
  for (const node of graph.nodes) node.inputs = node.inputs.map((input) => (input === site.value ? output : input));
  graph.nodes.push({ ...form, opType: "Dropout", domain: "", outputs: [output] });
  graph.types.set(output, typeOf(graph, site.value)!);
}

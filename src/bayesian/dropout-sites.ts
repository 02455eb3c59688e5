import { intAttribute } from "../engine/onnx/attributes.js";
import { cloneGraph, type Graph, type GraphNode, removeDeadNodes, replaceUses, typeOf } from "../engine/onnx/graph.js";
import type { Dim } from "../engine/onnx/tensor.js";
import { hashName } from "./mask-generator.js";

/**
 * A place where the model drops activations: a `Dropout` node of the graph, named after the Hugging Face module.
 * Such nodes only mark places: every graph that runs has gone through {@link installMasks}, which leaves none.
 */
export interface DropoutSite {
  readonly name: string;
  /** Probability that an element is dropped, unless overridden when patching. */
  readonly rate: number;
  /** `"head"` sites act on the pooled features only: everything before them is deterministic. */
  readonly place: "body" | "head";
}

/** A dropout site that has become a multiplication by a graph input. */
export interface MaskInput {
  readonly site: DropoutSite;
  /** Name of the graph input. */
  readonly input: string;
  /** {@link hashName} of the site's name: its part of the mask key. */
  readonly key: number;
  /** The mask's logical axes. `"batch*sequence"` in the graph's shape is two axes here. */
  readonly axes: readonly MaskAxis[];
}

export type MaskAxis = { readonly kind: "item" | "sequence" } | { readonly kind: "fixed"; readonly size: number };

/** The dropout sites of a graph, in graph order. */
export function dropoutSites(graph: Graph): DropoutSite[] {
  return graph.nodes.filter(isDropout).map((node) => siteOf(graph, node));
}

/**
 * The body's sites by the layer that they belong to, from the input to the output: the part of a site's name up to its last number
 * ("transformer.layer.5"), so that all sites of a transformer's block are one layer. Sites without a number (embeddings) belong to none.
 */
export function siteLayers(sites: readonly DropoutSite[]): readonly (readonly string[])[] {
  const layers = new Map<string, string[]>();
  for (const { name, place } of sites) {
    const layer = /^.*(?:^|\.)\d+(?=\.|$)/.exec(name)?.[0];
    if (layer === undefined || place === "head") continue;
    if (!layers.has(layer)) layers.set(layer, []);
    layers.get(layer)!.push(name);
  }
  return [...layers.values()];
}

/**
 * A copy of the graph in which each chosen `Dropout` becomes `x * mask` with the mask a graph input, and each other one vanishes.
 * Sites whose shape is not a product of batch, sequence and fixed axes cannot be masked reproducibly; they are listed in `unusable`.
 */
export function installMasks(
  graph: Graph,
  isChosen: (site: DropoutSite) => boolean,
): { readonly graph: Graph; readonly masks: readonly MaskInput[]; readonly unusable: readonly string[] } {
  const copy = cloneGraph(graph);
  const masks: MaskInput[] = [];
  const unusable: string[] = [];
  for (const node of copy.nodes.filter(isDropout)) {
    const site = siteOf(copy, node);
    const type = typeOf(copy, node.inputs[0]!);
    const shape = maskShape(node, type?.shape);
    const axes = isChosen(site) ? maskAxes(shape) : undefined;
    if (isChosen(site) && !axes) unusable.push(site.name);
    if (axes) {
      const input = `mask:${site.name}`;
      copy.inputs.set(input, { dtype: "float32", shape });
      masks.push({ site, input, key: hashName(site.name), axes });
      node.opType = "Mul";
      node.inputs = [node.inputs[0]!, input];
      node.outputs = [node.outputs[0]!];
      node.attributes = {};
    } else if (copy.outputs.includes(node.outputs[0]!)) {
      node.opType = "Identity";
      node.inputs = [node.inputs[0]!];
      node.outputs = [node.outputs[0]!];
      node.attributes = {};
    } else {
      replaceUses(copy, node.outputs[0]!, node.inputs[0]!);
    }
  }
  removeDeadNodes(copy);
  return { graph: copy, masks, unusable };
}

function isDropout(node: GraphNode): boolean {
  return node.opType === "Dropout" && node.domain === "";
}

function siteOf(graph: Graph, node: GraphNode): DropoutSite {
  const ratio = graph.initializers.get(node.inputs[1] ?? "");
  return {
    name: node.name,
    // Stored as float32, so 0.1 comes back as 0.10000000149; 0.5 is ONNX's default.
    rate: ratio ? Number(Number(ratio.data[0]).toPrecision(7)) : 0.5,
    place: node.attributes["place"]?.value === "head" ? "head" : "body",
  };
}

/** The activation's shape, or one number for each item's channel where whole channels are dropped, or one for each item. */
function maskShape(node: GraphNode, shape: readonly Dim[] | undefined): readonly Dim[] | undefined {
  const axes = intAttribute(node, "items", 0) === 1 ? 1 : intAttribute(node, "channels", 0) === 1 ? 2 : Infinity;
  return shape?.map((dim, axis) => (axis < axes ? dim : 1));
}

function maskAxes(shape: readonly Dim[] | undefined): MaskAxis[] | undefined {
  if (!shape) return undefined;
  const axes: MaskAxis[] = [];
  for (const dim of shape) {
    if (typeof dim === "number") {
      axes.push({ kind: "fixed", size: dim });
      continue;
    }
    for (const factor of dim.split("*")) {
      if (factor === "batch") axes.push({ kind: "item" });
      else if (factor === "sequence") axes.push({ kind: "sequence" });
      else return undefined;
    }
  }
  return axes.length > 1 && axes[0]?.kind === "item" ? axes : undefined;
}

import { type DropoutSite, dropoutSites } from "../../bayesian/dropout-sites.js";
import { BaalError } from "../../core/errors.js";
import { consumers, type Graph, type GraphNode, producers, sortTopologically, typeOf } from "../../engine/onnx/graph.js";
import { encoderClassifierGraph } from "../architectures/encoder-graph.js";
import { encoderConfigFromHub, isEncoderModelType, modernHubConfig } from "../architectures/text-architectures.js";
import type { ModelConfig } from "../checkpoint/model-kind.js";
import { placeDropout } from "../graph/graph-layers.js";
import { placeDistanceDropout } from "./distance-dropout.js";

/** Where a site is, told by what an export keeps: a parameter's layer, or the number of an attention's softmax. */
type Anchor =
  | { readonly kind: "output" | "input"; readonly parameter: string; readonly use: number }
  | { readonly kind: "softmax"; readonly index: number };

/** The sites of a source module that an import has, and those that it could not be given. */
export interface PlacedDropout {
  readonly placed: readonly string[];
  readonly unplaced: readonly string[];
}

/**
 * Puts a `Dropout` node at each place where the source module of a known architecture has one, with its name and its rate: exports in
 * inference mode have lost them. The places are those of the graph that is built of the same config.json, found again by the parameters
 * beside them, whatever a wrapper put in front of their names. `undefined` for an architecture that is not built here.
 */
export function addModuleDropout(graph: Graph, hubConfig: ModelConfig): PlacedDropout | undefined {
  const built = builtGraph(hubConfig);
  if (!built) return undefined;
  const rename = renaming(built, graph);
  const placed: string[] = [];
  const unplaced: string[] = [];
  for (const { site, anchor } of anchorsOf(built)) {
    const layer = /^(.*)\.pos_dropout$/.exec(site.name)?.[1];
    if (layer !== undefined && placeDistanceDropout(graph, site, distanceLayers(layer, rename))) {
      placed.push(site.name);
      continue;
    }
    const found = anchor && valueAt(graph, anchor, rename);
    if (found === "absent") continue;
    const shape = found === undefined ? undefined : typeOf(graph, found)?.shape;
    if (found === undefined || !String(shape?.[0]).startsWith("batch")) {
      if (site.rate > 0) unplaced.push(site.name);
      continue;
    }
    placeDropout(graph, { ...site, value: found });
    placed.push(site.name);
  }
  sortTopologically(graph);
  return placed.length === 0 ? undefined : { placed, unplaced };
}

/** The weights that a layer's table of distances goes through, under the import's names. */
function distanceLayers(layer: string, rename: (name: string) => string | undefined) {
  const named = (parts: readonly string[]) => parts.flatMap((part) => rename(`${layer}.${part}.weight`) ?? []);
  return { key: named(["key_proj", "pos_key_proj"]), query: named(["query_proj", "pos_query_proj"]) };
}

function builtGraph(hubConfig: ModelConfig): Graph | undefined {
  if (!isEncoderModelType(hubConfig["model_type"])) return undefined;
  try {
    return encoderClassifierGraph(encoderConfigFromHub(modernHubConfig(hubConfig, "config.json"), "config.json"), 2);
  } catch (error) {
    // A configuration that cannot be built says nothing about places; the export is read all the same.
    if (error instanceof BaalError) return undefined;
    throw error;
  }
}

function anchorsOf(built: Graph): { readonly site: DropoutSite; readonly anchor: Anchor | undefined }[] {
  const madeBy = producers(built);
  const readBy = consumers(built);
  const sites = dropoutSites(built);
  const nodes = built.nodes.filter(({ opType }) => opType === "Dropout");
  const softmaxes = built.nodes.filter((node) => isAttention(built, node));
  const uses = new Map<string, number>();

  function used(kind: "output" | "input", parameter: string): Anchor {
    const key = `${kind} ${parameter}`;
    const use = uses.get(key) ?? 0;
    uses.set(key, use + 1);
    return { kind, parameter, use };
  }

  function behind(node: GraphNode): string | undefined {
    let readers = readBy.get(node.outputs[0]!) ?? [];
    while (readers.length === 1 && readers[0]!.opType === "Reshape") readers = readBy.get(readers[0]!.outputs[0]!) ?? [];
    const read = readers.map((reader) => (reader.opType === "LayerNormalization" ? undefined : parameterOf(built, reader)));
    return read.find((name) => name !== undefined);
  }

  function anchorOf(node: GraphNode, { place }: DropoutSite): Anchor | undefined {
    let maker = madeBy.get(node.inputs[0]!);
    while (maker?.opType === "Reshape") maker = madeBy.get(maker.inputs[0]!);
    if (maker && softmaxes.includes(maker)) return { kind: "softmax", index: softmaxes.indexOf(maker) };
    const [before, after] = [maker && parameterOf(built, maker), behind(node)];
    // A head stands behind whichever layer is the last.
    if (after !== undefined && (place === "head" || before === undefined)) return used("input", after);
    return before === undefined ? undefined : used("output", before);
  }

  return nodes.map((node, i) => ({ site: sites[i]!, anchor: anchorOf(node, sites[i]!) }));
}

/** The weight of a linear layer, a normalization or a lookup. */
function parameterOf(graph: Graph, { opType, inputs }: GraphNode): string | undefined {
  const name = opType === "Gather" ? inputs[0] : /^(Gemm|MatMul|LayerNormalization)$/.test(opType) ? inputs[1] : undefined;
  if (name === undefined) return undefined;
  if (graph.parameters.has(name)) return name;
  const transpose = graph.nodes.find((node) => node.opType === "Transpose" && node.outputs[0] === name);
  return transpose && graph.parameters.has(transpose.inputs[0]!) ? transpose.inputs[0] : undefined;
}

function isAttention(graph: Graph, { opType, outputs }: GraphNode): boolean {
  return opType === "Softmax" && typeOf(graph, outputs[0]!)?.shape?.length === 4;
}

/** From names of the built graph to those of the import, which may have more or less in front. */
function renaming(built: Graph, graph: Graph): (name: string) => string | undefined {
  const names = [...graph.parameters.keys()];
  return (name) => {
    if (graph.parameters.has(name)) return name;
    const found = names.filter(
      (other) => other.endsWith(`.${name}`) || (name.endsWith(`.${other}`) && !built.parameters.has(other)),
    );
    return found.length === 1 ? found[0] : undefined;
  };
}

/** The value at an anchor; `"absent"` where the import has no such layer, `undefined` where it cannot be found. */
function valueAt(graph: Graph, anchor: Anchor, rename: (name: string) => string | undefined): string | "absent" | undefined {
  if (anchor.kind === "softmax") {
    const softmax = graph.nodes.filter((node) => isAttention(graph, node))[anchor.index];
    return softmax ? softmax.outputs[0] : "absent";
  }
  const parameter = rename(anchor.parameter);
  if (parameter === undefined) return "absent";
  const layer = graph.nodes.filter((node) => parameterOf(graph, node) === parameter)[anchor.use];
  if (!layer) return undefined;
  if (anchor.kind === "input") return withoutDropout(graph, layer.inputs[0]!);
  return outputOf(graph, layer);
}

/** In front of a kept `Dropout`. */
function withoutDropout(graph: Graph, value: string): string {
  const node = graph.nodes.find(({ outputs }) => outputs[0] === value);
  return node?.opType === "Dropout" ? node.inputs[0]! : value;
}

/** A layer's output with its bias, in the form that the next layer reads. */
function outputOf(graph: Graph, layer: GraphNode): string {
  let value = layer.outputs[0]!;
  for (const isNext of [
    ({ opType, inputs }: GraphNode) =>
      layer.opType === "MatMul" && opType === "Add" && inputs.some((input) => graph.parameters.has(input)),
    ({ opType }: GraphNode) => opType === "Reshape",
  ]) {
    const readers = graph.nodes.filter(({ inputs }) => inputs.includes(value));
    if (readers.length === 1 && isNext(readers[0]!)) value = readers[0]!.outputs[0]!;
  }
  return value;
}

import type { StateDict } from "../../core/bayesian-model.js";
import { int, string } from "../../engine/onnx/builder.js";
import type { DecodedModel } from "../../engine/onnx/decode.js";
import { cloneGraph, type Graph, type GraphNode } from "../../engine/onnx/graph.js";
import { inferTypes } from "../../engine/onnx/infer.js";
import { bakeParameters } from "../../engine/onnx/parameters.js";
import type { ModelConfig } from "./model-kind.js";

/**
 * What an ONNX file does not say and a model needs: which constants are parameters, and what each `Dropout` node is. It stands in the
 * file's metadata, so that what is saved loads to the same model.
 */
interface SavedMarks {
  readonly version: 1;
  readonly parameters: readonly string[];
  readonly dropout: readonly SavedSite[];
  readonly seesPadding: boolean;
}

interface SavedSite {
  /** Of the node; other tools rename nodes, not values. */
  readonly output: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, number | string>>;
}

const KEY = "baaljs.graph";

/** The entry of config.json that says that the ONNX file is the model, whatever its `model_type` could be built as. */
const WEIGHTS_ENTRY = "baal_weights";
const SAVED_ONNX = "onnx/model.onnx";

/** The entry of config.json for a model whose graph is in its ONNX file alone: none for one that its configuration describes. */
export function weightsEntry(isImported: boolean): Readonly<Record<string, string | undefined>> {
  return { [WEIGHTS_ENTRY]: isImported ? SAVED_ONNX : undefined };
}

/** Whether a config.json says that the model is in its ONNX file. */
export function isSavedAsOnnx(config: ModelConfig): boolean {
  return config[WEIGHTS_ENTRY] === SAVED_ONNX;
}

/** A forward graph with its weights as an ONNX file, which any tool runs and {@link openSavedGraph} reads back as it was. */
export async function encodeSavedGraph(
  graph: Graph,
  weights: StateDict,
  { seesPadding = false }: { readonly seesPadding?: boolean | undefined } = {},
): Promise<Uint8Array> {
  const { encodeModel } = await import("../../engine/onnx/encode.js");
  const marks: SavedMarks = {
    version: 1,
    parameters: [...graph.parameters.keys()],
    dropout: graph.nodes.filter(isDropout).map(siteOf),
    seesPadding,
  };
  return encodeModel(bakeParameters(withPlainDropout(graph), weights), { metadata: { [KEY]: JSON.stringify(marks) } });
}

/** A graph with its parameters, as they were saved. */
export interface SavedGraph {
  readonly graph: Graph;
  readonly weights: StateDict;
  readonly seesPadding: boolean;
}

/** What {@link encodeSavedGraph} wrote; `undefined` for any other file, and for one that another tool has changed since. */
export function openSavedGraph({ graph, metadata }: DecodedModel): SavedGraph | undefined {
  const marks = readMarks(metadata.get(KEY));
  if (!marks) return undefined;
  const weights: StateDict = new Map();
  for (const name of marks.parameters) {
    const tensor = graph.initializers.get(name);
    if (!(tensor?.data instanceof Float32Array)) return undefined;
    weights.set(name, { dims: tensor.dims, data: tensor.data });
  }
  const sites = new Map(marks.dropout.map((site) => [site.output, site]));
  const nodes = graph.nodes.filter(isDropout);
  if (nodes.length !== sites.size || !nodes.every(({ outputs }) => sites.has(outputs[0]!))) return undefined;
  for (const node of nodes) {
    const { name, attributes } = sites.get(node.outputs[0]!)!;
    node.name = name;
    for (const [key, value] of Object.entries(attributes))
      node.attributes[key] = typeof value === "number" ? int(value) : string(value);
  }
  for (const [name, { dims }] of weights) {
    graph.initializers.delete(name);
    graph.parameters.set(name, { dtype: "float32", shape: dims });
  }
  inferTypes(graph);
  return { graph, weights, seesPadding: marks.seesPadding };
}

function readMarks(text: string | undefined): SavedMarks | undefined {
  if (text === undefined) return undefined;
  try {
    const marks = JSON.parse(text) as SavedMarks;
    return marks.version === 1 && Array.isArray(marks.parameters) && Array.isArray(marks.dropout) ? marks : undefined;
  } catch {
    return undefined;
  }
}

function siteOf({ name, outputs, attributes }: GraphNode): SavedSite {
  const plain = Object.entries(attributes).flatMap(([key, { kind, value }]) =>
    kind === "int" || kind === "string" ? [[key, value] as const] : [],
  );
  return { output: outputs[0]!, name, attributes: Object.fromEntries(plain) };
}

/** The dropout nodes stay, as marks of the sites; ONNX knows none of the attributes that they have here. */
function withPlainDropout(graph: Graph): Graph {
  const copy = cloneGraph(graph);
  for (const node of copy.nodes) if (isDropout(node)) node.attributes = {};
  return copy;
}

function isDropout({ opType, domain }: GraphNode): boolean {
  return opType === "Dropout" && domain === "";
}

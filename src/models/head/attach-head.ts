import type { StateDict } from "../../core/bayesian-model.js";
import { DEFAULT_SEED } from "../../core/defaults.js";
import { BaalError } from "../../core/errors.js";
import type { Task } from "../../core/task.js";
import { type GraphBuilder, graphBuilder } from "../../engine/onnx/builder.js";
import { cloneGraph, type Graph, type GraphNode, producers, removeDeadNodes } from "../../engine/onnx/graph.js";
import { LOGITS } from "../architectures/text-inputs.js";
import { checkLabels } from "../checkpoint/model-labels.js";
import { lastLayer } from "../graph/graph-layers.js";
import { type InitialWeightsOptions, initialWeights } from "../graph/initial-weights.js";
import { type MapPooling, poolMaps } from "./convnet.js";
import type { HeadConfig } from "./head-config.js";
import { addHead, headInitialization } from "./head-graph.js";

/** Parameters and sites of an attached head begin with this. */
export const HEAD_PREFIX = "head.";

/** A feature map inside an image network. */
export interface FeatureMap {
  /** Name of the value. */
  readonly name: string;
  /** `[channels, height, width]` */
  readonly shape: readonly [number, number, number];
}

/** Operators behind which a map is a new one: others only pass it on. */
const OF_MAPS = new Set(["Conv", "Relu", "Add", "MaxPool", "AveragePool", "BatchNormalization", "Gelu", "Clip", "Mul"]);

/** The feature maps of a network in the order in which they are computed, more than one pixel each. */
export function featureMaps(graph: Graph): FeatureMap[] {
  return graph.nodes.flatMap(({ opType, outputs }) => {
    const shape = graph.types.get(outputs[0]!)?.shape;
    if (!OF_MAPS.has(opType) || shape?.length !== 4) return [];
    const [, channels, height, width] = shape;
    const isKnown = [channels, height, width].every((dim) => typeof dim === "number");
    if (!isKnown || Number(height) * Number(width) < 2) return [];
    return [{ name: outputs[0]!, shape: [channels, height, width] as [number, number, number] }];
  });
}

/** The last map of a network: what it says of an image before it forgets where. Throws `E_MODEL_FORMAT` for a network without maps. */
export function lastMap(graph: Graph): FeatureMap {
  const maps = featureMaps(graph);
  const last = maps.at(-1);
  if (last) return last;
  throw new BaalError(
    "E_MODEL_FORMAT",
    `"${graph.name}" has no feature maps of known size, so no head can stand on them; take a convolutional network, or a linear head.`,
  );
}

/**
 * The maps that layers name: numbers count the {@link featureMaps} from 0 (from the end: -1), anything else is a regular expression over their names and
 * operators, such as `add`. Throws `E_ARGUMENT` where nothing is named.
 */
export function chooseMaps(graph: Graph, layers: string): FeatureMap[] {
  const maps = featureMaps(graph);
  const trimmed = layers.trim();
  if (/^-?\d+(\s*,\s*-?\d+)*$/.test(trimmed)) {
    const chosen = trimmed.split(",").map((text) => maps.at(Number(text)));
    if (chosen.every((map) => map !== undefined)) return chosen;
    throw new BaalError("E_ARGUMENT", `The network has the feature maps 0 to ${maps.length - 1}; "${layers}" came.`);
  }
  let pattern: RegExp;
  try {
    pattern = new RegExp(trimmed, "i");
  } catch (cause) {
    throw new BaalError("E_ARGUMENT", `"${layers}" is neither a list of numbers nor a regular expression.`, { cause });
  }
  const producerOf: ReadonlyMap<string, GraphNode> = producers(graph);
  const chosen = maps.filter(({ name }) => pattern.test(name) || pattern.test(producerOf.get(name)!.opType));
  if (chosen.length > 0) return chosen;
  const some = [...new Set(maps.map(({ name }) => producerOf.get(name)!.opType))].join(", ");
  throw new BaalError("E_ARGUMENT", `No feature map is called like "${layers}"; there are ${maps.length}, made by ${some}.`);
}

/** Pooled maps side by side, or one map as it is for a head with a `convnet`. */
export interface MapPlace {
  readonly maps: readonly FeatureMap[];
  readonly pooling: MapPooling;
}

/** The vectors that a network's own last layer reads. */
export interface VectorPlace {
  /** Name of the value, `[batch, width]`. */
  readonly vectors: string;
  readonly width: number;
}

/** Where a head stands in a network. */
export type HeadPlace = MapPlace | VectorPlace;

/** Where a network's own last layer stands, its dropout left out. Throws `E_MODEL_FORMAT` for a network that does not end in a linear layer. */
export function vectorPlace(graph: Graph): VectorPlace {
  const layer = lastLayer(graph);
  if (layer === undefined)
    throw new BaalError(
      "E_MODEL_FORMAT",
      `The logits of "${graph.name}" do not come from a linear layer with weights of its own, so no head can take its place.`,
    );
  const producerOf: ReadonlyMap<string, GraphNode> = producers(graph);
  let vectors = layer.input;
  while (producerOf.get(vectors)?.opType === "Dropout") vectors = producerOf.get(vectors)!.inputs[0]!;
  const [rows, columns] = graph.parameters.get(layer.weight)!.shape as readonly [number, number];
  return { vectors, width: layer.layout === "out-in" ? columns : rows };
}

/** Numbers that a head gets at a place. */
export function placeWidth(place: HeadPlace): number {
  if ("vectors" in place) return place.width;
  const { maps, pooling } = place;
  return maps.reduce(
    (sum, { shape: [channels, height, width] }) => sum + channels * (pooling === "flatten" ? height * width : 1),
    0,
  );
}

/**
 * The network with another head, in place of its own: `[batch, classes]` logits. The network's parameters and those of the head, which begin
 * with {@link HEAD_PREFIX}, are all there. Throws `E_ARGUMENT` where the head's `inputDim` is not the width of the place.
 */
function graphWithHead(graph: Graph, place: HeadPlace, head: HeadConfig, classes: number): Graph {
  if (placeWidth(place) !== head.inputDim)
    throw new BaalError("E_ARGUMENT", `The place has ${placeWidth(place)} numbers, and the head reads ${head.inputDim}.`);
  const copy = cloneGraph(graph);
  const b = graphBuilder(copy);
  const features = "vectors" in place ? place.vectors : mapFeatures(b, place);
  copy.outputs = [];
  const own = copy.nodes.find(({ outputs }) => outputs.includes(LOGITS));
  if (own) renameOutput(copy, own);
  b.output(addHead(b, features, head, classes, HEAD_PREFIX), LOGITS);
  removeDeadNodes(copy);
  const read = new Set(copy.nodes.flatMap(({ inputs }) => inputs));
  for (const name of copy.parameters.keys()) if (!read.has(name)) copy.parameters.delete(name);
  return copy;
}

function mapFeatures(b: GraphBuilder, { maps, pooling }: MapPlace): string {
  const parts = maps.map(({ name }) => poolMaps(b, name, pooling));
  return parts.length === 1 ? parts[0]! : b.concat(parts, 1);
}

/** Frees the name of the logits. */
function renameOutput(graph: Graph, node: GraphNode): void {
  node.outputs[0] = `${LOGITS}.own`;
  graph.types.delete(LOGITS);
}

/** What a network gets another head by: {@link graphWithHead}. */
export interface AttachedHead {
  readonly place: HeadPlace;
  readonly head: HeadConfig;
  readonly labels: readonly string[];
  readonly task?: Task | undefined;
  readonly seed?: number | undefined;
}

/** A network's graph with its weights, and how they are drawn. */
export interface NetworkParts {
  readonly graph: Graph;
  readonly weights: StateDict;
  readonly initialization: InitialWeightsOptions;
}

/** The network with another head, which is drawn; all other weights are copies. Throws as {@link graphWithHead}, and `E_ARGUMENT` for wrong labels. */
export function networkWithHead(
  network: NetworkParts,
  { place, head, labels, seed = DEFAULT_SEED }: AttachedHead,
): NetworkParts & { readonly fresh: ReadonlySet<string> } {
  checkLabels(labels);
  const graph = graphWithHead(network.graph, place, head, labels.length);
  const ofHead = headInitialization(head, seed);
  const initialization: InitialWeightsOptions = {
    ...{ ...network.initialization, seed },
    distribution: (name, dims) =>
      name.startsWith(HEAD_PREFIX) ? ofHead.distribution(name, dims) : network.initialization.distribution(name, dims),
  };
  const fresh = new Set([...graph.parameters.keys()].filter((name) => name.startsWith(HEAD_PREFIX)));
  const drawn = initialWeights(graph, initialization);
  const weights: StateDict = new Map(
    [...graph.parameters.keys()].map((name) => {
      const { dims, data } = fresh.has(name) ? drawn.get(name)! : network.weights.get(name)!;
      return [name, { dims, data: data.slice() }];
    }),
  );
  return { graph, weights, initialization, fresh };
}

/** Copies what a head learnt by itself into the network that it is attached to. */
export function takeHead(
  model: { stateDict(): StateDict; loadStateDict(state: StateDict): void },
  head: { stateDict(): StateDict },
): void {
  const state = new Map(model.stateDict());
  for (const [name, tensor] of head.stateDict()) state.set(`${HEAD_PREFIX}${name}`, tensor);
  model.loadStateDict(state);
}

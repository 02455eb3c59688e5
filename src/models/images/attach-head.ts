import { BaalError } from "../../core/errors.js";
import type { Task } from "../../core/task.js";
import { graphBuilder } from "../../engine/onnx/builder.js";
import { cloneGraph, type Graph, type GraphNode, producers, removeDeadNodes } from "../../engine/onnx/graph.js";
import { LOGITS } from "../architectures/text-inputs.js";
import { type MapPooling, poolMaps } from "../head/convnet.js";
import type { HeadConfig } from "../head/head-config.js";
import { addHead } from "../head/head-graph.js";

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

/** Where a head stands: pooled maps side by side, or one map as it is for a head with a `convnet`. */
export interface HeadPlace {
  readonly maps: readonly FeatureMap[];
  readonly pooling: MapPooling;
}

/** Numbers that a head gets at a place. */
export function placeWidth({ maps, pooling }: HeadPlace): number {
  return maps.reduce(
    (sum, { shape: [channels, height, width] }) => sum + channels * (pooling === "flatten" ? height * width : 1),
    0,
  );
}

/**
 * The network with another head on its maps, in place of its own: `[batch, classes]` logits. The network's parameters and those of the head, which begin
 * with {@link HEAD_PREFIX}, are all there. Throws `E_ARGUMENT` where the head's `inputDim` is not the width of the place.
 */
export function graphWithHead(graph: Graph, place: HeadPlace, head: HeadConfig, classes: number): Graph {
  if (placeWidth(place) !== head.inputDim)
    throw new BaalError("E_ARGUMENT", `The place has ${placeWidth(place)} numbers, and the head reads ${head.inputDim}.`);
  const copy = cloneGraph(graph);
  const b = graphBuilder(copy);
  const parts = place.maps.map(({ name }) => poolMaps(b, name, place.pooling));
  const features = parts.length === 1 ? parts[0]! : b.concat(parts, 1);
  copy.outputs = [];
  const own = copy.nodes.find(({ outputs }) => outputs.includes(LOGITS));
  if (own) renameOutput(copy, own);
  b.output(addHead(b, features, head, classes, HEAD_PREFIX), LOGITS);
  removeDeadNodes(copy);
  const read = new Set(copy.nodes.flatMap(({ inputs }) => inputs));
  for (const name of copy.parameters.keys()) if (!read.has(name)) copy.parameters.delete(name);
  return copy;
}

/** Frees the name of the logits. */
function renameOutput(graph: Graph, node: GraphNode): void {
  node.outputs[0] = `${LOGITS}.own`;
  graph.types.delete(LOGITS);
}

/** What a network with another head is: {@link graphWithHead}. */
export interface AttachedHead {
  readonly place: HeadPlace;
  readonly head: HeadConfig;
  readonly labels: readonly string[];
  readonly task?: Task | undefined;
  readonly seed?: number | undefined;
}

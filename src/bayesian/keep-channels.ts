import { intAttribute } from "../engine/onnx/attributes.js";
import { type GraphBuilder, graphBuilder } from "../engine/onnx/builder.js";
import {
  cloneGraph,
  consumers,
  type Graph,
  type GraphNode,
  producers,
  removeDeadNodes,
  sortTopologically,
  typeOf,
} from "../engine/onnx/graph.js";
import { inferTypes } from "../engine/onnx/infer.js";
import type { MaskInput } from "./dropout-sites.js";

/** A mask of whole channels of which only the kept ones are computed: fed as `[1, kept, 1, ...]`. */
export interface KeptChannels {
  readonly mask: MaskInput;
  /** Name of the graph input that says which channels these are, int64 `[kept]`. */
  readonly indices: string;
}

/** Ops that give zeros for a channel of zeros, and treat each channel by itself. */
const CHANNEL_BY_CHANNEL = new Set(["Relu", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "Identity"]);

/** A layer that sums over channels, with the node whose input the channels are. */
interface Reader {
  readonly node: GraphNode;
  readonly kind: "convolution" | "matrix";
}

/**
 * Where all items of a pass share a mask of whole channels, a dropped channel is a zero for all of them, and need not be computed: the layer in
 * front makes only the kept channels, the layer behind reads only those. With a rate of 1/2 in front of and behind a convolution, a quarter of
 * its products is left. The results are the same but for the order of sums. Masks between other layers stay as they are.
 */
export function keepChannels(
  graph: Graph,
  masks: readonly MaskInput[],
): { readonly graph: Graph; readonly kept: readonly KeptChannels[] } {
  const copy = cloneGraph(graph);
  const b = graphBuilder(copy);
  const kept = masks.flatMap((mask) => keepChannelsOf(b, mask) ?? []);
  if (kept.length === 0) return { graph, kept };
  removeDeadNodes(copy);
  sortTopologically(copy);
  inferTypes(copy);
  return { graph: copy, kept };
}

function keepChannelsOf(b: GraphBuilder, mask: MaskInput): KeptChannels | undefined {
  const { graph } = b;
  const channels = channelCount(graph, mask);
  const drop = graph.nodes.find(({ opType, inputs }) => opType === "Mul" && inputs[1] === mask.input);
  const readers = drop && channels !== undefined ? readersOf(graph, drop.outputs[0]!, channels) : undefined;
  if (!drop || !readers || channels === undefined) return undefined;
  const indices = `kept:${mask.site.name}`;
  graph.inputs.set(indices, { dtype: "int64", shape: [indices] });
  const { shape } = graph.inputs.get(mask.input)!;
  graph.inputs.set(mask.input, { dtype: "float32", shape: [1, indices, ...shape!.slice(2)] });
  for (const reader of readers) READ_KEPT[reader.kind](b, reader.node, { indices, channels });
  makeKept(b, drop, indices);
  return { mask, indices };
}

/** Of a mask `[batch, channels, 1, ...]`. */
function channelCount(graph: Graph, { input, axes }: MaskInput): number | undefined {
  const [item, channels, ...positions] = axes;
  const isOfChannels = item?.kind === "item" && channels?.kind === "fixed" && positions.length > 0;
  if (!graph.inputs.has(input) || !isOfChannels) return undefined;
  return positions.every((axis) => axis.kind === "fixed" && axis.size === 1) ? channels.size : undefined;
}

/** The layers that read a value whose axis 1 counts channels, or `undefined` where something else reads it, too. */
function readersOf(graph: Graph, value: string, channels: number): Reader[] | undefined {
  if (graph.outputs.includes(value)) return undefined;
  const found: Reader[] = [];
  for (const node of consumers(graph).get(value) ?? []) {
    const readers = readersThrough(graph, node, { value, channels });
    if (!readers) return undefined;
    found.push(...readers);
  }
  return found.length > 0 ? found : undefined;
}

function readersThrough(
  graph: Graph,
  node: GraphNode,
  { value, channels }: { readonly value: string; readonly channels: number },
): Reader[] | undefined {
  if (CHANNEL_BY_CHANNEL.has(node.opType) && node.outputs.length === 1) return readersOf(graph, node.outputs[0]!, channels);
  if (isConvolution(node) && node.inputs[0] === value && !node.inputs.slice(1).includes(value))
    return [{ node, kind: "convolution" }];
  if (!isFlattening(graph, node, value)) return undefined;
  const flat = node.outputs[0]!;
  const layers = graph.outputs.includes(flat) ? [] : (consumers(graph).get(flat) ?? []);
  const areMatrices = layers.length > 0 && layers.every((layer) => isMatrix(graph, layer, flat));
  return areMatrices ? layers.map((layer) => ({ node: layer, kind: "matrix" })) : undefined;
}

function isConvolution(node: GraphNode): boolean {
  return node.opType === "Conv" && node.domain === "" && intAttribute(node, "group", 1) === 1;
}

/** `[batch, channels, ...]` to `[batch, channels * ...]`. */
function isFlattening(graph: Graph, node: GraphNode, value: string): boolean {
  if (node.opType === "Flatten") return intAttribute(node, "axis", 1) === 1;
  if (node.opType !== "Reshape" || node.inputs[0] !== value) return false;
  const [from, to] = [typeOf(graph, value)?.shape, typeOf(graph, node.outputs[0]!)?.shape];
  return from !== undefined && to?.length === 2 && to[0] === from[0];
}

function isMatrix(graph: Graph, node: GraphNode, value: string): boolean {
  const isProduct = node.opType === "MatMul" || (node.opType === "Gemm" && intAttribute(node, "transA", 0) === 0);
  const weight = typeOf(graph, node.inputs[1] ?? "")?.shape;
  return isProduct && node.inputs[0] === value && weight?.length === 2 && weight.every((dim) => typeof dim === "number");
}

interface Kept {
  readonly indices: string;
  readonly channels: number;
}

const READ_KEPT: Readonly<Record<Reader["kind"], (b: GraphBuilder, node: GraphNode, kept: Kept) => void>> = {
  convolution(b, node, { indices }) {
    node.inputs[1] = b.gather(node.inputs[1]!, indices, 1);
  },
  /** Each channel has a block of the weight's rows (or columns): as many as it has positions. */
  matrix(b, node, { indices, channels }) {
    const weight = node.inputs[1]!;
    const [rows, columns] = b.type(weight)!.shape as [number, number];
    const isTransposed = intAttribute(node, "transB", 0) === 1;
    const blocks = isTransposed ? [rows, channels, columns / channels] : [channels, rows / channels, columns];
    const gathered = b.gather(b.reshape(weight, b.int64s(blocks)), indices, isTransposed ? 1 : 0);
    node.inputs[1] = b.reshape(gathered, b.int64s(isTransposed ? [rows, -1] : [-1, columns]));
    const flattening = producers(b.graph).get(node.inputs[0]!)!;
    if (flattening.opType === "Reshape") flattening.inputs[1] = b.int64s([0, -1]);
  },
};

/** Gives `drop` only the kept channels: the convolution that makes them makes no others, where no one else reads them. */
function makeKept(b: GraphBuilder, drop: GraphNode, indices: string): void {
  const { graph } = b;
  const producerOf = producers(graph);
  const readBy = consumers(graph);
  const isOwn = (value: string) => readBy.get(value)?.length === 1 && !graph.outputs.includes(value);
  let value = drop.inputs[0]!;
  for (;;) {
    const node = producerOf.get(value);
    if (!node || !isOwn(value)) break;
    if (isConvolution(node)) {
      const [, weight, bias] = node.inputs;
      node.inputs[1] = b.gather(weight!, indices, 0);
      if (bias) node.inputs[2] = b.gather(bias, indices, 0);
      return;
    }
    if (!CHANNEL_BY_CHANNEL.has(node.opType) || node.outputs.length > 1) break;
    value = node.inputs[0]!;
  }
  drop.inputs[0] = b.gather(drop.inputs[0]!, indices, 1);
}

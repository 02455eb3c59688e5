import type { DropoutSite } from "../../bayesian/dropout-sites.js";
import type { LinearWeight } from "../../bayesian/model-patch.js";
import type { LastLayer, StateDict } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import { intAttribute } from "../../engine/onnx/attributes.js";
import { int, string } from "../../engine/onnx/builder.js";
import { consumers, freshName, type Graph, type GraphNode, producers, typeOf, valuesReadBy } from "../../engine/onnx/graph.js";
import { floatTensor } from "../../engine/onnx/tensor.js";

/** The linear layer's node that the graph's (first) output comes from. */
export function lastLinear(graph: Graph, producerOf = producers(graph)): GraphNode | undefined {
  return walk(graph, producerOf).node;
}

/** The operators between a last convolution and the logits of networks without a linear layer (SqueezeNet). */
const POOLING = new Set([
  "Identity",
  "Cast",
  "Relu",
  "Reshape",
  "Flatten",
  "Squeeze",
  "AveragePool",
  "GlobalAveragePool",
  "ReduceMean",
]);

/** The node that makes the classes: the last linear layer, or a last convolution whose channels are averaged. */
export function lastClassLayer(graph: Graph, producerOf = producers(graph)): GraphNode | undefined {
  const linear = lastLinear(graph, producerOf);
  if (linear) return linear;
  let node = producerOf.get(graph.outputs[0]!);
  while (node && POOLING.has(node.opType)) node = producerOf.get(node.inputs[0]!);
  return node?.opType === "Conv" ? node : undefined;
}

/** The last layer of a classifier, where the logits are exactly `W h + b` with W and b parameters; otherwise `undefined`. */
export function lastLayer(graph: Graph): LastLayer | undefined {
  const { node, added } = walk(graph, producers(graph));
  if (!node) return undefined;
  const biases = [...added, node.opType === "Gemm" ? node.inputs[2] : undefined].filter(Boolean);
  const weight = node.inputs[1]!;
  const isPlain = number(node, "alpha", 1) === 1 && number(node, "beta", 1) === 1 && number(node, "transA", 0) === 0;
  const areParameters = [weight, ...biases].every((name) => graph.parameters.has(name!));
  if (!isPlain || !areParameters || biases.length > 1) return undefined;
  const layout = number(node, "transB", 0) === 1 ? "out-in" : "in-out";
  return { input: node.inputs[0]!, weight, layout, bias: biases[0] };
}

/** What leaves the numbers of a linear layer as they are, or adds its bias. */
const LINEAR_TAIL = new Set(["Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Add"]);

/** From the output back to a Gemm or MatMul, over what leaves a linear layer linear; `added` are the biases on the way. */
function walk(graph: Graph, producerOf: ReadonlyMap<string, GraphNode>): { node: GraphNode | undefined; added: string[] } {
  const added: string[] = [];
  let node = producerOf.get(graph.outputs[0]!);
  while (node && LINEAR_TAIL.has(node.opType)) {
    let [next, other] = [node.inputs[0]!, node.inputs[1]!];
    if (node.opType === "Add") {
      if (!producerOf.has(next)) [next, other] = [other, next];
      added.push(other);
    }
    node = producerOf.get(next);
  }
  return { node: node?.opType === "Gemm" || node?.opType === "MatMul" ? node : undefined, added };
}

function number(node: GraphNode, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === "int" || attribute?.kind === "float" ? attribute.value : fallback;
}

const LINEAR = new Set(["Gemm", "MatMul", "FusedMatMul", "Conv"]);

/**
 * The weights of a graph's linear and convolution layers, in graph order: no biases, no normalisation scales, and no embedding
 * tables, not even one that is also the last layer's weight.
 */
export function linearWeights(graph: Graph): LinearWeight[] {
  const producerOf = producers(graph);
  const readers = consumers(graph);
  const last = lastLinear(graph, producerOf);
  const found = new Map<string, LinearWeight>();
  for (const node of graph.nodes) {
    if (!LINEAR.has(node.opType)) continue;
    let name = node.inputs[1]!;
    while (producerOf.get(name)?.opType === "Transpose") name = producerOf.get(name)!.inputs[0]!;
    const isEmbedding = readers.get(name)?.some((reader) => reader.opType === "Gather") ?? false;
    if (!graph.parameters.has(name) || isEmbedding || found.has(name)) continue;
    found.set(name, { name, place: node === last ? "head" : "body" });
  }
  return [...found.values()];
}

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

/** The inputs of operators that hold biases and the scales of normalizations. */
const UNDECAYED_SLOTS: Readonly<Record<string, readonly number[]>> = {
  LayerNormalization: [1, 2],
  BatchNormalization: [1, 2, 3, 4],
  InstanceNormalization: [1, 2],
  GroupNormalization: [1, 2],
  SkipLayerNormalization: [2, 3, 4],
  BiasGelu: [1],
  Gemm: [2],
  Conv: [2],
  ConvTranspose: [2],
};

/** The biases and the scales of normalizations, by the operators that read them, whatever they are called: weight decay leaves them alone. */
export function undecayed(graph: Graph): Set<string> {
  const madeBy = producers(graph);
  const found = new Set<string>();
  for (const { opType, inputs } of graph.nodes) {
    for (const slot of UNDECAYED_SLOTS[opType] ?? []) if (graph.parameters.has(inputs[slot] ?? "")) found.add(inputs[slot]!);
    // The bias of a product that is no Gemm.
    if (opType !== "Add" || !inputs.some((input) => madeBy.get(input)?.opType === "MatMul")) continue;
    for (const input of inputs) if (typeOf(graph, input)?.shape?.length === 1 && graph.parameters.has(input)) found.add(input);
  }
  return found;
}

export interface RenewOptions {
  /** Value name of the present logits. */
  readonly logits: string;
  readonly classes: number;
  readonly weights: StateDict;
  /** Where the model came from, for messages. */
  readonly path: string;
}

/**
 * Makes the layer in front of the logits as wide as there are classes; its weights leave the table, to be drawn anew.
 * Throws `E_MODEL_FORMAT` when the logits come neither from a linear layer nor from the averaged channels of a convolution.
 */
export function renewLastLayer(graph: Graph, { logits, classes, weights, path }: RenewOptions): void {
  const last = lastClassLayer(graph);
  const isLayer = last?.opType === "Gemm" || last?.opType === "Conv";
  const names = isLayer ? last.inputs.slice(1).filter((name) => graph.parameters.has(name)) : [];
  if (!isLayer || names.length === 0) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `"${path}": the logits do not come from a linear layer, so it cannot be replaced by one for other labels.`,
    );
  }
  // A bias and a convolution's kernel have the classes first, as a linear weight that is used transposed.
  const isLastAxis = last.opType === "Gemm" && intAttribute(last, "transB", 0) === 0;
  for (const name of names) {
    const shape = typeOf(graph, name)!.shape!;
    const axis = isLastAxis ? shape.length - 1 : 0;
    const dims = shape.map((dim, i) => (i === axis ? classes : dim));
    graph.parameters.set(name, { dtype: "float32", shape: dims });
    weights.delete(name);
  }
  graph.outputs = [logits];
}

export interface PlacedSite extends DropoutSite {
  /** The value that is dropped out. */
  readonly value: string;
  /** Whether an item is dropped as a whole: stochastic depth. */
  readonly isItem?: boolean | undefined;
}

/**
 * Puts a `Dropout` node behind a value of an imported graph; one that the export kept there gets the site's name and rate instead.
 * The caller sorts the graph afterwards.
 */
export function placeDropout(graph: Graph, site: PlacedSite): void {
  const kept = (consumers(graph).get(site.value) ?? []).find((node) => node.opType === "Dropout");
  const ratio = freshName(graph, `${site.name}.ratio`);
  graph.initializers.set(ratio, floatTensor([site.rate], []));
  graph.literals.add(ratio);
  const form = {
    name: site.name,
    inputs: [site.value, ratio],
    attributes: { place: string(site.place), ...(site.isItem ? { items: int(1) } : {}) },
  };
  if (kept) {
    // What is dropped at once (a channel, an item) stays so.
    Object.assign(kept, { ...form, attributes: { ...kept.attributes, ...form.attributes } });
    return;
  }
  const output = freshName(graph, site.name);
  for (const node of graph.nodes) node.inputs = node.inputs.map((input) => (input === site.value ? output : input));
  graph.nodes.push({ ...form, opType: "Dropout", domain: "", outputs: [output] });
  graph.types.set(output, typeOf(graph, site.value)!);
}

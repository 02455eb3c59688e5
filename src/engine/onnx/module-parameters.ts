import { intAttribute } from "./attributes.js";
import { graphBuilder, int } from "./builder.js";
import { freshName, type Graph, type GraphNode, sortTopologically, valuesReadBy } from "./graph.js";
import { sizeOf, type Tensor } from "./tensor.js";

/** A weight: row-major float32 numbers. */
interface FloatTensor extends Tensor {
  readonly data: Float32Array;
}

/**
 * Gives each parameter of an exported module its own tensor under its own path again, in place. PyTorch's newer exporter merges tensors of
 * equal numbers (all biases of a fresh model), transposes the weights of linear layers under names of its own, and leaves out biases of
 * zeros. Which parameters an operation reads is noted at its nodes; a file without such notes stays as it is.
 */
export function restoreModuleParameters(graph: Graph): void {
  if (!graph.module) return;
  // Two readers of one path share its tensor: weights that the module shares are tied.
  const own = new Map(graph.initializers);
  for (const node of [...graph.nodes]) {
    const reads = weightsRead(node);
    if (reads.length === 0) continue;
    for (const [slot, input] of [...node.inputs.entries()]) {
      const tensor = own.get(input);
      const path = tensor && isFloat(tensor) ? pathAt(node, { slot, input, tensor, reads }) : undefined;
      if (path !== undefined && path !== input) readAs(graph, { node, slot, path, tensor: tensor as FloatTensor });
    }
    restoreBias(graph, node, reads);
  }
  // What nobody reads any more would be taken for the transpose of what was made of it.
  const read = new Set([...graph.nodes.flatMap(valuesReadBy), ...graph.outputs]);
  for (const name of own.keys()) if (!read.has(name)) graph.initializers.delete(name);
  sortTopologically(graph);
}

/** The parameters that an operation reads beside its input, which may be a parameter itself (a table that is normalized). */
function weightsRead({ origin, inputs }: GraphNode): readonly string[] {
  const reads = origin?.reads ?? [];
  const operator = origin?.operator ?? "";
  if (!WITH_INPUT.test(operator)) return reads;
  const isBeyond = reads.length > (/norm/.test(operator) && !/layer_norm/.test(operator) ? 4 : 2);
  return reads[0] === inputs[0] || isBeyond ? reads.slice(1) : reads;
}

const WITH_INPUT = /^aten\.(linear|conv\w*|layer_norm|batch_norm|_native_batch_norm\w*|instance_norm)\b/;

interface Reading {
  readonly node: GraphNode;
  readonly slot: number;
  readonly path: string;
  readonly tensor: FloatTensor;
}

/** Lets a node read the tensor of a path, which is made of what it read before. */
function readAs(graph: Graph, { node, slot, path, tensor }: Reading): void {
  const isProduct = node.opType === "MatMul" || (node.opType === "Gemm" && intAttribute(node, "transB", 0) === 0);
  const isTransposed = isLinear(node) && slot === 1 && isProduct && tensor.dims.length === 2;
  if (!graph.initializers.has(path)) {
    graph.initializers.set(path, isTransposed ? transposed(tensor) : { ...tensor, data: tensor.data.slice() });
  }
  if (!isTransposed) node.inputs[slot] = path;
  else if (node.opType === "Gemm") {
    node.inputs[slot] = path;
    node.attributes["transB"] = int(1);
  } else node.inputs[slot] = graphBuilder(graph).transpose(path, [1, 0]);
}

interface Slot {
  readonly slot: number;
  readonly input: string;
  readonly tensor: Tensor;
  readonly reads: readonly string[];
}

/** Per operator of PyTorch: which of the parameters that it reads a node's input is. */
const READERS: readonly (readonly [RegExp, (node: GraphNode, slot: Slot) => string | undefined])[] = [
  [
    /^aten\.linear\b/,
    // A matrix that is added is a product of constants, computed by the exporter.
    ({ opType }, { slot, reads, tensor: { dims } }) =>
      opType === "Add" || slot === 2 ? (dims.length < 2 ? reads[1] : undefined) : slot === 1 ? reads[0] : undefined,
  ],
  [
    /^aten\.(conv\w*|layer_norm|batch_norm|_native_batch_norm\w*|instance_norm)\b/,
    (node, { slot, reads }) => {
      // A convolution that a normalization was folded into carries the normalization's notes.
      if (slot === 0 || !isOwnOperator(node)) return undefined;
      // What is folded into a layer without a bias gives it one.
      return reads[slot - 1] ?? reads[0]?.replace(/\w+$/, "bias");
    },
  ],
  [/^aten\.embedding\b/, (_, { slot, reads }) => (slot === 0 ? reads[0] : undefined)],
];

function pathAt(node: GraphNode, slot: Slot): string | undefined {
  const { input, reads, tensor } = slot;
  const rule = READERS.find(([operator]) => operator.test(node.origin?.operator ?? ""));
  if (rule) return rule[1](node, slot);
  if (reads.includes(input)) return input;
  // A number that has no path may be part of the operation: an exponent, an epsilon.
  if (sizeOf(tensor.dims) === 1 && !isPath(input)) return undefined;
  if (reads.length === 1) return reads[0];
  const leaf = node.opType === "Add" ? /(bias|beta)$/ : node.opType === "Mul" ? /(weight|gamma|scale)$/ : /^$/;
  const fitting = reads.filter((path) => leaf.test(path));
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** Whether a node is what its operation is called: a `Conv` of a convolution, a normalization of a normalization. */
function isOwnOperator({ opType, origin }: GraphNode): boolean {
  return /^Conv/.test(opType) === /^aten\.conv/.test(origin?.operator ?? "");
}

function isPath(name: string): boolean {
  return name.includes(".");
}

function isLinear(node: GraphNode): boolean {
  return /^aten\.linear\b/.test(node.origin?.operator ?? "");
}

/** A bias that the operation reads and the node does not: it was left out because it was zero. */
function restoreBias(graph: Graph, node: GraphNode, reads: readonly string[]): void {
  const [weightPath, biasPath] = reads;
  const takesBias =
    ["Gemm", "Conv", "LayerNormalization"].includes(node.opType) &&
    /linear|conv|layer_norm/.test(node.origin!.operator!) &&
    (node.opType === "Gemm" || isOwnOperator(node));
  const isBare = node.opType === "MatMul" && isLinear(node) && !isBiased(graph, node);
  if (reads.length !== 2 || !biasPath || !(isBare || (takesBias && !node.inputs[2]))) return;
  const weight = graph.initializers.get(weightPath!);
  if (!weight) return;
  if (!graph.initializers.has(biasPath)) {
    const size = weight.dims[0]!;
    graph.initializers.set(biasPath, { dtype: weight.dtype, dims: [size], data: new Float32Array(size) });
  }
  if (!isBare) {
    node.inputs = [node.inputs[0]!, node.inputs[1]!, biasPath];
    return;
  }
  const [sum, product] = [node.outputs[0]!, freshName(graph, `${node.outputs[0]}.product`)];
  graph.types.set(product, graph.types.get(sum)!);
  node.outputs[0] = product;
  graph.nodes.push({
    opType: "Add",
    domain: "",
    name: `${node.name}.bias`,
    inputs: [product, biasPath],
    outputs: [sum],
    attributes: {},
    origin: node.origin!,
  });
}

/** Whether an addition of the same operation reads the product. */
function isBiased(graph: Graph, { outputs, origin }: GraphNode): boolean {
  const isSame = (other: GraphNode) =>
    other.origin?.module === origin?.module && String(other.origin?.reads) === String(origin?.reads);
  return graph.nodes.some((other) => other.opType === "Add" && other.inputs.includes(outputs[0]!) && isSame(other));
}

/**
 * Makes weights one that a source shares but its export stores twice: matrices of equal numbers, as they are or transposed. Tensors that
 * are equal because they were filled with one number stay apart.
 */
export function tieEqualMatrices(graph: Graph): void {
  const bySize = new Map<number, string[]>();
  const b = graphBuilder(graph);
  const replaced = new Map<string, string>();
  for (const [name, tensor] of graph.initializers) {
    if (!isFloat(tensor) || tensor.dims.length < 2 || isFilled(tensor)) continue;
    const size = tensor.data.length;
    const known = bySize.get(size) ?? [];
    bySize.set(size, [...known, name]);
    for (const other of known) {
      const first = graph.initializers.get(other) as FloatTensor;
      if (areEqual(first, tensor)) replaced.set(name, other);
      else if (areTransposed(first, tensor)) replaced.set(name, b.transpose(other, [1, 0]));
      else continue;
      break;
    }
  }
  if (replaced.size === 0) return;
  for (const node of graph.nodes) node.inputs = node.inputs.map((input) => replaced.get(input) ?? input);
  for (const name of replaced.keys()) graph.initializers.delete(name);
  sortTopologically(graph);
}

function areEqual(a: FloatTensor, b: FloatTensor): boolean {
  return a.dims.join() === b.dims.join() && a.data.every((value, i) => value === b.data[i]);
}

function areTransposed(a: FloatTensor, b: FloatTensor): boolean {
  if (a.dims.length !== 2 || b.dims.length !== 2 || a.dims[0] !== b.dims[1]) return false;
  const [rows, columns] = [a.dims[0]!, a.dims[1]!];
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) if (a.data[i * columns + j] !== b.data[j * rows + i]) return false;
  return true;
}

/** Whether all elements are the same number, as a fresh scale's or bias's are. */
export function isFilled({ data }: { readonly data: Float32Array }): boolean {
  return data.every((value) => value === data[0]);
}

function isFloat(tensor: Tensor): tensor is FloatTensor {
  return tensor.data instanceof Float32Array;
}

/** A matrix with rows and columns exchanged. */
export function transposed({ dims, data }: FloatTensor): FloatTensor {
  const [rows, columns] = [dims[0]!, dims[1]!];
  const result = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = data[i * columns + j]!;
  return { dtype: "float32", dims: [columns, rows], data: result };
}

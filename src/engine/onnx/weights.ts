import { consumers, type Graph, type GraphNode, MICROSOFT, operatorOf } from "./graph.js";
import { sizeOf } from "./tensor.js";

/** Per operator: the inputs that hold weights when they are constant. */
const WEIGHT_INPUTS: Readonly<Record<string, readonly number[]>> = {
  MatMul: [0, 1],
  Gemm: [0, 1, 2],
  Gather: [0],
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  LayerNormalization: [1, 2],
  // The running mean and variance behind them follow the data, not a gradient.
  BatchNormalization: [1, 2],
  InstanceNormalization: [1, 2],
  GroupNormalization: [1, 2],
  PRelu: [1],
  [`${MICROSOFT}:FusedMatMul`]: [0, 1],
  [`${MICROSOFT}:BiasGelu`]: [1],
  [`${MICROSOFT}:FastGelu`]: [1],
  [`${MICROSOFT}:SkipLayerNormalization`]: [2, 3, 4],
  [`${MICROSOFT}:EmbedLayerNormalization`]: [2, 3, 4, 5, 6],
  [`${MICROSOFT}:Attention`]: [1, 2],
};

/** Operators that only change the form of a weight on its way to where it is used. */
const CARRIERS = new Set(["Transpose", "Identity", "Cast", "Reshape", "Unsqueeze", "Squeeze"]);

/**
 * The names of the float initializers that are weights, judged by their use: operands of linear, embedding, convolution and
 * normalization operators, tokens joined to the computed ones, and what is added to or multiplied with a learned value (biases, the
 * scale of a decomposed LayerNorm).
 * Scalars, epsilons, masks and the constants of image normalization stay out.
 */
export function weightNames(graph: Graph): string[] {
  const readers = consumers(graph);
  const learned = learnedValues(graph);
  return [...graph.initializers]
    .filter(([, { dtype }]) => dtype.startsWith("float") || dtype === "bfloat16")
    .map(([name]) => name)
    .filter((name) => isWeight(name));

  function isWeight(root: string, value = root): boolean {
    return (readers.get(value) ?? []).some((node) => {
      if (CARRIERS.has(node.opType) && node.inputs[0] === value) return isWeight(root, node.outputs[0]!);
      if (node.opType === "Expand" && node.inputs[0] === value) return isToken(root, node.outputs[0]!);
      if (node.opType === "Concat") return isToken(root, value);
      const slots = WEIGHT_INPUTS[operatorOf(node)];
      // A group normalization is exported as an instance normalization without a scale of its own.
      if (node.opType === "InstanceNormalization" && isGenerated(root)) return false;
      if (slots) return slots.some((slot) => node.inputs[slot] === value);
      return (node.opType === "Add" || node.opType === "Mul") && isOperandWeight(root, value, node);
    });
  }

  /** A learned vector that is put in front of (or behind) the tokens that the model computes. */
  function isToken(root: string, value: string): boolean {
    if (isGenerated(root)) return false;
    return (readers.get(value) ?? []).some(
      (node) => node.opType === "Concat" && node.inputs.some((input) => input !== value && learned.has(input)),
    );
  }

  function isOperandWeight(root: string, value: string, node: GraphNode): boolean {
    const { dims } = graph.initializers.get(root)!;
    const other = node.inputs.find((input) => input !== value);
    if (other === undefined || dims.length === 0 || !learned.has(other)) return false;
    // A head with one output has a bias of one number; exporters name what came from a module by its path.
    if (sizeOf(dims) === 1) return /\.bias$/.test(root);
    // One number per channel, `[C]` or `[C, 1, 1]`, is a scale or a bias by any name.
    if (/^(\d+|(1,)*\d+(,1)+)$/.test(dims.join())) return true;
    return (root.includes(".") || /_(embed|embedding|embeddings)$/.test(root)) && !isGenerated(root);
  }
}

/** Whether an exporter made the name up: that of a parameter is its path. */
function isGenerated(name: string): boolean {
  return /^onnx::|^\/|_output_\d+$|^\d+$/.test(name);
}

/** The values that depend on some weight. */
function learnedValues(graph: Graph): Set<string> {
  const learned = new Set<string>();
  const constant = new Set(graph.initializers.keys());
  for (const name of graph.parameters.keys()) {
    constant.add(name);
    learned.add(name);
  }
  for (const node of graph.nodes) {
    const slots = WEIGHT_INPUTS[operatorOf(node)];
    const reads = slots?.some((slot) => constant.has(node.inputs[slot] ?? "") && !isIntegerConstant(graph, node.inputs[slot]!));
    if (CARRIERS.has(node.opType) && constant.has(node.inputs[0]!)) constant.add(node.outputs[0]!);
    if (reads || node.inputs.some((input) => learned.has(input))) for (const output of node.outputs) learned.add(output);
  }
  return learned;
}

function isIntegerConstant(graph: Graph, name: string): boolean {
  const tensor = graph.initializers.get(name);
  return tensor !== undefined && !tensor.dtype.startsWith("float") && tensor.dtype !== "bfloat16";
}

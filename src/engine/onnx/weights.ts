import { consumers, type Graph, type GraphNode, MICROSOFT, operatorOf } from "./graph.js";
import { FLAT } from "./operators.js";
import { sizeOf } from "./tensor.js";

/** Per operator: the inputs that hold weights when they are constant. */
const WEIGHT_INPUTS: Readonly<Record<string, readonly number[]>> = {
  MatMul: [0, 1],
  Gemm: [0, 1, 2],
  Gather: [0],
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  LayerNormalization: [1, 2],
  // The running mean and variance, which follow the data instead of a gradient, are saved and restored with the others.
  BatchNormalization: [1, 2, 3, 4],
  InstanceNormalization: [1, 2],
  GroupNormalization: [1, 2],
  PRelu: [1],
  Einsum: [0, 1, 2, 3],
  LSTM: [1, 2, 3, 7],
  GRU: [1, 2, 3],
  RNN: [1, 2, 3],
  [`${MICROSOFT}:FusedMatMul`]: [0, 1],
  [`${MICROSOFT}:FusedConv`]: [1, 2],
  [`${MICROSOFT}:FusedGemm`]: [0, 1, 2],
  [`${MICROSOFT}:SkipSimplifiedLayerNormalization`]: [2, 3],
  SimplifiedLayerNormalization: [1],
  [`${MICROSOFT}:BiasGelu`]: [1],
  [`${MICROSOFT}:FastGelu`]: [1],
  [`${MICROSOFT}:SkipLayerNormalization`]: [2, 3, 4],
  [`${MICROSOFT}:EmbedLayerNormalization`]: [2, 3, 4, 5, 6],
  [`${MICROSOFT}:Attention`]: [1, 2],
};

/** Operators that only change the form of a weight on its way to where it is used. */
const CARRIERS = new Set(["Transpose", "Identity", "Cast", "Reshape", "Unsqueeze", "Squeeze"]);

/** Per operator: the inputs that no gradient goes to: bounds, rates, factors of sizes. */
const SETTINGS: Readonly<Record<string, readonly number[]>> = {
  Clip: [1, 2],
  Dropout: [1, 2],
  Pad: [1, 2, 3],
  Resize: [1, 2, 3],
  Upsample: [1],
  Reshape: [1],
  Expand: [1],
  Tile: [1],
};

/** Buffers of modules, by the last part of their path: tables and masks that are made once, and the constants of image normalization. */
const BUFFERS =
  /(^|[._])(inv_freq|(original_)?inv_freq|freqs(_cis)?|(cos|sin)(_cached)?|attn_mask|attention_mask|causal_mask|mask|masked_bias|relative_coords_table|relative_position_index|position_ids|token_type_ids|pe|sinusoids?|mean|std|image_mean|image_std|anchors?|window|filterbank|eps|epsilon)$/;

/**
 * The names of the float initializers that are weights. Where the file lists the parameters of the module that it was exported from, these,
 * as far as they reach an output. Otherwise those that an output depends on in a way that has a gradient, but for what is known to be a
 * constant: written in the computation as such, named by the exporter and not by the module, or called as buffers are. What the exporter
 * named (it transposes and folds) is judged by its use, as operand of a linear, embedding, convolution or normalization operator.
 */
export function weightNames(graph: Graph): string[] {
  const readers = consumers(graph);
  const learned = learnedValues(graph);
  const live = differentiableValues(graph);
  return [...graph.initializers]
    .filter(([, { dtype }]) => dtype.startsWith("float") || dtype === "bfloat16")
    .map(([name]) => name)
    .filter(isLearned);

  function isLearned(name: string): boolean {
    const { module } = graph;
    if (module?.parameters.has(name)) return live.has(name);
    if (module?.buffers.has(name)) return isStatistic(name);
    if (isWeight(name)) return true;
    const isNamed = !module && !isGenerated(name) && !BUFFERS.test(name);
    return isNamed && !graph.literals.has(name) && live.has(name);
  }

  function isStatistic(name: string): boolean {
    return (readers.get(name) ?? []).some(({ opType }) => opType === "BatchNormalization");
  }

  function isWeight(root: string, value = root): boolean {
    return (readers.get(value) ?? []).some((node) => {
      if (CARRIERS.has(node.opType) && node.inputs[0] === value) return isWeight(root, node.outputs[0]!);
      if (node.opType === "Expand" && node.inputs[0] === value) return isToken(root, node.outputs[0]!);
      if (node.opType === "Concat") return isToken(root, value);
      const slots = WEIGHT_INPUTS[operatorOf(node)];
      // A group normalization is exported as an instance normalization without a scale of its own, and so is any without learned ones.
      if (node.opType === "InstanceNormalization" && isGenerated(root)) return false;
      if (/Normalization$/.test(node.opType) && isGenerated(root) && graph.literals.has(root)) return false;
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

/** Names of PyTorch's, TensorFlow's and ONNX's own exporters and optimizers for what has none in the source. */
const GENERATED =
  /^onnx::|^\/|_output_\d+$|^_?\d+$|^_?val_\d+$|^_?const(ant)?s?([_.:/]|$)|^const_fold_opt|^scalar|^c?_?lifted_tensor|\.(folded|ratio|zeros)(_\d+)?$|:\d+$/i;

/** Whether an exporter made the name up: that of a parameter is its path. */
export function isGenerated(name: string): boolean {
  return GENERATED.test(name);
}

/** The values that an output depends on in a way that has a gradient. */
function differentiableValues(graph: Graph): Set<string> {
  const live = new Set(graph.outputs);
  for (const node of [...graph.nodes].reverse()) {
    if (FLAT.has(node.opType) || !node.outputs.some((output) => live.has(output))) continue;
    const settings = SETTINGS[node.opType];
    node.inputs.forEach((input, i) => {
      if (!settings?.includes(i)) live.add(input);
    });
    for (const inner of subgraphsOf(node)) for (const read of inner.nodes.flatMap(({ inputs }) => inputs)) live.add(read);
  }
  return live;
}

function subgraphsOf(node: GraphNode): Graph[] {
  return Object.values(node.attributes).flatMap((attribute) => (attribute.kind === "graph" ? [attribute.value] : []));
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

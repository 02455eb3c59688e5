import { floatAttribute, intAttribute, stringAttribute } from "../attributes.js";
import { type GraphBuilder, graphBuilder, int } from "../builder.js";
import { type GraphNode, MICROSOFT, typeOf } from "../graph.js";
import type { GraphEditor } from "./editor.js";

type Decompose = (editor: GraphEditor, node: GraphNode) => void;

/** Activations that ONNX Runtime's optimizer fuses with the layer in front, by the numbers that it writes for them. */
const ACTIVATIONS: Readonly<Record<string, (b: GraphBuilder, x: string, parameters: readonly number[]) => string>> = {
  Relu: (b, x) => b.relu(x),
  Tanh: (b, x) => b.tanh(x),
  Sigmoid: (b, x) => b.sigmoid(x),
  LeakyRelu: (b, x, [alpha = 0.01]) => b.op("LeakyRelu", [x], { alpha: { kind: "float", value: alpha } }),
  Clip: (b, x, [low = -3.4e38, high = 3.4e38]) => b.op("Clip", [x, b.scalar(low), b.scalar(high)]),
  HardSigmoid: (b, x, [alpha = 0.2, beta = 0.5]) =>
    b.op("HardSigmoid", [x], { alpha: { kind: "float", value: alpha }, beta: { kind: "float", value: beta } }),
};

/** Fused operators that are a standard one and something behind or in front of it. */
export const FUSED_RULES: Readonly<Record<string, Decompose>> = {
  // activation(Conv(x, w, b) + z)
  FusedConv: (editor, node) => {
    const [x, weight, bias, added] = node.inputs;
    const { activation, activation_params: parameters, ...attributes } = node.attributes;
    const activate =
      typeof activation?.value === "string" ? ACTIVATIONS[activation.value] : (_: GraphBuilder, value: string) => value;
    if (!activate) return;
    const { b } = editor;
    const product = b.op("Conv", bias ? [x!, weight!, bias] : [x!, weight!], attributes);
    const sum = added ? b.add(product, added) : product;
    editor.replace(node.outputs[0]!, activate(b, sum, parameters?.kind === "floats" ? parameters.value : []) ?? sum);
  },
  // activation(Gemm(a, b, c))
  FusedGemm: (editor, node) => {
    const activate = ACTIVATIONS[stringAttribute(node, "activation", "")];
    if (!activate) return;
    const plain = Object.entries(node.attributes).filter(([name]) => !name.startsWith("activation"));
    const parameters = ["activation_alpha", "activation_beta"].flatMap((name) => floatAttribute(node, name) ?? []);
    const product = editor.b.op("Gemm", node.inputs, Object.fromEntries(plain));
    editor.replace(node.outputs[0]!, activate(editor.b, product, parameters));
  },
  // x sigmoid(alpha x)
  QuickGelu: ({ b, replace }, node) => {
    const x = node.inputs[0]!;
    replace(node.outputs[0]!, b.mul(x, b.sigmoid(b.mul(x, b.scalar(floatAttribute(node, "alpha", 1.702))))));
  },
  // A batch axis behind the rows is moved in front of them.
  FusedMatMul: (editor, node) => {
    for (const [slot, name] of ["transBatchA", "transBatchB"].entries()) {
      if (!intAttribute(node, name, 0)) continue;
      const rank = typeOf(editor.graph, node.inputs[slot]!)?.shape?.length;
      if (rank === undefined || rank < 3) return;
      const perm = [...Array.from({ length: rank - 2 }, (_, i) => i + 1), 0, rank - 1];
      node.inputs[slot] = graphBuilder(editor.graph).transpose(node.inputs[slot]!, perm);
      node.attributes[name] = int(0);
    }
  },
  SimplifiedLayerNormalization: (editor, node) => {
    const [x, scale] = node.inputs;
    if (node.outputs[1]) return;
    editor.replace(node.outputs[0]!, rootMeanSquare(editor.b, x!, scale!, floatAttribute(node, "epsilon", 1e-5)));
  },
  SkipSimplifiedLayerNormalization: (editor, node) => {
    const [x, skip, scale, bias] = node.inputs;
    if (node.outputs[1] || node.outputs[2]) return;
    const { b } = editor;
    const sum = b.add(bias ? b.add(x!, bias) : x!, skip!);
    const result = rootMeanSquare(b, sum, scale!, floatAttribute(node, "epsilon", 1e-5));
    if (node.outputs[3]) editor.replace(node.outputs[3], sum);
    editor.replace(node.outputs[0]!, result);
  },
};

/** Whether a node is one of ONNX Runtime's own, whatever domain its optimizer wrote it in. */
export function isFused({ domain, opType }: GraphNode): boolean {
  return domain === MICROSOFT || (domain === "" && opType === "SimplifiedLayerNormalization");
}

/** w x / sqrt(mean(x^2) + epsilon) over the last axis (Zhang and Sennrich 2019, arXiv:1910.07467) */
function rootMeanSquare(b: GraphBuilder, x: string, scale: string, epsilon: number): string {
  const mean = b.reduceMean(b.mul(x, x), b.int64s([-1]), { keepDims: true });
  return b.mul(b.div(x, b.sqrt(b.add(mean, b.scalar(epsilon)))), scale);
}

import { floatAttribute } from "../attributes.js";
import { type Graph, type GraphNode, MICROSOFT } from "../graph.js";
import { floatTensor } from "../tensor.js";
import { decomposeAttention, decomposeEmbeddings } from "./decompose-attention.js";
import { type Editor, edit } from "./editor.js";

/** ONNX Runtime's fused operators, found in files that its optimizer wrote, become standard ones, which can be differentiated. */
export function decomposeFused(graph: Graph): void {
  edit(graph, (editor) => {
    for (const node of [...graph.nodes]) if (node.domain === MICROSOFT) RULES[node.opType]?.(editor, node);
  });
}

const RULES: Readonly<Record<string, (editor: Editor, node: GraphNode) => void>> = {
  Attention: decomposeAttention,
  EmbedLayerNormalization: decomposeEmbeddings,
  Gelu: ({ b, replace }, { inputs, outputs }) => replace(outputs[0]!, b.gelu(inputs[0]!)),
  BiasGelu: ({ b, replace }, { inputs, outputs }) => replace(outputs[0]!, b.gelu(b.add(inputs[0]!, inputs[1]!))),
  FastGelu: ({ b, replace }, { inputs, outputs }) =>
    replace(outputs[0]!, b.gelu(inputs[1] ? b.add(inputs[0]!, inputs[1]) : inputs[0]!, "tanh")),
  LayerNormalization: (_, node) => {
    node.domain = "";
  },
  SkipLayerNormalization: (editor, node) => {
    const { b, replace } = editor;
    const [x, skip, scale, bias, added] = node.inputs;
    // Without statistics: training computes its own.
    if (node.outputs[1] || node.outputs[2]) return;
    const input = added ? b.add(x!, added) : x!;
    const sum = b.add(input, skip!);
    const width = Number(editor.shape(scale)?.[0]);
    const shift = bias || b.constant(floatTensor(new Float32Array(width)), `${scale}.zeros`);
    const result = b.layerNormalization(sum, scale!, shift, floatAttribute(node, "epsilon", 1e-12));
    if (node.outputs[3]) replace(node.outputs[3], sum);
    replace(node.outputs[0]!, result);
  },
};

import { floatAttribute } from "../attributes.js";
import { type Graph, type GraphNode, typeOf } from "../graph.js";
import { inferTypes, shapeValueOf } from "../infer.js";
import { DTYPES, type DType, floatTensor, type Tensor } from "../tensor.js";
import { widenGraph } from "../widen.js";
import { fuseAttentionScores } from "./attention.js";
import { decomposeAttention, decomposeEmbeddings } from "./decompose-attention.js";
import { FUSED_RULES, isFused } from "./decompose-fused.js";
import { editGraph, type GraphEditor } from "./editor.js";
import { fuseGelu } from "./gelu.js";
import { fuseLayerNormalization } from "./layer-normalization.js";
import { fuseLinear } from "./linear.js";
import { shareCommon } from "./share.js";
import { simplify } from "./simplify.js";

/** In this order: what one rewrite leaves is what the next one looks for. */
const REWRITES: readonly ((graph: Graph) => void)[] = [
  decomposeFused,
  simplify,
  foldConstants,
  shareCommon,
  fuseLayerNormalization,
  fuseGelu,
  fuseLinear,
  fuseAttentionScores,
  simplify,
  foldConstants,
  shareCommon,
  simplify,
];

/**
 * Rewrites an imported graph, in place, to the fused operators that the library's own models are built from, so that it
 * trains as fast as they do; outputs agree to rounding. Half precision becomes float32. `Dropout` nodes stay as the marks of
 * dropout sites and pass their input on. Works on weights that are initializers and on parameters alike.
 *
 * @example
 * ```ts with=engine
 * import { optimizeImport, readModel } from "baaljs/engine";
 *
 * const { graph } = await readModel("model.onnx");
 * optimizeImport(graph);
 * console.log(graph.nodes.map(({ opType }) => opType));
 * ```
 */
export function optimizeImport(graph: Graph): void {
  widenGraph(graph);
  inferTypes(graph);
  for (const rewrite of REWRITES) rewrite(graph);
}

/** Replaces small values that inference knows by number (sizes, axes, scales made from sizes) by constants. */
export function foldConstants(graph: Graph): void {
  editGraph(graph, ({ b, bypass, isWeight }) => {
    for (const node of [...graph.nodes]) {
      const output = node.outputs[0];
      if (!output || node.outputs.length !== 1 || node.inputs.some(isWeight)) continue;
      const value = shapeValueOf(graph, output);
      const type = typeOf(graph, output);
      if (!value || !type?.shape || type.shape.join() !== value.dims.join()) continue;
      const tensor = toTensor(value.elements, value.dims, type.dtype);
      if (tensor && !graph.outputs.includes(output)) bypass(output, b.constant(tensor, `${output}.folded`));
    }
  });
}

function toTensor(elements: readonly (number | string | undefined)[], dims: readonly number[], dtype: DType): Tensor | undefined {
  if (dtype === "string" || dtype === "float16" || dtype === "bfloat16") return undefined;
  if (!elements.every((element) => typeof element === "number")) return undefined;
  const numbers = elements as readonly number[];
  const isWide = dtype === "int64" || dtype === "uint64";
  // Beyond 2^53 a number is not exact ("to the end" is 2^63 - 1): such values stay computed.
  if (isWide && !numbers.every(Number.isSafeInteger)) return undefined;
  const data = new DTYPES[dtype].array(numbers.length);
  numbers.forEach((element, i) => {
    data[i] = isWide ? BigInt(element) : element;
  });
  return { dtype, dims, data };
}

/** ONNX Runtime's fused operators, found in files that its optimizer wrote, become standard ones, which can be differentiated. */
export function decomposeFused(graph: Graph): void {
  editGraph(graph, (editor) => {
    for (const node of [...graph.nodes]) if (isFused(node)) RULES[node.opType]?.(editor, node);
  });
}

const RULES: Readonly<Record<string, (editor: GraphEditor, node: GraphNode) => void>> = {
  ...FUSED_RULES,
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

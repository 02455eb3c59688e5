import { floatAttribute, intAttribute, intsAttribute } from "../attributes.js";
import { type Graph, type GraphNode, MICROSOFT } from "../graph.js";
import { editGraph, type GraphEditor, operandPairs } from "./editor.js";

/**
 * The scores of attention: scaling of either factor or of the product, and the transposition of the second factor, become
 * parts of one FusedMatMul.
 */
export function fuseAttentionScores(graph: Graph): void {
  editGraph(graph, (editor) => {
    for (const node of [...graph.nodes]) if (node.opType === "MatMul" && node.domain === "") fuseFactors(editor, node);
    for (const node of [...graph.nodes])
      if (node.opType === "FusedMatMul" && node.domain === MICROSOFT) fuseResultScale(editor, node);
  });
}

interface Factor {
  readonly value: string;
  readonly scale: number;
  readonly transposed: boolean;
}

function fuseFactors(editor: GraphEditor, node: GraphNode): void {
  const rank = editor.shape(node.inputs[0])?.length ?? 0;
  if (rank < 3 || editor.shape(node.inputs[1])?.length !== rank) return;
  const left = scaled(editor, node.inputs[0]!);
  const right = transposed(editor, scaled(editor, node.inputs[1]!));
  const alpha = left.scale * right.scale;
  if (alpha === 1 && !right.transposed) return;
  editor.replace(node.outputs[0]!, editor.b.fusedMatMul(left.value, right.value, { transB: right.transposed, alpha }));
}

/** Moves a scaling of the scores, which are read by nothing else, into the product. */
function fuseResultScale(editor: GraphEditor, node: GraphNode): void {
  const product = node.outputs[0]!;
  const result = editor.isInternal(product) ? editor.readers(product)[0]!.outputs[0]! : undefined;
  const { value, scale } = result === undefined ? { value: "", scale: 1 } : scaledOnce(editor, result);
  if (value !== product || result === undefined) return;
  const alpha = floatAttribute(node, "alpha", 1) * scale;
  const flags = { transA: intAttribute(node, "transA", 0) === 1, transB: intAttribute(node, "transB", 0) === 1, alpha };
  editor.replace(result, editor.b.fusedMatMul(node.inputs[0]!, node.inputs[1]!, flags));
}

function scaled(editor: GraphEditor, value: string): Factor {
  const { value: inner, scale } = scaledOnce(editor, value);
  return { value: inner, scale, transposed: false };
}

function scaledOnce(editor: GraphEditor, value: string): { readonly value: string; readonly scale: number } {
  const node = editor.producer(value, "Mul", "Div");
  for (const [inner, constant] of node ? operandPairs(node) : []) {
    const factor = editor.scalar(constant);
    if (factor === undefined || factor === 0 || (editor.shape(constant)?.length ?? 0) > (editor.shape(inner)?.length ?? 0))
      continue;
    if (node!.opType === "Mul") return { value: inner, scale: factor };
    if (constant === node!.inputs[1]) return { value: inner, scale: 1 / factor };
  }
  return { value, scale: 1 };
}

/** Undoes the exchange of the last two axes. A scaling may stand on either side of it. */
function transposed(editor: GraphEditor, factor: Factor): Factor {
  const node = editor.producer(factor.value, "Transpose");
  const perm = node && intsAttribute(node, "perm");
  if (!perm || perm.length < 3) return factor;
  const inner = scaledOnce(editor, node.inputs[0]!);
  const exchanged = [...perm.slice(0, -2), perm.at(-1)!, perm.at(-2)!];
  // Heads come as [batch, length, head, size]; turning them by [0, 2, 3, 1] exchanges two axes more than [0, 2, 1, 3].
  const isPlain = exchanged.every((axis, i) => axis === i);
  if (!isPlain && perm.at(-1)! > perm.at(-2)!) return factor;
  const value = isPlain ? inner.value : editor.b.transpose(inner.value, exchanged);
  return { value, scale: factor.scale * inner.scale, transposed: true };
}

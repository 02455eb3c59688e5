import { intsAttribute } from "../attributes.js";
import { int } from "../builder.js";
import { isStatic } from "../dims.js";
import type { Graph, GraphNode } from "../graph.js";
import { editGraph, type GraphEditor, operandPairs } from "./editor.js";

/**
 * `MatMul` with a weight matrix, and the bias added to it, becomes a `Gemm` on the flattened rows: one fast operator in both
 * directions. A weight that is transposed first (PyTorch's layout) goes in as it is, with transB.
 */
export function fuseLinear(graph: Graph): void {
  editGraph(graph, (editor) => {
    for (const node of [...graph.nodes]) if (node.opType === "MatMul" && node.domain === "") rewrite(editor, node);
  });
}

function rewrite(editor: GraphEditor, node: GraphNode): void {
  const { b } = editor;
  const x = node.inputs[0]!;
  const shape = editor.shape(x);
  const weight = weightOf(editor, node.inputs[1]!);
  if (!weight || !shape || shape.length < 2) return;
  const [inputs, outputs] = weight.transB ? [weight.dims[1]!, weight.dims[0]!] : [weight.dims[0]!, weight.dims[1]!];
  const added = biasOf(editor, node.outputs[0]!, outputs);
  const rows = shape.length === 2 ? x : b.reshape(x, b.int64s([-1, inputs]));
  const product = b.op("Gemm", added ? [rows, weight.name, added.bias] : [rows, weight.name], {
    transB: int(Number(weight.transB)),
  });
  const result = shape.length === 2 ? product : b.reshape(product, rowShape());
  editor.replace(added?.sum ?? node.outputs[0]!, result);

  /** From x itself, not from the model's inputs: the batch may be another one there, when draws are batched together. */
  function rowShape(): string {
    if (inputs === outputs) return b.shape(x);
    return b.concat([b.op("Shape", [x], { start: int(0), end: int(-1) }), b.int64s([outputs])], 0);
  }
}

interface Weight {
  readonly name: string;
  readonly dims: readonly number[];
  readonly transB: boolean;
}

function weightOf(editor: GraphEditor, value: string): Weight | undefined {
  const transpose = editor.producer(value, "Transpose");
  const isMatrix = transpose && (intsAttribute(transpose, "perm") ?? [1, 0]).join() === "1,0";
  const name = isMatrix ? transpose.inputs[0]! : value;
  const dims = editor.shape(name);
  if (!editor.isConstant(name) || dims?.length !== 2 || !isStatic(dims)) return undefined;
  return { name, dims, transB: name !== value };
}

/** The vector that the only reader of the product adds to it, and the sum. */
function biasOf(editor: GraphEditor, product: string, size: number): { readonly bias: string; readonly sum: string } | undefined {
  const add = editor.isInternal(product) ? editor.readers(product)[0]! : undefined;
  if (add?.opType !== "Add") return undefined;
  const bias = operandPairs(add).find(([left]) => left === product)?.[1];
  if (bias === undefined || !editor.isConstant(bias) || editor.shape(bias)?.join() !== String(size)) return undefined;
  return { bias, sum: add.outputs[0]! };
}

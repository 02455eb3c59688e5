import { intAttribute } from "../attributes.js";
import { float, int } from "../builder.js";
import type { Graph, GraphNode } from "../graph.js";
import { shapeValueOf } from "../infer.js";
import { editGraph, type GraphEditor, isClose, operandPairs } from "./editor.js";

/** `(x - mean) / sqrt(variance + epsilon) * scale + bias`, node by node, becomes one LayerNormalization. */
export function fuseLayerNormalization(graph: Graph): void {
  editGraph(graph, (editor) => {
    for (const node of [...graph.nodes]) {
      const found = node.opType === "Add" ? match(editor, node) : undefined;
      if (!found) continue;
      const { x, scale, bias, epsilon } = found;
      const made = editor.b.op("LayerNormalization", [x, scale, bias], { axis: int(-1), epsilon: float(epsilon) });
      editor.replace(node.outputs[0]!, made);
    }
  });
}

interface Match {
  readonly x: string;
  readonly scale: string;
  readonly bias: string;
  readonly epsilon: number;
}

function match(editor: GraphEditor, add: GraphNode): Match | undefined {
  for (const [scaled, bias] of operandPairs(add)) {
    const multiply = editor.producer(scaled, "Mul");
    if (!multiply || !isVector(editor, bias)) continue;
    for (const [normalized, scale] of operandPairs(multiply)) {
      const found = isVector(editor, scale) ? matchNormalized(editor, normalized) : undefined;
      if (found) return { ...found, scale, bias };
    }
  }
  return undefined;
}

/** `centred / deviation`, also written `centred * (1 / deviation)`. */
function matchNormalized(editor: GraphEditor, value: string): { readonly x: string; readonly epsilon: number } | undefined {
  const divide = editor.producer(value, "Div");
  if (divide) return matchParts(editor, divide.inputs[0]!, divide.inputs[1]!);
  const multiply = editor.producer(value, "Mul");
  for (const [centred, inverse] of multiply ? operandPairs(multiply) : []) {
    const reciprocal = editor.producer(inverse, "Reciprocal", "Div");
    const isInverse = reciprocal && (reciprocal.opType === "Reciprocal" || editor.scalar(reciprocal.inputs[0]) === 1);
    const found = isInverse ? matchParts(editor, centred, reciprocal.inputs.at(-1)!) : undefined;
    if (found) return found;
  }
  return undefined;
}

function matchParts(editor: GraphEditor, centred: string, deviation: string) {
  const subtract = editor.producer(centred, "Sub");
  const root = editor.producer(deviation, "Sqrt", "Pow");
  if (!subtract || !root || (root.opType === "Pow" && editor.scalar(root.inputs[1]) !== 0.5)) return undefined;
  const x = subtract.inputs[0]!;
  const sum = editor.producer(root.inputs[0], "Add");
  if (!sum || lastAxisMean(editor, subtract.inputs[1]) !== x) return undefined;
  for (const [variance, constant] of operandPairs(sum)) {
    const epsilon = editor.scalar(constant);
    if (epsilon !== undefined && isSquare(editor, lastAxisMean(editor, variance), centred)) return { x, epsilon };
  }
  return undefined;
}

function isSquare(editor: GraphEditor, value: string | undefined, of: string): boolean {
  const node = editor.producer(value, "Pow", "Mul");
  if (!node || !sameValue(editor, node.inputs[0]!, of)) return false;
  return node.opType === "Pow" ? isClose(editor.scalar(node.inputs[1]), 2) : sameValue(editor, node.inputs[1]!, of);
}

/** Exporters may subtract the mean twice: the same node, or another with the same inputs. */
function sameValue(editor: GraphEditor, a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [editor.producer(a, "Sub"), editor.producer(b, "Sub")];
  return left !== undefined && right !== undefined && left.inputs.join() === right.inputs.join();
}

/** The value that a mean over the last axis, which it keeps as 1, is taken of. */
function lastAxisMean(editor: GraphEditor, value: string | undefined): string | undefined {
  const node = editor.producer(value, "ReduceMean");
  const rank = editor.shape(node?.inputs[0])?.length;
  if (!node || rank === undefined || intAttribute(node, "keepdims", 1) !== 1) return undefined;
  const axes = shapeValueOf(editor.graph, node.inputs[1] ?? "")?.elements;
  return axes?.length === 1 && (axes[0] === -1 || axes[0] === rank - 1) ? node.inputs[0] : undefined;
}

function isVector(editor: GraphEditor, value: string): boolean {
  return editor.isConstant(value) && editor.shape(value)?.length === 1;
}

import { intAttribute, intsAttribute } from "../attributes.js";
import { broadcastShapes, isStatic, isUnknown } from "../dims.js";
import { type Graph, type GraphNode, typeOf } from "../graph.js";
import { shapeValueOf } from "../infer.js";
import { BROADCASTING, COMPARISONS } from "../operators.js";
import type { Dim, Shape } from "../tensor.js";
import { editGraph, type GraphEditor, operandPairs } from "./editor.js";

/**
 * Removes operators that change nothing, joins chains of reshapes, and writes the targets of reshapes as constants.
 *
 * @example
 * ```ts with=engine
 * import { simplify } from "baaljs/engine";
 *
 * simplify(graph);
 * ```
 */
export function simplify(graph: Graph): void {
  editGraph(graph, (editor) => {
    for (const node of [...graph.nodes]) {
      if (node.domain !== "") continue;
      if (node.opType === "Dropout") stopTraining(node);
      const source = UNCHANGED[node.opType]?.(editor, node);
      if (source !== undefined && node.outputs.slice(1).every((output) => output === "")) editor.bypass(node.outputs[0]!, source);
      else if (node.opType === "Reshape") simplifyReshape(editor, node);
      else if (node.opType === "Expand") dropExpansion(editor, node);
    }
  });
}

/** Per operator: the value that the node only passes on, if so. `Dropout` stays: it marks where dropout belongs. */
const UNCHANGED: Readonly<Record<string, (editor: GraphEditor, node: GraphNode) => string | undefined>> = {
  Identity: (_, node) => node.inputs[0],
  Cast: ({ graph }, node) => {
    const [from, to] = [typeOf(graph, node.inputs[0]!), typeOf(graph, node.outputs[0]!)];
    // Without a shape the type is a guess, too.
    return from?.shape && from.dtype === to?.dtype ? node.inputs[0] : undefined;
  },
  Reshape: sameShape,
  Expand: sameShape,
  Slice: sameShape,
  Pad: ({ graph }, node) =>
    shapeValueOf(graph, node.inputs[1]!)?.elements.every((pad) => pad === 0) ? node.inputs[0] : undefined,
  Concat: (_, node) => (node.inputs.length === 1 ? node.inputs[0] : undefined),
  Transpose: (_, node) => (intsAttribute(node, "perm")?.every((axis, i) => axis === i) ? node.inputs[0] : undefined),
  Mul: (editor, node) => neutral(editor, node, 1),
  Add: (editor, node) => neutral(editor, node, 0),
  Div: (editor, node) => (editor.scalar(node.inputs[1]) === 1 ? keepsShape(editor, node, node.inputs[0]!) : undefined),
  Sub: (editor, node) => (editor.scalar(node.inputs[1]) === 0 ? keepsShape(editor, node, node.inputs[0]!) : undefined),
};

function neutral(editor: GraphEditor, node: GraphNode, element: number): string | undefined {
  const kept = operandPairs(node).find(([, constant]) => editor.scalar(constant) === element)?.[0];
  return kept === undefined ? undefined : keepsShape(editor, node, kept);
}

function keepsShape(editor: GraphEditor, node: GraphNode, value: string): string | undefined {
  return isSame(editor.shape(value), editor.shape(node.outputs[0])) ? value : undefined;
}

function sameShape(editor: GraphEditor, node: GraphNode): string | undefined {
  // A step of -1 keeps the shape and reverses the order.
  if (
    node.opType === "Slice" &&
    node.inputs[4] &&
    !shapeValueOf(editor.graph, node.inputs[4])?.elements.every((step) => step === 1)
  ) {
    return undefined;
  }
  return keepsShape(editor, node, node.inputs[0]!);
}

function isSame(a: Shape | undefined, b: Shape | undefined): boolean {
  return a !== undefined && b !== undefined && a.length === b.length && a.every((dim, i) => dim === b[i] && !isUnknown(dim));
}

const REPEATING = new Set([...BROADCASTING, ...COMPARISONS, "Where"]);

/** Operators broadcast by themselves: an operand need not be repeated first where the other operands have the full shape. */
function dropExpansion({ graph, readers, shape }: GraphEditor, node: GraphNode): void {
  const [value, source] = [node.outputs[0]!, node.inputs[0]!];
  for (const reader of readers(value)) {
    if (reader.domain !== "" || !REPEATING.has(reader.opType)) continue;
    const inputs = reader.inputs.map((input) => (input === value ? source : input));
    const shapes = inputs.map((input) => shape(input));
    if (!shapes.every((known) => known !== undefined)) continue;
    const joined = broadcastShapes(shapes, () => "?");
    if (joined !== "mismatch" && isSame(joined, typeOf(graph, reader.outputs[0]!)?.shape)) reader.inputs = inputs;
  }
}

function simplifyReshape(editor: GraphEditor, node: GraphNode): void {
  const { graph, b } = editor;
  const target = shapeValueOf(graph, node.inputs[1]!)?.elements;
  // A 0 refers to the shape in between, which is about to go.
  const before = target?.every((dim) => dim !== 0 && dim !== undefined) ? editor.producer(node.inputs[0], "Reshape") : undefined;
  if (before) node.inputs[0] = before.inputs[0]!;
  const [from, to] = [editor.shape(node.inputs[0]), editor.shape(node.outputs[0])];
  if (!from || !to || graph.initializers.has(node.inputs[1]!) || intAttribute(node, "allowzero", 0)) return;
  const constant = constantTarget(from, to);
  if (constant) node.inputs[1] = b.int64s(constant);
}

/** The target in numbers: sizes that are known, 0 for an axis that stays where it is, at most one -1. */
function constantTarget(from: Shape, to: Shape): number[] | undefined {
  if (isStatic(to)) return to.includes(0) ? undefined : [...to];
  let open = 0;
  const target = to.map((dim: Dim, i) => {
    if (typeof dim === "number") return dim;
    if (dim === from[i] && !isUnknown(dim)) return 0;
    open++;
    return -1;
  });
  return open <= 1 && !to.includes(0) ? target : undefined;
}

/** An export in training mode would draw its own masks; without that flag the node passes its input on and keeps its place. */
function stopTraining(node: GraphNode): void {
  if (node.inputs.length > 2) node.inputs.length = 2;
}

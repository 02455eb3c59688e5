import { BaalError } from "../../core/errors.js";
import { floatAttribute, intAttribute } from "../../engine/onnx/attributes.js";
import { type Graph, type GraphNode, producers, replaceUses, typeOf } from "../../engine/onnx/graph.js";
import { shapeValueOf } from "../../engine/onnx/infer.js";

/** What an export's output was before it was taken back to logits. */
export type ClassifierEnd = "logits" | "probabilities" | "probabilities of each label";

interface EndContext {
  readonly graph: Graph;
  readonly madeBy: ReadonlyMap<string, GraphNode>;
}

/** Nodes that move or convert numbers and leave each what it is. */
const CARRIERS = new Set(["Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Dropout"]);

/** Nodes behind which probabilities are numbers of another kind, or whose result is a mixture of its operands. */
const CHANGING = new Set([
  ...["Add", "Sub", "Div", "Pow", "Sqrt", "Concat", "Gather", "Slice", "Max", "Min", "Mean", "Sum", "Round", "Neg"],
  ...[
    "ArgMax",
    "ArgMin",
    "TopK",
    "Greater",
    "GreaterOrEqual",
    "Less",
    "Where",
    "ReduceMax",
    "ReduceMean",
    "ReduceSum",
    "Hardmax",
  ],
  ...["Exp", "Log", "Clip", "Mul", "Transpose", "Softmax", "LogSoftmax", "Sigmoid"],
]);

/**
 * Takes a graph that ends in probabilities back to its logits, in place: a softmax, a sigmoid, their logarithms and a softmax that is written
 * out are taken off, with the bounds that follow them. What moves the numbers without changing them stays. Throws `E_MODEL_FORMAT`,
 * naming the file and the node, for an end that is made of probabilities in another way.
 */
export function takeBackToLogits(graph: Graph, output: string, path: string): ClassifierEnd {
  const context: EndContext = { graph, madeBy: producers(graph) };
  /** Nodes to take off: the value of each, and what its readers get instead. */
  const removed: [string, string][] = [];
  let pending: "Exp" | "Log" | undefined;
  for (let node = context.madeBy.get(output); node; node = context.madeBy.get(node.inputs[0] ?? "")) {
    const [value, source] = [node.outputs[0]!, node.inputs[0]!];
    if (CARRIERS.has(node.opType)) continue;
    if (node.opType === "Clip" && isBoundsOfProbabilities(context, node)) removed.push([value, source]);
    else if ((node.opType === "Exp" || node.opType === "Log") && pending === undefined) {
      pending = node.opType;
      removed.push([value, source]);
    } else {
      const end = endOf(context, node, pending);
      if (end) {
        if (end.kind === "probabilities") assertOverClasses(context, { node, scores: end.scores, path });
        for (const [from, to] of [...removed, [value, end.scores] as const]) replaceUses(graph, from, to);
        return end.kind;
      }
      break;
    }
  }
  assertNoProbabilities(context, { output, path });
  return "logits";
}

interface FoundEnd {
  readonly kind: ClassifierEnd;
  /** The value that the probabilities are of. */
  readonly scores: string;
}

function endOf(context: EndContext, node: GraphNode, pending: "Exp" | "Log" | undefined): FoundEnd | undefined {
  const scores = node.inputs[0]!;
  if (node.domain !== "") return undefined;
  if (node.opType === "Softmax" && pending !== "Exp") return { kind: "probabilities", scores };
  if (node.opType === "LogSoftmax" && pending !== "Log") return { kind: "probabilities", scores };
  if (node.opType === "Sigmoid" && pending !== "Exp") return { kind: "probabilities of each label", scores };
  return node.opType === "Div" && pending !== "Exp" ? writtenOut(context, node) : undefined;
}

/** exp(z) / sum exp(z), where z may have its largest element subtracted, which changes nothing. */
function writtenOut({ madeBy }: EndContext, divide: GraphNode): FoundEnd | undefined {
  const [above, below] = divide.inputs.map((input) => madeBy.get(input));
  if (above?.opType !== "Exp" || below?.opType !== "ReduceSum" || below.inputs[0] !== above.outputs[0]) return undefined;
  const shift = madeBy.get(above.inputs[0]!);
  const isShifted = shift?.opType === "Sub" && madeBy.get(shift.inputs[1]!)?.opType === "ReduceMax";
  return { kind: "probabilities", scores: isShifted ? shift.inputs[0]! : above.inputs[0]! };
}

function assertOverClasses(
  { graph }: EndContext,
  { node, scores, path }: { readonly node: GraphNode; readonly scores: string; readonly path: string },
): void {
  const shape = typeOf(graph, scores)?.shape;
  const given = intAttribute(node, "axis", -1);
  const axis = given < 0 ? given + (shape?.length ?? 0) : given;
  const isOverClasses = axis > 0 && shape?.every((dim, i) => i === 0 || i === axis || dim === 1);
  if (node.opType === "Div" || !shape || isOverClasses) return;
  throw new BaalError(
    "E_MODEL_FORMAT",
    `"${path}" ends in the ${node.opType} node "${node.name}" over axis ${axis} of [${shape}], which are not its classes: its output is no distribution over labels. Export the model without it.`,
  );
}

/** Lower bounds near 0 and upper bounds near 1, as they keep logarithms finite. */
function isBoundsOfProbabilities({ graph }: EndContext, node: GraphNode): boolean {
  const bound = (i: number) => (node.inputs[i] ? shapeValueOf(graph, node.inputs[i])?.elements[0] : undefined);
  const [low, high] = [bound(1) ?? floatAttribute(node, "min", 0), bound(2) ?? floatAttribute(node, "max", 1)];
  return typeof low === "number" && typeof high === "number" && low <= 0.01 && low >= -1e-6 && high >= 0.99 && high <= 1 + 1e-6;
}

/** A softmax or sigmoid of the classes between the last layer and the output that could not be taken off. */
function assertNoProbabilities(context: EndContext, { output, path }: { readonly output: string; readonly path: string }): void {
  const { graph, madeBy } = context;
  const seen = new Set<GraphNode>();
  const pending = [output];
  while (pending.length > 0) {
    const node = madeBy.get(pending.pop()!);
    if (!node || seen.has(node) || !(CARRIERS.has(node.opType) || CHANGING.has(node.opType))) continue;
    seen.add(node);
    const computed = node.inputs.filter((input) => madeBy.has(input));
    // x sigmoid(x) is an activation, and weights from a softmax are attention.
    if (node.opType === "Mul" && computed.length > 1) continue;
    if (["Softmax", "LogSoftmax", "Sigmoid"].includes(node.opType) && isOfItems(graph, node)) {
      const last = behindCarriers(madeBy, output)!;
      throw new BaalError(
        "E_MODEL_FORMAT",
        `"${path}" ends in the ${last.opType} node "${last.name}", which makes something else of the probabilities of the ${node.opType} node "${node.name}": logits cannot be read from it. Export the model with its logits as output.`,
      );
    }
    pending.push(...computed);
  }
}

/** The node that made the numbers of a value. */
export function behindCarriers(madeBy: ReadonlyMap<string, GraphNode>, value: string): GraphNode | undefined {
  let node = madeBy.get(value);
  while (node && CARRIERS.has(node.opType)) node = madeBy.get(node.inputs[0]!);
  return node;
}

function isOfItems(graph: Graph, { outputs }: GraphNode): boolean {
  const shape = typeOf(graph, outputs[0]!)?.shape;
  return shape?.[0] === "batch" && shape.slice(2).every((dim) => dim === 1);
}

import { intAttribute, intsAttribute } from "../attributes.js";
import { multiplyDims } from "../dims.js";
import type { GraphNode } from "../graph.js";
import { BROADCASTING, COMPARISONS, ELEMENTWISE } from "../operators.js";
import type { Shape } from "../tensor.js";

/**
 * A part of a value that is all that its readers want: the first position of an axis, or, where that axis was merged with the
 * one before it into rows, the first row of each group.
 */
export interface Selection {
  readonly kind: "first" | "merged";
  readonly axis: number;
}

/** The part of an input that a node needs: all of it, a part, or nothing (the input will be replaced). */
export type Demand = "full" | "nothing" | Selection;

interface RuleContext {
  readonly node: GraphNode;
  /** The part wanted of the node's first output. */
  readonly wanted: Selection;
  readonly output: Shape;
  readonly inputs: readonly (Shape | undefined)[];
}

/** The demand on each input, or `undefined` when the node cannot compute the selection alone. */
export type SelectionRule = (context: RuleContext) => readonly Demand[] | undefined;

/**
 * How operators pass a selection on to their inputs. An operator that is not here needs everything, which costs time, not correctness; the
 * families of `operators.ts` are in.
 */
export const SELECTION_RULES: Readonly<Record<string, SelectionRule>> = {
  ...table(unary, [...ELEMENTWISE, "Cast", "Dropout", "IsInf", "IsNaN"]),
  ...table(broadcast, [...BROADCASTING, ...COMPARISONS, "Where"]),
  ...table(matMul, ["MatMul", "com.microsoft:FusedMatMul"]),
  LayerNormalization: (context) => (isBefore(context, intAttribute(context.node, "axis", -1)) ? unary(context) : undefined),
  Softmax: (context) => (isOther(context, intAttribute(context.node, "axis", -1)) ? unary(context) : undefined),
  LogSoftmax: (context) => (isOther(context, intAttribute(context.node, "axis", -1)) ? unary(context) : undefined),
  Gemm: ({ node, wanted, inputs }) => {
    if (wanted.axis !== 0 || intAttribute(node, "transA", 0) || (inputs[2]?.length ?? 0) > 1) return undefined;
    return node.inputs.map((_, i) => (i === 0 ? wanted : "full"));
  },
  Transpose: ({ node, wanted, output }) => {
    const perm = intsAttribute(node, "perm") ?? output.map((_, i) => output.length - 1 - i);
    return wanted.kind === "first" ? [{ kind: "first", axis: perm[wanted.axis]! }] : undefined;
  },
  Reshape: ({ wanted, output, inputs: [input] }) => {
    const source = input && reshaped(wanted, input, output);
    // The target is written anew.
    return source && narrowTarget(output, wanted) ? [source, "nothing"] : undefined;
  },
};

/** The constant target of a `Reshape` that makes the selected part of `output`; `undefined` when two sizes are open. */
export function narrowTarget(output: Shape, wanted: Selection): readonly number[] | undefined {
  const target = output.map((dim, i) =>
    i === wanted.axis ? (wanted.kind === "first" ? 1 : -1) : typeof dim === "number" ? dim : -1,
  );
  return target.filter((dim) => dim === -1).length <= 1 ? target : undefined;
}

function reshaped({ kind, axis }: Selection, from: Shape, to: Shape): Selection | undefined {
  const before = to.slice(0, axis + 1);
  if (before.every((dim, i) => dim === from[i])) return { kind, axis };
  if (kind === "first" && axis > 0) {
    const at = axis - 1;
    const isSplit = before.slice(0, at).every((dim, i) => dim === from[i]) && multiplyDims(to.slice(at, axis + 1)) === from[at];
    return isSplit ? { kind: "merged", axis: at } : undefined;
  }
  const isMerged = to.slice(0, axis).every((dim, i) => dim === from[i]) && multiplyDims(from.slice(axis, axis + 2)) === to[axis];
  return kind === "merged" && isMerged ? { kind: "first", axis: axis + 1 } : undefined;
}

function unary({ node, wanted }: RuleContext): readonly Demand[] {
  return node.inputs.map((_, i) => (i === 0 ? wanted : "full"));
}

function broadcast({ wanted, output, inputs }: RuleContext): readonly Demand[] | undefined {
  const demands: Demand[] = [];
  for (const shape of inputs) {
    if (!shape) return undefined;
    const axis = wanted.axis - (output.length - shape.length);
    const dim = axis < 0 ? 1 : shape[axis]!;
    if (dim !== 1 && dim !== output[wanted.axis]) return undefined;
    demands.push(dim === 1 ? "full" : { kind: wanted.kind, axis });
  }
  return demands;
}

/** Rows of the left factor make the same rows of the product. */
function matMul({ node, wanted, output, inputs: [left, right] }: RuleContext): readonly Demand[] | undefined {
  const isRow = wanted.axis === output.length - 2 && left?.length === output.length && (right?.length ?? 0) >= 2;
  return isRow && !intAttribute(node, "transA", 0) ? [wanted, "full"] : undefined;
}

function isBefore({ wanted, output }: RuleContext, axis: number): boolean {
  return wanted.axis < (axis < 0 ? axis + output.length : axis);
}

function isOther({ wanted, output }: RuleContext, axis: number): boolean {
  return wanted.axis !== (axis < 0 ? axis + output.length : axis);
}

function table(rule: SelectionRule, names: readonly string[]): Record<string, SelectionRule> {
  return Object.fromEntries(names.map((name) => [name, rule]));
}

import type { GraphBuilder } from "../onnx/builder.js";
import type { GraphNode } from "../onnx/graph.js";

/** Appends nodes and returns the name of their result. Called only when the result is needed. */
export type Emit = () => string;

/** Rows of a gradient that is zero elsewhere: `ids` int64 `[n]` (not negative, may repeat), `values` `[n, width]`. */
export interface RowGradient {
  readonly ids: string;
  readonly values: string;
}

/**
 * A gradient in the shape that the input was broadcast to; the walk sums it back to the input's. That shape is the first output's, except for
 * the last `ownAxes` axes (0 by default), which are not broadcast.
 */
export interface BroadcastGradient {
  readonly broadcast: Emit;
  readonly ownAxes?: number | undefined;
}

/**
 * How one input of a node gets its gradient:
 * - a function: the result has exactly the input's shape;
 * - `broadcast`: see {@link BroadcastGradient};
 * - `rows`: can leave the graph as rows where the input is a parameter, `dense` otherwise;
 * - `null`: no gradient by design.
 */
export type InputGradient = Emit | BroadcastGradient | { readonly rows: () => RowGradient; readonly dense: Emit } | null;

export interface RuleContext {
  readonly builder: GraphBuilder;
  /** The forward node. */
  readonly node: GraphNode;
  /** Its inputs; `""` where an optional one is omitted. */
  readonly x: readonly string[];
  /** Its outputs; `""` where an optional one is omitted. */
  readonly y: readonly string[];
  /** Gradient of the first output. Throws `E_OP_UNSUPPORTED` when only another output reaches the loss. */
  readonly dy: string;
  /** Gradient of each output; `undefined` where the output does not reach the loss. */
  readonly dys: readonly (string | undefined)[];
}

/** From a node and the gradients of its outputs to the gradients of its inputs, in order; trailing `null`s may be left out. */
export type GradientRule = (context: RuleContext) => readonly InputGradient[];

/** Rules by op type, with the domain in front where it is not the standard one; `null`: the op has no gradient by design. */
export type GradientRules = Readonly<Record<string, GradientRule | null>>;

/** Emits at most once: for what several inputs' gradients share. */
export function once<T>(emit: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => {
    result ??= { value: emit() };
    return result.value;
  };
}

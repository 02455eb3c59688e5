import { type GraphBuilder, graphBuilder } from "../builder.js";
import {
  consumers,
  freshName,
  type Graph,
  type GraphNode,
  producers,
  removeDeadNodes,
  sortTopologically,
  typeOf,
} from "../graph.js";
import { inferTypes, shapeValueOf } from "../infer.js";
import type { Shape } from "../tensor.js";
import { weightNames } from "../weights.js";

/** A graph under rewriting: who makes and who reads each value, and edits that keep both up to date. */
export interface GraphEditor {
  readonly graph: Graph;
  readonly b: GraphBuilder;
  /** The node that makes `value`, when it is of one of the op types given (standard domain). */
  producer(value: string | undefined, ...opTypes: readonly string[]): GraphNode | undefined;
  readers(value: string): readonly GraphNode[];
  /** Whether `value` is read by one input slot of one node and is no output of the graph. */
  isInternal(value: string): boolean;
  shape(value: string | undefined): Shape | undefined;
  /** The number that a constant of one element holds; `undefined` for weights, which are not constant for long. */
  scalar(value: string | undefined): number | undefined;
  /** Whether the value is one of the weights that are still initializers. */
  isWeight(value: string): boolean;
  /** Whether the value is a weight or another constant: fed or stored, not computed. */
  isConstant(value: string): boolean;
  /** Makes `made`, the output of a node just emitted, take the place and the name of `old`. */
  replace(old: string, made: string): void;
  /** Makes the readers of `value` read `source`, which exists already. Not for outputs of the graph: returns false. */
  bypass(value: string, source: string): boolean;
}

/**
 * Runs one rewrite over a graph, in place, then restores the order of nodes, drops what nobody reads and infers types anew.
 * Throws `E_MODEL_FORMAT` when the rewrite made a cycle.
 *
 * @example
 * ```ts with=engine
 * import { editGraph } from "baaljs/engine";
 *
 * editGraph(graph, ({ b, replace }) => {
 *   // x * sigmoid(1.702 x) in place of every GELU
 *   for (const { opType, inputs, outputs } of [...graph.nodes]) {
 *     if (opType !== "Gelu") continue;
 *     replace(outputs[0]!, b.mul(inputs[0]!, b.sigmoid(b.mul(inputs[0]!, b.scalar(1.702)))));
 *   }
 * });
 * ```
 */
export function editGraph(graph: Graph, rewrite: (editor: GraphEditor) => void): void {
  rewrite(createEditor(graph));
  sortTopologically(graph);
  removeDeadNodes(graph);
  inferTypes(graph);
}

function createEditor(graph: Graph): GraphEditor {
  const madeBy = producers(graph);
  const readBy = consumers(graph);
  const b = graphBuilder(graph);
  const weights = new Set(weightNames(graph));
  let known = graph.nodes.length;

  /** Takes in the nodes emitted since the last look. */
  function catchUp(): void {
    for (; known < graph.nodes.length; known++) {
      const node = graph.nodes[known]!;
      for (const output of node.outputs) if (output) madeBy.set(output, node);
      for (const input of node.inputs) if (input) readBy.set(input, [...(readBy.get(input) ?? []), node]);
    }
  }

  function redirect(from: string, to: string): void {
    const moved = readBy.get(from) ?? [];
    for (const node of moved) node.inputs = node.inputs.map((input) => (input === from ? to : input));
    readBy.set(to, [...(readBy.get(to) ?? []), ...moved]);
    readBy.delete(from);
  }

  return {
    graph,
    b,
    producer(value, ...opTypes) {
      catchUp();
      const node = value === undefined ? undefined : madeBy.get(value);
      return node && node.domain === "" && (opTypes.length === 0 || opTypes.includes(node.opType)) ? node : undefined;
    },
    readers(value) {
      catchUp();
      return readBy.get(value) ?? [];
    },
    isInternal(value) {
      catchUp();
      return (readBy.get(value)?.length ?? 0) === 1 && !graph.outputs.includes(value);
    },
    shape: (value) => (value === undefined ? undefined : typeOf(graph, value)?.shape),
    scalar(value) {
      const known = value && !weights.has(value) ? shapeValueOf(graph, value)?.elements : undefined;
      return known?.length === 1 && typeof known[0] === "number" ? known[0] : undefined;
    },
    isWeight: (value) => weights.has(value),
    isConstant: (value) => graph.parameters.has(value) || graph.initializers.has(value),
    replace(old, made) {
      catchUp();
      const before = madeBy.get(old)!;
      const after = madeBy.get(made)!;
      const retired = freshName(graph, `${old}.retired`);
      before.outputs = before.outputs.map((output) => (output === old ? retired : output));
      graph.types.set(retired, { dtype: "float32", shape: undefined });
      after.outputs = after.outputs.map((output) => (output === made ? old : output));
      redirect(made, old);
      madeBy.set(old, after);
      madeBy.set(retired, before);
      madeBy.delete(made);
      graph.types.delete(made);
    },
    bypass(value, source) {
      catchUp();
      if (graph.outputs.includes(value)) return false;
      redirect(value, source);
      return true;
    },
  };
}

/** Both orders of the operands of a commutative node. */
export function operandPairs(node: GraphNode): readonly (readonly [string, string])[] {
  const [a, b] = [node.inputs[0]!, node.inputs[1]!];
  return [
    [a, b],
    [b, a],
  ];
}

/** Whether two numbers agree to the precision in which exporters write constants. */
export function isClose(a: number | undefined, b: number, tolerance = 1e-4): boolean {
  return a !== undefined && Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}

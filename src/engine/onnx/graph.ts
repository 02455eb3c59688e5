import { BaalError } from "../../core/errors.js";
import { type Dim, type DType, type Shape, type Tensor, toNumbers } from "./tensor.js";
import type { ModuleTensors, NodeOrigin } from "./torch-origin.js";

/** A value as far as it is known before running: its element type and its shape (`undefined`: not even the rank is known). */
export interface ValueType {
  readonly dtype: DType;
  readonly shape: Shape | undefined;
}

/** An attribute keeps its ONNX kind, because `1` alone does not say whether it is an int or a float. */
export type Attribute =
  | { readonly kind: "int" | "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "ints" | "floats"; readonly value: readonly number[] }
  | { readonly kind: "strings"; readonly value: readonly string[] }
  | { readonly kind: "tensor"; readonly value: Tensor }
  | { readonly kind: "graph"; readonly value: Graph };

/** One operator application. An empty input name is an omitted optional input, as in ONNX. */
export interface GraphNode {
  opType: string;
  /** `""` is the standard ONNX domain. */
  domain: string;
  name: string;
  inputs: string[];
  outputs: string[];
  attributes: Record<string, Attribute>;
  /** Where an exporter says that the node came from. */
  readonly origin?: NodeOrigin;
}

/**
 * A mutable ONNX graph. Values are named by strings; nodes refer to values by name only.
 * Parameters are graph inputs too, but fed from a parameter table instead of by the caller.
 */
export interface Graph {
  name: string;
  /** Inputs that the caller feeds, in order. */
  readonly inputs: Map<string, ValueType>;
  /** Inputs fed from a parameter table: the weights. */
  readonly parameters: Map<string, ValueType>;
  outputs: string[];
  nodes: GraphNode[];
  /** Constants that belong to the graph. */
  readonly initializers: Map<string, Tensor>;
  /** The constants among them that stand in the computation as such: the file's `Constant` nodes, and what builders add. */
  readonly literals: Set<string>;
  /** The tensors of the module that the graph was exported from, where the file lists them. */
  readonly module?: ModuleTensors | undefined;
  /** Inferred types of node outputs; inputs, parameters and initializers have theirs in their own tables. */
  readonly types: Map<string, ValueType>;
  /** The elements of small integer values as far as inference knows them. */
  readonly shapeValues: Map<string, ShapeValue>;
  /** How many names were made up: per hint for values, in all for dimensions. */
  readonly made: { readonly names: Map<string, number>; dims: number };
}

/**
 * The *elements* of a small integer value as far as they are known: exported graphs compute shapes with Shape, Gather, Concat, ...,
 * and a `Reshape` says little without them. `undefined` elements are unknown. Booleans are 0 and 1.
 */
export interface ShapeValue {
  readonly dims: readonly number[];
  readonly elements: readonly (Dim | undefined)[];
}

/** The opset that every graph in memory speaks; older and newer imports are converted to it. */
export const INTERNAL_OPSET = 20;

/** Domain of ONNX Runtime's own operators (`FusedMatMul`, ...). */
export const MICROSOFT = "com.microsoft";

/**
 * An empty graph.
 *
 * @example
 * ```ts
 * import { createGraph, encodeModel, graphBuilder } from "baaljs/engine";
 *
 * const builder = graphBuilder(createGraph("double"));
 * const x = builder.input("x", { dtype: "float32", shape: ["n"] });
 * builder.output(builder.mul(x, builder.scalar(2)), "y");
 * const bytes = encodeModel(builder.graph);
 * ```
 */
export function createGraph(name: string): Graph {
  return {
    name,
    inputs: new Map(),
    parameters: new Map(),
    outputs: [],
    nodes: [],
    initializers: new Map(),
    literals: new Set(),
    types: new Map(),
    shapeValues: new Map(),
    made: { names: new Map(), dims: 0 },
  };
}

/**
 * A copy whose nodes and tables can be edited without touching the original; tensors are shared, not copied.
 *
 * @example
 * ```ts with=engine
 * import { cloneGraph } from "baaljs/engine";
 *
 * const copy = cloneGraph(graph);
 * copy.outputs = ["y"];
 * console.log(graph.outputs, copy.outputs);
 * ```
 */
export function cloneGraph(graph: Graph): Graph {
  return {
    name: graph.name,
    inputs: new Map(graph.inputs),
    parameters: new Map(graph.parameters),
    outputs: [...graph.outputs],
    nodes: graph.nodes.map((node) => ({
      ...node,
      inputs: [...node.inputs],
      outputs: [...node.outputs],
      attributes: { ...node.attributes },
    })),
    initializers: new Map(graph.initializers),
    literals: new Set(graph.literals),
    module: graph.module,
    types: new Map(graph.types),
    shapeValues: new Map(graph.shapeValues),
    made: { names: new Map(), dims: graph.made.dims },
  };
}

/**
 * The type of any value of the graph, or `undefined` when it was never inferred.
 *
 * @example
 * ```ts with=engine
 * import { typeOf } from "baaljs/engine";
 *
 * console.log(typeOf(graph, "x")); // { dtype: "float32", shape: ["n", 1] }
 * ```
 */
export function typeOf(graph: Graph, value: string): ValueType | undefined {
  const constant = graph.initializers.get(value);
  if (constant) return { dtype: constant.dtype, shape: constant.dims };
  return graph.types.get(value) ?? graph.parameters.get(value) ?? graph.inputs.get(value);
}

/** The key of a node's operator in the tables of rules: its type, with the domain in front where it is not the standard one. */
export function operatorOf({ opType, domain }: GraphNode): string {
  return domain === "" || domain === "ai.onnx" ? opType : `${domain}:${opType}`;
}

/**
 * The node that produces each value.
 *
 * @example
 * ```ts with=engine
 * import { producers } from "baaljs/engine";
 *
 * console.log(producers(graph).get("y")?.opType);
 * ```
 */
export function producers(graph: Graph): Map<string, GraphNode> {
  const table = new Map<string, GraphNode>();
  for (const node of graph.nodes) for (const output of node.outputs) if (output) table.set(output, node);
  return table;
}

/**
 * The nodes that read each value, in graph order, once per input slot.
 *
 * @example
 * ```ts with=engine
 * import { consumers } from "baaljs/engine";
 *
 * for (const { opType, name } of consumers(graph).get("x") ?? []) console.log(opType, name);
 * ```
 */
export function consumers(graph: Graph): Map<string, GraphNode[]> {
  const table = new Map<string, GraphNode[]>();
  for (const node of graph.nodes) {
    for (const input of node.inputs) {
      if (!input) continue;
      const readers = table.get(input);
      if (readers) readers.push(node);
      else table.set(input, [node]);
    }
  }
  return table;
}

/** A value name that the graph does not use yet, made from `hint`. */
export function freshName(graph: Graph, hint: string): string {
  const counters = graph.made.names;
  for (;;) {
    const count = counters.get(hint) ?? 0;
    counters.set(hint, count + 1);
    const name = count === 0 ? hint : `${hint}_${count}`;
    if (!isUsed(graph, name)) return name;
  }
}

function isUsed(graph: Graph, name: string): boolean {
  return graph.types.has(name) || graph.inputs.has(name) || graph.parameters.has(name) || graph.initializers.has(name);
}

/**
 * Makes every reader of `from` (and the graph's outputs) read `to` instead.
 *
 * @example
 * ```ts with=engine
 * import { graphBuilder, replaceUses, sortTopologically } from "baaljs/engine";
 *
 * const b = graphBuilder(graph);
 * const scaled = b.input("scaled", { dtype: "float32", shape: ["n", 1] });
 * replaceUses(graph, "x", scaled);
 * sortTopologically(graph);
 * ```
 */
export function replaceUses(graph: Graph, from: string, to: string): void {
  for (const node of graph.nodes) {
    for (let i = 0; i < node.inputs.length; i++) if (node.inputs[i] === from) node.inputs[i] = to;
  }
  graph.outputs = graph.outputs.map((output) => (output === from ? to : output));
}

/**
 * Sorts the nodes so that each comes after the producers of its inputs; throws `E_MODEL_FORMAT` on a cycle. Stable.
 *
 * @example
 * ```ts with=engine
 * import { sortTopologically } from "baaljs/engine";
 *
 * graph.nodes.reverse();
 * sortTopologically(graph);
 * ```
 */
export function sortTopologically(graph: Graph): void {
  const producerOf = producers(graph);
  const sorted: GraphNode[] = [];
  const state = new Map<GraphNode, "open" | "done">();
  for (const root of graph.nodes) {
    const stack: { node: GraphNode; next: number }[] = [{ node: root, next: 0 }];
    while (stack.length > 0) {
      const frame = stack[stack.length - 1]!;
      if (frame.next === 0 && state.get(frame.node) === "done") {
        stack.pop();
        continue;
      }
      state.set(frame.node, "open");
      const reads = valuesReadBy(frame.node);
      if (frame.next < reads.length) {
        const before = producerOf.get(reads[frame.next++]!);
        if (!before || state.get(before) === "done") continue;
        if (state.get(before) === "open") {
          throw new BaalError(
            "E_MODEL_FORMAT",
            `The graph "${graph.name}" has a cycle through node "${before.name}" (${before.opType}).`,
          );
        }
        stack.push({ node: before, next: 0 });
      } else {
        stack.pop();
        state.set(frame.node, "done");
        sorted.push(frame.node);
      }
    }
  }
  graph.nodes = sorted;
}

/**
 * A node's inputs without the omitted ones at the end, which say the same as inputs that are not there. ONNX Runtime's kernel of
 * `LayerNormalization` takes an empty third name for a bias, and ends the process.
 */
export function withoutTrailingEmpty(inputs: readonly string[]): string[] {
  let count = inputs.length;
  while (count > 0 && inputs[count - 1] === "") count--;
  return inputs.slice(0, count);
}

/** All values a node reads, those captured by its subgraphs included. */
export function valuesReadBy(node: GraphNode): string[] {
  const reads = node.inputs.filter((input) => input !== "");
  for (const attribute of Object.values(node.attributes)) {
    if (attribute.kind === "graph") for (const inner of attribute.value.nodes) reads.push(...valuesReadBy(inner));
  }
  return reads;
}

/**
 * A copy that computes some values of a graph and has only the inputs, parameters and nodes that these need.
 * Throws `E_ARGUMENT` for a value that the graph does not have.
 *
 * @example
 * ```ts with=engine
 * import { subgraph, writeModel } from "baaljs/engine";
 *
 * await writeModel("answer.onnx", subgraph(graph, ["y"]), parameters); // without the loss and its target
 * ```
 */
export function subgraph(graph: Graph, outputs: readonly string[]): Graph {
  const missing = outputs.find((output) => !typeOf(graph, output));
  if (missing !== undefined) throw new BaalError("E_ARGUMENT", `The graph "${graph.name}" has no value "${missing}".`);
  const part = cloneGraph(graph);
  part.outputs = [...outputs];
  removeDeadNodes(part);
  sortTopologically(part);
  const read = new Set([...part.nodes.flatMap(valuesReadBy), ...part.outputs]);
  for (const input of part.inputs.keys()) if (!read.has(input)) part.inputs.delete(input);
  return part;
}

/**
 * Drops nodes, initializers and parameters that no output depends on. Inputs stay: they are the graph's signature.
 *
 * @example
 * ```ts with=engine
 * import { removeDeadNodes } from "baaljs/engine";
 *
 * graph.outputs = ["y"];
 * removeDeadNodes(graph); // the nodes of the loss go
 * ```
 */
export function removeDeadNodes(graph: Graph): void {
  const producerOf = producers(graph);
  const live = new Set<GraphNode>();
  const read = new Set(graph.outputs);
  const pending = [...graph.outputs];
  while (pending.length > 0) {
    const node = producerOf.get(pending.pop()!);
    if (!node || live.has(node)) continue;
    live.add(node);
    for (const value of valuesReadBy(node)) {
      read.add(value);
      pending.push(value);
    }
  }
  graph.nodes = graph.nodes.filter((node) => live.has(node));
  for (const name of graph.initializers.keys()) if (!read.has(name)) graph.initializers.delete(name);
  for (const name of graph.parameters.keys()) if (!read.has(name)) graph.parameters.delete(name);
}

/** Larger constants are data, not shapes. */
export const MOST_ELEMENTS = 64;

/** A symbol for a dimension that nothing is known of: "?1", "?2", ... */
export function freshDim(graph: Graph): string {
  return `?${++graph.made.dims}`;
}

/** A small constant as a shape value. */
export function constantShapeValue(tensor: Tensor): ShapeValue | undefined {
  if (tensor.dtype === "string" || tensor.dtype === "float16" || tensor.dtype === "bfloat16") return undefined;
  if (tensor.data.length > MOST_ELEMENTS) return undefined;
  return { dims: tensor.dims, elements: toNumbers(tensor) };
}

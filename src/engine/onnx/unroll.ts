import { graphAttribute, intAttribute, intsAttribute } from "./attributes.js";
import { type GraphBuilder, graphBuilder } from "./builder.js";
import { freshName, type Graph, type GraphNode, operatorOf, typeOf } from "./graph.js";
import { inferNode, shapeValueOf } from "./infer.js";
import { boolTensor } from "./tensor.js";

/** A loop that would become more nodes than this stays a loop. */
const MOST_NODES = 20_000;

/** Writes one node out and returns what its outputs are, or `undefined` where the path depends on what is fed. */
type Unroll = (writer: Writer, node: GraphNode) => readonly string[] | undefined;

/**
 * Puts the nodes of the path in place of `If`, `Loop` and `Scan` nodes whose path is known before running (a constant condition, a known
 * number of steps), in place. What is written out can be rewritten and differentiated like any other node, and weights inside a body become
 * weights of the graph. Nodes must be in topological order, with types inferred.
 */
export function unrollControlFlow(graph: Graph): void {
  if (!graph.nodes.some((node) => RULES.has(operatorOf(node)))) return;
  const nodes = graph.nodes;
  graph.nodes = [];
  const writer: Writer = { graph, b: graphBuilder(graph), limit: graph.nodes.length + MOST_NODES };
  for (const node of nodes) emit(writer, node);
}

interface Writer {
  readonly graph: Graph;
  readonly b: GraphBuilder;
  readonly limit: number;
}

function emit(writer: Writer, node: GraphNode): void {
  const { graph } = writer;
  const start = graph.nodes.length;
  const results = RULES.get(operatorOf(node))?.(writer, node);
  if (!results) {
    graph.nodes.length = start;
    push(graph, node);
    return;
  }
  node.outputs.forEach((output, i) => {
    if (!output) return;
    push(graph, { opType: "Identity", domain: "", name: output, inputs: [results[i]!], outputs: [output], attributes: {} });
  });
}

function push(graph: Graph, node: GraphNode): void {
  graph.nodes.push(node);
  inferNode(graph, node);
}

const RULES: ReadonlyMap<string, Unroll> = new Map<string, Unroll>([
  ["If", writeBranch],
  ["Loop", writeLoop],
  ["Scan", writeScan],
]);

function writeBranch(writer: Writer, node: GraphNode): readonly string[] | undefined {
  const condition = knownNumber(writer.graph, node.inputs[0]);
  const branch = condition === undefined ? undefined : graphAttribute(node, condition ? "then_branch" : "else_branch");
  return branch && bodyOf(writer, branch)([]);
}

/** Body: (step, condition, states) to (condition, states, one element of each output). */
function writeLoop(writer: Writer, node: GraphNode): readonly string[] | undefined {
  const { graph, b } = writer;
  const [most, condition, ...initial] = node.inputs;
  const body = graphAttribute(node, "body");
  const count = most ? knownNumber(graph, most) : Infinity;
  let goesOn = condition ? knownNumber(graph, condition) : 1;
  if (!body || count === undefined || goesOn === undefined) return undefined;
  const step = bodyOf(writer, body);
  const yes = b.constant(boolTensor([true], []), `${node.name}.goes_on`);
  let states: readonly string[] = initial;
  const rows: (readonly string[])[] = [];
  while (goesOn && rows.length < count) {
    const results = step([b.int64(rows.length), yes, ...states]);
    if (!results || graph.nodes.length > writer.limit) return undefined;
    goesOn = knownNumber(graph, results[0]!);
    if (goesOn === undefined) return undefined;
    states = results.slice(1, 1 + initial.length);
    rows.push(results.slice(1 + initial.length));
  }
  return stacked(b, states, rows, []);
}

/** Body: (states, one element of each input) to (states, one element of each output). */
function writeScan(writer: Writer, node: GraphNode): readonly string[] | undefined {
  const { graph, b } = writer;
  const body = graphAttribute(node, "body");
  const count = intAttribute(node, "num_scan_inputs", 0);
  const first = node.inputs.length - count;
  const inputs = node.inputs.slice(first);
  const axes = intsAttribute(node, "scan_input_axes") ?? inputs.map(() => 0);
  const steps = typeOf(graph, inputs[0] ?? "")?.shape?.at(axes[0] ?? 0);
  if (!body || typeof steps !== "number") return undefined;
  const backwards = intsAttribute(node, "scan_input_directions") ?? [];
  const step = bodyOf(writer, body);
  let states = node.inputs.slice(0, first);
  const rows: (readonly string[])[] = [];
  for (let at = 0; at < steps; at++) {
    const elements = inputs.map((input, i) => b.gather(input, b.int64(backwards[i] ? steps - 1 - at : at), axes[i]!));
    const results = step([...states, ...elements]);
    if (!results || graph.nodes.length > writer.limit) return undefined;
    states = results.slice(0, first);
    rows.push(results.slice(first));
  }
  const reversed = intsAttribute(node, "scan_output_directions") ?? [];
  const outputs = (rows[0] ?? []).map((_, i) => ({
    axis: intsAttribute(node, "scan_output_axes")?.[i] ?? 0,
    backwards: reversed[i] === 1,
  }));
  return stacked(b, states, rows, outputs);
}

interface Stacking {
  readonly axis: number;
  readonly backwards: boolean;
}

/** The states, then the elements of all steps along a new axis; `undefined` where there was no step to tell their shape. */
function stacked(
  b: GraphBuilder,
  states: readonly string[],
  rows: readonly (readonly string[])[],
  outputs: readonly Stacking[],
): readonly string[] | undefined {
  if (rows.length === 0) return undefined;
  const joined = rows[0]!.map((_, i) => {
    const { axis, backwards } = outputs[i] ?? { axis: 0, backwards: false };
    const elements = rows.map((row) => b.unsqueeze(row[i]!, [axis]));
    return b.concat(backwards ? elements.reverse() : elements, axis);
  });
  return [...states, ...joined];
}

/** Writes a body out each time it is called, with values in place of its inputs; constants are shared by all times. */
function bodyOf(writer: Writer, body: Graph): (values: readonly string[]) => readonly string[] | undefined {
  const { graph } = writer;
  const constants = new Map<string, string>();
  for (const [name, tensor] of body.initializers) {
    const fresh = freshName(graph, name);
    graph.initializers.set(fresh, tensor);
    constants.set(name, fresh);
  }
  const inputs = [...body.inputs.keys()];
  return (values) => {
    const names = new Map(constants);
    for (const [i, input] of inputs.entries()) names.set(input, values[i]!);
    for (const node of body.nodes) {
      if (graph.nodes.length > writer.limit) return undefined;
      const inner = withNames(node, names);
      for (const output of node.outputs) {
        if (!output) continue;
        names.set(output, freshName(graph, output));
        declareType(graph, body, output, names.get(output)!);
      }
      emit(writer, { ...inner, outputs: node.outputs.map((output) => names.get(output) ?? output) });
    }
    return body.outputs.map((output) => names.get(output) ?? output);
  };
}

/** Registers a name before it is made, with the type that the file gives it. */
function declareType(graph: Graph, body: Graph, inner: string, outer: string): void {
  const type = body.types.get(inner);
  if (type && !typeOf(graph, outer)) graph.types.set(outer, type);
}

/** A copy of a node that reads by other names, in the bodies inside it, too. */
function withNames(node: GraphNode, names: ReadonlyMap<string, string>): GraphNode {
  const attributes = Object.entries(node.attributes).map(([key, attribute]) =>
    attribute.kind === "graph" ? [key, { kind: "graph", value: captures(attribute.value, names) }] : [key, attribute],
  );
  return {
    ...node,
    inputs: node.inputs.map((input) => names.get(input) ?? input),
    outputs: [...node.outputs],
    attributes: Object.fromEntries(attributes) as GraphNode["attributes"],
  };
}

function captures(graph: Graph, names: ReadonlyMap<string, string>): Graph {
  const own = new Set([...graph.inputs.keys(), ...graph.initializers.keys(), ...graph.nodes.flatMap(({ outputs }) => outputs)]);
  const outer = new Map([...names].filter(([name]) => !own.has(name)));
  return {
    ...graph,
    nodes: graph.nodes.map((node) => withNames(node, outer)),
    outputs: graph.outputs.map((output) => outer.get(output) ?? output),
  };
}

function knownNumber(graph: Graph, value: string | undefined): number | undefined {
  const element = value ? shapeValueOf(graph, value)?.elements[0] : undefined;
  return typeof element === "number" ? element : undefined;
}

import { type GraphBuilder, graphBuilder, int, ints } from "../../onnx/builder.js";
import { createGraph, freshName, type Graph } from "../../onnx/graph.js";

export interface ScanOptions {
  /** What is carried from step to step: values before the first. */
  readonly states: readonly string[];
  /** One element of the first axis of each is read per step. */
  readonly inputs: readonly string[];
  /** Whether the steps go from the last element to the first. Outputs are in the order of the inputs either way. */
  readonly backwards?: boolean;
  /** One step, on a graph of its own. Values of the outer graph may be read by name. */
  readonly step: (builder: GraphBuilder, states: readonly string[], inputs: readonly string[]) => ScanStep;
}

export interface ScanStep {
  readonly states: readonly string[];
  readonly outputs: readonly string[];
}

/** Emits an ONNX `Scan`, a loop over the first axis: the states after the last step, and the outputs of all steps along a new first axis. */
export function scan(builder: GraphBuilder, { states, inputs, backwards = false, step }: ScanOptions): ScanStep {
  const name = freshName(builder.graph, "Scan");
  const body = graphBuilder(createGraph(name));
  const float = { dtype: "float32", shape: undefined } as const;
  const declare = (value: string) => body.input(freshName(body.graph, value), float);
  const result = step(
    body,
    states.map(() => declare("state")),
    inputs.map(() => declare("input")),
  );
  // A value that goes out as it came in, or twice, needs a node of its own for each way out.
  body.graph.outputs = [...result.states, ...result.outputs].map((value) => body.identity(value));
  const directions = (count: number) => ints(Array<number>(count).fill(Number(backwards)));
  const outputs = builder.ops(
    "Scan",
    [...states, ...inputs],
    {
      body: { kind: "graph", value: withPrefix(body.graph, `${name}/`) },
      num_scan_inputs: int(inputs.length),
      scan_input_directions: directions(inputs.length),
      scan_output_directions: directions(result.outputs.length),
    },
    { name, outputs: states.length + result.outputs.length },
  );
  return { states: outputs.slice(0, states.length), outputs: outputs.slice(states.length) };
}

/** Names of a body must differ from those of the graph around it; those that it only reads are that graph's. */
function withPrefix(graph: Graph, prefix: string): Graph {
  const own = new Set([...graph.inputs.keys(), ...graph.initializers.keys(), ...graph.nodes.flatMap(({ outputs }) => outputs)]);
  const renamed = (value: string) => (own.has(value) && value !== "" ? prefix + value : value);
  const keys = <T>(table: ReadonlyMap<string, T>) =>
    new Map([...table].map(([key, value]): [string, T] => [renamed(key), value]));
  return {
    ...graph,
    inputs: keys(graph.inputs),
    initializers: keys(graph.initializers),
    types: keys(graph.types),
    outputs: graph.outputs.map(renamed),
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(renamed), outputs: node.outputs.map(renamed) })),
  };
}

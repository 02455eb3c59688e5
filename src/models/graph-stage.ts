import type { Graph } from "../onnx/graph.js";
import type { DeviceOptions } from "../runtime/device.js";
import { createSession, type Feed, type GraphSession } from "../runtime/session.js";

/** A graph that is ready to run on parameters: the whole model, or a part in front of or behind a cut. */
export interface GraphStage {
  readonly graph: Graph;
  readonly session: GraphSession;
  /** The stage's own share of the parameters. */
  readonly parameters: ReadonlyMap<string, Feed>;
}

export interface GraphStageOptions {
  readonly parameters: ReadonlyMap<string, Feed>;
  readonly device: DeviceOptions;
}

export async function graphStage(graph: Graph, options: GraphStageOptions): Promise<GraphStage> {
  const parameters = new Map([...options.parameters].filter(([name]) => graph.parameters.has(name)));
  return { graph, parameters, session: await createSession(graph, options.device) };
}

/** Adds those of `inputs` that the graph reads. */
export function addInputs(feeds: Map<string, Feed>, graph: Graph, inputs: ReadonlyMap<string, Feed>): void {
  for (const [name, feed] of inputs) if (graph.inputs.has(name) || graph.parameters.has(name)) feeds.set(name, feed);
}

import { type Graph, type GraphNode, producers, subgraph, typeOf, valuesReadBy } from "../onnx/graph.js";

/** A graph cut in two: what does not depend on randomness, and the rest. */
export interface CutGraph {
  /** From the model's inputs to the boundary values. */
  readonly prefix: Graph;
  /** From the boundary values, the masks and whatever inputs are still read, to the outputs. */
  readonly suffix: Graph;
  /** Activations that cross the cut; their first axis counts rows of the batch. */
  readonly boundary: readonly string[];
}

/** Ops worth saving; a prefix without any of them costs less to repeat than to cut off. */
const HEAVY = new Set(["MatMul", "Gemm", "FusedMatMul", "Conv", "ConvTranspose", "Attention", "MultiHeadAttention"]);

/**
 * Finds everything that gives the same result for each draw (it reads no random input) and cuts it off, so that it runs once
 * per item instead of once per draw. `undefined` when that would save nothing.
 * What crosses the cut must be an activation with the batch as its first axis, so that its rows can be repeated;
 * other values (shapes, attention biases) are computed again behind the cut.
 */
export function cutDeterministicPrefix(graph: Graph, randomInputs: ReadonlySet<string>): CutGraph | undefined {
  const producerOf = producers(graph);
  const random = reachableFrom(graph, (value) => randomInputs.has(value));
  const weighted = reachableFrom(graph, (value) => graph.parameters.has(value));
  const fed = reachableFrom(graph, (value) => graph.inputs.has(value));
  const canCross = (value: string) => !random.has(value) && weighted.has(value) && fed.has(value) && isBatchOfRows(graph, value);

  const behind = new Set<GraphNode>();
  const boundary = new Set<string>();
  const pending = [...graph.outputs];
  while (pending.length > 0) {
    const value = pending.pop()!;
    const node = producerOf.get(value);
    if (!node || behind.has(node)) continue;
    if (canCross(value)) {
      boundary.add(value);
      continue;
    }
    behind.add(node);
    pending.push(...valuesReadBy(node));
  }

  const prefix = part(graph, [...boundary], graph.nodes);
  if (boundary.size === 0 || !prefix.nodes.some((node) => HEAVY.has(node.opType))) return undefined;
  const suffix = part(graph, graph.outputs, [...behind], [...boundary]);
  return { prefix, suffix, boundary: [...boundary] };
}

/** All values that depend on one for which `isSource` holds, the sources included. */
function reachableFrom(graph: Graph, isSource: (value: string) => boolean): Set<string> {
  const reached = new Set<string>();
  for (const node of graph.nodes) {
    const reads = valuesReadBy(node);
    for (const value of reads) if (isSource(value)) reached.add(value);
    if (reads.some((value) => reached.has(value))) for (const output of node.outputs) reached.add(output);
  }
  return reached;
}

function isBatchOfRows(graph: Graph, value: string): boolean {
  const type = typeOf(graph, value);
  const first = type?.shape?.[0];
  return type?.dtype === "float32" && typeof first === "string" && first.split("*")[0] === "batch";
}

/** The subgraph that computes `outputs` with `nodes`, taking `given` values as inputs. */
function part(graph: Graph, outputs: readonly string[], nodes: readonly GraphNode[], given: readonly string[] = []): Graph {
  const wanted = new Set(nodes);
  const inputs = new Map(graph.inputs);
  for (const value of given) inputs.set(value, typeOf(graph, value)!);
  return subgraph({ ...graph, inputs, nodes: graph.nodes.filter((node) => wanted.has(node)) }, outputs);
}

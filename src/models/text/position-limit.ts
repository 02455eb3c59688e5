import { type Graph, type GraphNode, producers } from "../../engine/onnx/graph.js";

/** Architectures of transformers whose positions are counted from the padding token's id on, with that id where config.json has none. */
const COUNTED_FROM_PADDING: Readonly<Record<string, number>> = {
  roberta: 1,
  "xlm-roberta": 1,
  "xlm-roberta-xl": 1,
  "roberta-prelayernorm": 1,
  camembert: 1,
  "data2vec-text": 1,
  ibert: 0,
  longformer: 1,
  luke: 1,
  layoutlmv3: 1,
  lilt: 1,
  markuplm: 0,
  xmod: 1,
  esm: 1,
};

/** Architectures that leave as many rows free whatever the padding token is. */
const FIXED_OFFSETS: Readonly<Record<string, number>> = { nystromformer: 2, yoso: 2, mpnet: 2 };

export interface PositionTable {
  /** Name of its parameter, where there is one. */
  readonly table: string | undefined;
  readonly hubConfig: Readonly<Record<string, unknown>>;
}

/**
 * How many rows of a table of position embeddings no text can use, since positions do not begin at its first row: as the graph computes them,
 * else as config.json's `model_type` lets conclude.
 */
export function positionOffset(graph: Graph, { table, hubConfig }: PositionTable): number {
  const reader = graph.nodes.find((node) => node.opType === "Gather" && node.inputs[0] === table);
  const seen = reader && offsetOfIndices(graph, reader.inputs[1]!);
  if (seen !== undefined) return seen;
  const type = String(hubConfig["model_type"]);
  const fixed = FIXED_OFFSETS[type];
  if (fixed !== undefined) return fixed;
  const padding = COUNTED_FROM_PADDING[type];
  return padding === undefined ? 0 : Number(hubConfig["pad_token_id"] ?? padding) + 1;
}

/** Operators that hand positions on as they are; a product is one with a mask. */
const PASSING = new Set(["Cast", "Unsqueeze", "Squeeze", "Reshape", "Expand", "Identity", "Slice", "Flatten", "Mul"]);

/**
 * Positions are sums of constants and of what counts: a running sum (of the tokens that are no padding: its last one is the number of tokens),
 * numbers from 0, or a stored list. `undefined` where none is found.
 */
function offsetOfIndices(graph: Graph, indices: string): number | undefined {
  const made = producers(graph);
  const offsetOf = (value: string, depth: number): number | undefined => {
    const node = made.get(value);
    if (node === undefined) return firstOfList(graph, value);
    if (depth > 30) return undefined;
    const { opType, inputs } = node;
    if (opType === "CumSum") return 1;
    if (opType === "Range") return scalar(graph, inputs[0]!);
    if (opType === "Add" || opType === "Sub") {
      const constant = constantInput(graph, node);
      const rest = constant && offsetOf(constant.other, depth + 1);
      return rest === undefined ? undefined : rest + (opType === "Add" ? constant!.value : -constant!.value);
    }
    if (!PASSING.has(opType)) return undefined;
    const factors = opType === "Mul" ? inputs : inputs.slice(0, 1);
    return factors.map((input) => offsetOf(input, depth + 1)).find((found) => found !== undefined);
  };
  return offsetOf(indices, 0);
}

/** The first of several positions that the file holds. */
function firstOfList(graph: Graph, name: string): number | undefined {
  const tensor = graph.initializers.get(name);
  return tensor?.dtype === "int64" && tensor.data.length > 1 ? Number(tensor.data[0]) : undefined;
}

function constantInput(graph: Graph, { inputs }: GraphNode): { readonly value: number; readonly other: string } | undefined {
  for (const [i, input] of inputs.entries()) {
    const value = scalar(graph, input);
    if (value !== undefined) return { value, other: inputs[1 - i]! };
  }
  return undefined;
}

function scalar(graph: Graph, name: string): number | undefined {
  const tensor = graph.initializers.get(name);
  return tensor?.data.length === 1 ? Number(tensor.data[0]) : undefined;
}

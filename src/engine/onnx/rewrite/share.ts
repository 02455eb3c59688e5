import { intAttribute } from "../attributes.js";
import type { Graph, GraphNode } from "../graph.js";
import type { NumericArray, Tensor } from "../tensor.js";
import { editGraph } from "./editor.js";

/** Operators that give another result each time, or that mark a place of their own. */
const NEVER_SHARED = /^(Dropout|Bernoulli|Multinomial|Random.*|If|Loop|Scan)$/;

/** Larger constants are weights: equal numbers do not make them the same weight. */
const MOST_ELEMENTS = 64;

/** Makes equal computations and equal small constants one (common subexpression elimination). */
export function shareCommon(graph: Graph): void {
  editGraph(graph, ({ bypass }) => {
    const constants = new Map<string, string>();
    for (const [name, tensor] of graph.initializers) {
      const key = constantKey(tensor);
      if (key === undefined) continue;
      const first = constants.get(key);
      if (first === undefined) constants.set(key, name);
      else bypass(name, first);
    }
    const computed = new Map<string, GraphNode>();
    for (const node of graph.nodes) {
      if (NEVER_SHARED.test(node.opType)) continue;
      const key = JSON.stringify([node.domain, node.opType, node.inputs, node.outputs.map(Boolean), attributeKey(node)]);
      const first = computed.get(key);
      const isOutput = node.outputs.some((output) => graph.outputs.includes(output));
      if (!first) computed.set(key, node);
      else if (!isOutput) {
        node.outputs.forEach((output, i) => {
          if (output) bypass(output, first.outputs[i]!);
        });
      }
    }
  });
}

/** Integers and scalars only: a vector of floats may be a weight. */
function constantKey({ dtype, dims, data }: Tensor): string | undefined {
  if (dtype === "string" || data.length > MOST_ELEMENTS) return undefined;
  if ((dtype.startsWith("float") || dtype === "bfloat16") && dims.length > 0) return undefined;
  return `${dtype}[${dims}]${Array.from(data as NumericArray, String).join()}`;
}

function attributeKey(node: GraphNode) {
  return Object.entries(node.attributes)
    .filter(([name]) => !(node.opType === "Reshape" && name === "allowzero" && intAttribute(node, name, 0) === 0))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { kind, value }]) => [name, kind, kind === "tensor" ? (constantKey(value) ?? node.name) : value]);
}

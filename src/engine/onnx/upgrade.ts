import { BaalError } from "../../core/errors.js";
import { graphBuilder } from "./builder.js";
import { type Graph, type GraphNode, INTERNAL_OPSET, typeOf } from "./graph.js";
import { inferNode } from "./infer.js";
import { NEW_AFTER_INTERNAL, UNCHANGED_SINCE } from "./operators.js";
import { UPGRADES } from "./upgrade-rules.js";

/** The oldest opset that has upgrade rules. */
export const OLDEST_OPSET = 7;
/** The newest opset that the ONNX Runtime installed with this library runs. */
export const NEWEST_OPSET = 26;

/**
 * Converts a graph from `opset` to the internal one, in place, and infers its types. Nodes must be in topological order.
 * `Constant` nodes become initializers. Throws `E_OP_UNSUPPORTED` for an operator whose meaning changed in a way that has no
 * rule here, rather than run it with another meaning. `label` names the model in messages.
 */
export function upgradeGraph(graph: Graph, opset: number, { label }: { readonly label: string }): void {
  const b = graphBuilder(graph);
  const nodes = graph.nodes;
  graph.nodes = [];
  for (const node of nodes) {
    for (const attribute of Object.values(node.attributes)) {
      if (attribute.kind === "graph") upgradeGraph(attribute.value, opset, { label });
    }
    const unsupported = (reason: string) =>
      new BaalError(
        "E_OP_UNSUPPORTED",
        `${label}: node "${node.name}" (${node.opType}, opset ${opset}) ${reason}. Export the model with opset_version=17.`,
      );
    if (node.domain === "" && upgradeNode(node, unsupported) === "removed") continue;
    graph.nodes.push(node);
    inferNode(graph, node);
  }

  function upgradeNode(node: GraphNode, unsupported: (reason: string) => BaalError): "kept" | "removed" {
    const upgrade = UPGRADES[node.opType];
    if (!upgrade && opset > INTERNAL_OPSET && NEW_AFTER_INTERNAL.has(node.opType)) {
      throw unsupported(
        `is an operator of opset ${NEW_AFTER_INTERNAL.get(node.opType)}, which this library cannot express in opset ${INTERNAL_OPSET}`,
      );
    }
    if (upgrade && opset < upgrade.until) {
      const result = upgrade.apply({ node, opset, b, type: (i) => typeOf(graph, node.inputs[i] ?? ""), unsupported });
      return result ?? "kept";
    }
    const since = UNCHANGED_SINCE.get(node.opType);
    if (since === undefined && !upgrade) throw unsupported("is an operator that this library does not know");
    if (since !== undefined && opset < since)
      throw unsupported(`changed its meaning in opset ${since}, and there is no conversion`);
    return "kept";
  }
}

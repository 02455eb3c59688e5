import { isStatic } from "./dims.js";
import {
  constantShapeValue,
  freshDim,
  type Graph,
  type GraphNode,
  MOST_ELEMENTS,
  operatorOf,
  type ShapeValue,
  typeOf,
  type ValueType,
} from "./graph.js";
import { inferBodies } from "./infer-bodies.js";
import type { Inference } from "./infer-rule.js";
import { INFERENCE_RULES } from "./infer-rules.js";
import { VALUE_RULES } from "./infer-values.js";

/**
 * Infers the types of the node's outputs from those of its inputs and records them in `graph.types`.
 * Outputs of an operator without a rule keep the type that the model file declared, else they are float32 of unknown shape.
 * Throws `E_SHAPE` when the inputs cannot be what the operator needs.
 */
export function inferNode(graph: Graph, node: GraphNode): void {
  const inference: Inference = {
    node,
    inputs: node.inputs.map((input) => (input === "" ? undefined : typeOf(graph, input))),
    value: (index) => {
      const input = node.inputs[index];
      return input ? shapeValueOf(graph, input) : undefined;
    },
    fresh: () => freshDim(graph),
  };
  const key = operatorOf(node);
  const inferred = ownEntry(INFERENCE_RULES, key)?.(inference) ?? inferBodies(graph, node, inferTypes) ?? [];
  node.outputs.forEach((output, i) => {
    if (output !== "") graph.types.set(output, outputType(inferred[i], graph.types.get(output)));
  });
  const value = ownEntry(VALUE_RULES, key)?.(inference, typeOf(graph, node.outputs[0] ?? ""));
  if (value && value.elements.length <= MOST_ELEMENTS) graph.shapeValues.set(node.outputs[0]!, value);
  else graph.shapeValues.delete(node.outputs[0] ?? "");
}

/**
 * Infers the types of all node outputs; the nodes must be in topological order.
 *
 * @example
 * ```ts with=engine
 * import { inferTypes, typeOf } from "baaljs/engine";
 *
 * graph.inputs.set("x", { dtype: "float32", shape: [8, 1] });
 * inferTypes(graph);
 * console.log(typeOf(graph, "y")?.shape); // [8, 1]
 * ```
 */
export function inferTypes(graph: Graph): void {
  for (const node of graph.nodes) inferNode(graph, node);
}

/** The elements of a small integer value as far as they are known before running, or `undefined`. */
export function shapeValueOf(graph: Graph, value: string): ShapeValue | undefined {
  const constant = graph.initializers.get(value);
  return constant ? constantShapeValue(constant) : graph.shapeValues.get(value);
}

/** Operator names come from files: one called "constructor" must not find what every object inherits. */
function ownEntry<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function outputType(inferred: ValueType | undefined, known: ValueType | undefined): ValueType {
  if (!inferred) return known ?? { dtype: "float32", shape: undefined };
  if (inferred.shape || !known?.shape || known.dtype !== inferred.dtype) return inferred;
  // Inference says less than the model file: what the file says may be trusted where it gives numbers.
  return isStatic(known.shape) ? known : inferred;
}

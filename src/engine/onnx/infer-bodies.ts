import { BaalError } from "../../core/errors.js";
import { graphAttribute, intAttribute, intsAttribute } from "./attributes.js";
import { cloneGraph, freshDim, type Graph, type GraphNode, typeOf, type ValueType, valuesReadBy } from "./graph.js";
import type { Outputs } from "./infer-rule.js";
import type { Dim, Shape } from "./tensor.js";

type Type = ValueType | undefined;

/** Infers a body's outputs from the types of its inputs; what it reads of the graph around it has the types that it has there. */
type InferBody = (body: Graph, inputs: readonly Type[]) => readonly Type[];

/**
 * The types of what an `If`, `Loop` or `Scan` gives, from its bodies: element types as they are computed there, and of shapes what is the
 * same on every path and in every step. Nothing for another node. `inferTypes` is handed in, as bodies hold nodes of all kinds.
 */
export function inferBodies(graph: Graph, node: GraphNode, inferTypes: (graph: Graph) => void): Outputs | undefined {
  const rule = RULES[node.opType];
  if (!rule || node.domain !== "") return undefined;
  const captured = valuesReadBy(node);
  return rule(graph, node, (body, inputs) => {
    const inner: Graph = { ...cloneGraph(body), made: graph.made };
    for (const name of captured) {
      const type = typeOf(graph, name);
      if (type && !typeOf(inner, name)) inner.types.set(name, type);
    }
    for (const [i, name] of [...inner.inputs.keys()].entries()) if (inputs[i]) inner.inputs.set(name, inputs[i]);
    inferTypes(inner);
    return inner.outputs.map((output) => typeOf(inner, output));
  });
}

const RULES: Readonly<Record<string, (graph: Graph, node: GraphNode, infer: InferBody) => Outputs>> = {
  If(graph, node, infer) {
    const [yes, no] = ["then_branch", "else_branch"].map((name) => {
      const branch = graphAttribute(node, name);
      return branch ? infer(branch, []) : [];
    });
    return node.outputs.map((_, i) => common(graph, yes![i], no![i]));
  },

  // Body: (step, condition, states) to (condition, states, one element of each output).
  Loop(graph, node, infer) {
    const body = graphAttribute(node, "body");
    const initial = node.inputs.slice(2).map((name) => typeOf(graph, name));
    if (!body) return [];
    const [states, elements] = inferSteps(graph, initial, (types) => {
      const [, ...results] = infer(body, [{ dtype: "int64", shape: [] }, { dtype: "bool", shape: [] }, ...types]);
      return results;
    });
    return [...states, ...elements.map((type) => stacked(type, freshDim(graph), 0))];
  },

  // Body: (states, one element of each input) to (states, one element of each output).
  Scan(graph, node, infer) {
    const body = graphAttribute(node, "body");
    const first = node.inputs.length - intAttribute(node, "num_scan_inputs", 0);
    const axes = intsAttribute(node, "scan_input_axes") ?? [];
    const types = node.inputs.map((name) => typeOf(graph, name));
    const scanned = types.slice(first).map((type, i) => without(type, axes[i] ?? 0));
    if (!body) return [];
    const [states, elements] = inferSteps(graph, types.slice(0, first), (current) => infer(body, [...current, ...scanned]));
    const steps = types[first]?.shape?.at(axes[0] ?? 0) ?? freshDim(graph);
    return [...states, ...elements.map((type, i) => stacked(type, steps, intsAttribute(node, "scan_output_axes")?.[i] ?? 0))];
  },
};

/** States of all steps, whose shapes may change from the first on, and the elements that a step gives. */
function inferSteps(
  graph: Graph,
  initial: readonly Type[],
  step: (states: readonly Type[]) => readonly Type[],
): readonly [states: readonly Type[], elements: readonly Type[]] {
  let states = initial;
  // Dimensions that change from step to step, each with a symbol that stands for all it becomes.
  const open = new Set<string>();
  try {
    for (;;) {
      const results = step(states);
      let isStable = true;
      states = states.map((type, i) => {
        const [from, to] = [type?.shape, results[i]?.shape];
        if (!type || !from) return type;
        if (from.length !== to?.length) {
          isStable = false;
          return { dtype: type.dtype, shape: undefined };
        }
        const shape = from.map((dim, axis) => {
          if (dim === to[axis] || open.has(`${i} ${axis}`)) return dim;
          open.add(`${i} ${axis}`);
          isStable = false;
          return freshDim(graph);
        });
        return { dtype: type.dtype, shape };
      });
      if (isStable) return [states, results.slice(states.length)];
    }
  } catch (error) {
    // What holds for the first step need not hold for shapes that grow.
    if (!(error instanceof BaalError && error.code === "E_SHAPE")) throw error;
    return [initial.map((type) => type && { dtype: type.dtype, shape: undefined }), []];
  }
}

/** What two types have in common. */
function common(graph: Graph, a: Type, b: Type): Type {
  if (!a || !b) return a ?? b;
  const isSameRank = a.shape && b.shape && a.shape.length === b.shape.length;
  const shape = isSameRank ? a.shape.map((dim, i) => (dim === b.shape![i] ? dim : freshDim(graph))) : undefined;
  return { dtype: a.dtype, shape };
}

function stacked(type: Type, steps: Dim, axis: number): Type {
  if (!type?.shape) return type;
  const at = axis < 0 ? axis + type.shape.length + 1 : axis;
  return { dtype: type.dtype, shape: type.shape.toSpliced(at, 0, steps) as Shape };
}

function without(type: Type, axis: number): Type {
  if (!type?.shape) return type;
  return { dtype: type.dtype, shape: type.shape.filter((_, i) => i !== (axis < 0 ? axis + type.shape!.length : axis)) };
}

import type { Graph } from "./graph.js";
import { type Dim, type Tensor, toNumbers } from "./tensor.js";

/**
 * What is known of the *elements* of a small integer value: exported graphs compute shapes with Shape, Gather, Concat, ...,
 * and a `Reshape` says little without them. `undefined` elements are unknown. Booleans are 0 and 1.
 */
export interface ShapeValue {
  readonly dims: readonly number[];
  readonly elements: readonly (Dim | undefined)[];
}

/** Larger constants are data, not shapes. */
export const MOST_ELEMENTS = 64;

interface Knowledge {
  readonly values: Map<string, ShapeValue>;
  symbols: number;
}

const knowledgeOf = new WeakMap<Graph, Knowledge>();

function knowledge(graph: Graph): Knowledge {
  const known = knowledgeOf.get(graph) ?? { values: new Map<string, ShapeValue>(), symbols: 0 };
  knowledgeOf.set(graph, known);
  return known;
}

/** The known shape vectors of a graph, by value name. */
export function shapeValues(graph: Graph): Map<string, ShapeValue> {
  return knowledge(graph).values;
}

/** A symbol for a dimension that nothing is known of: "?1", "?2", ... */
export function freshDim(graph: Graph): string {
  return `?${++knowledge(graph).symbols}`;
}

/** Gives a copy of a graph what is known of the original. */
export function copyShapeValues(from: Graph, to: Graph): void {
  const { values, symbols } = knowledge(from);
  knowledgeOf.set(to, { values: new Map(values), symbols });
}

/** A small constant as a shape value. */
export function constantShapeValue(tensor: Tensor): ShapeValue | undefined {
  if (tensor.dtype === "string" || tensor.dtype === "float16" || tensor.dtype === "bfloat16") return undefined;
  if (tensor.data.length > MOST_ELEMENTS) return undefined;
  return { dims: tensor.dims, elements: toNumbers(tensor) };
}

import { type Graph, typeOf } from "../onnx/graph.js";
import type { Dim } from "../onnx/tensor.js";

/** The largest activation of a pass takes at most this many floats (64 MB): images make large ones. */
export const MAX_ACTIVATION_ELEMENTS = 16 * 1024 * 1024;

/**
 * Elements of the largest activation that one row (an item, or one of its draws) of a padded length makes: what decides how many rows
 * fit through a graph at once. Values whose shape is not a product of batch, sequence and fixed axes are left out.
 */
export function activationSize(graph: Graph): (length: number) => number {
  // A part of a larger graph knows the types of values that it does not have.
  const values = [...graph.inputs.keys(), ...graph.nodes.flatMap(({ outputs }) => outputs)];
  const shapes = values.flatMap((value) => {
    const shape = typeOf(graph, value)?.shape;
    return shape?.some(isBatch) ? [shape] : [];
  });
  const known = new Map<number, number>();
  return (length) => {
    let size = known.get(length);
    if (size === undefined) {
      size = shapes.reduce((largest, shape) => Math.max(largest, elements(shape, length)), 1);
      known.set(length, size);
    }
    return size;
  };
}

function isBatch(dim: Dim): boolean {
  return typeof dim === "string" && dim.split("*").includes("batch");
}

function elements(shape: readonly Dim[], length: number): number {
  const size = shape
    .flatMap((dim) => (typeof dim === "number" ? [dim] : dim.split("*").map((factor) => AXES[factor]?.(length) ?? 0)))
    .reduce((product, dim) => product * dim, 1);
  return Number.isFinite(size) ? size : 0;
}

const AXES: Readonly<Record<string, (length: number) => number>> = { batch: () => 1, sequence: (length) => length };

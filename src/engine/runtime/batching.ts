import { type Graph, typeOf } from "../onnx/graph.js";
import type { Dim } from "../onnx/tensor.js";

/** A group of items that go through the model together, with some or all of their draws. */
export interface Batch {
  /** Positions of the items in the caller's list. */
  readonly positions: readonly number[];
  /** Length of the longest item: what the others are padded to. */
  readonly paddedLength: number;
  readonly firstDraw: number;
  readonly draws: number;
}

/** How many draws there are, and how many rows fit through a model at once. */
export interface BatchingOptions {
  /** Draws per item; 1 by default. */
  readonly draws?: number | undefined;
  /** Most draws in one batch; as many as fit by default. */
  readonly mostDraws?: number | undefined;
  /** Whether only items of one length share a batch, so that nothing is padded. */
  readonly sameLength?: boolean | undefined;
  /** How many rows (items x draws) of a padded length fit through the model at once; at least 1 is always taken. */
  readonly capacity: (paddedLength: number) => number;
}

/**
 * Groups items of similar length, longest first, so that little is padding and the largest buffers are made first.
 * Limits come from `capacity`, which thinks in tokens and memory rather than in rows.
 */
export function planBatches(lengths: readonly number[], options: BatchingOptions): Batch[] {
  const draws = options.draws ?? 1;
  const order = lengths.map((_, position) => position).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const batches: Batch[] = [];
  for (let start = 0; start < order.length; ) {
    const paddedLength = lengths[order[start]!]!;
    const rows = Math.max(1, Math.floor(options.capacity(paddedLength)));
    const drawsAtOnce = Math.min(draws, rows, options.mostDraws ?? draws);
    const items = Math.max(1, Math.floor(rows / Math.min(draws, options.mostDraws ?? draws)));
    const fitting = order.slice(start, start + items);
    const positions = options.sameLength ? fitting.filter((position) => lengths[position] === paddedLength) : fitting;
    for (let firstDraw = 0; firstDraw < draws; firstDraw += drawsAtOnce) {
      batches.push({ positions, paddedLength, firstDraw, draws: Math.min(drawsAtOnce, draws - firstDraw) });
    }
    start += positions.length;
  }
  return batches;
}

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

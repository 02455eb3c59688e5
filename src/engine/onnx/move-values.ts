import type { ShapeValue } from "./graph.js";
import { sizeOf } from "./tensor.js";

/** `value` with its axes in another order; `perm` as in ONNX's `Transpose`, the reverse order by default. */
export function transposeValue({ dims, elements }: ShapeValue, perm: readonly number[] | undefined): ShapeValue {
  const order = perm ?? dims.map((_, axis) => dims.length - 1 - axis);
  const strides = dims.map((_, axis) => sizeOf(dims.slice(axis + 1)));
  const target = order.map((axis) => dims[axis]!);
  const moved = elements.map((_, to) => {
    let [rest, from] = [to, 0];
    for (let axis = target.length - 1; axis >= 0; axis--) {
      from += (rest % target[axis]!) * strides[order[axis]!]!;
      rest = Math.floor(rest / target[axis]!);
    }
    return elements[from];
  });
  return { dims: target, elements: moved };
}

interface AxisSlice {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** A part of `value`; bounds count from the end where negative, and are cut to the size, as in ONNX's `Slice`. */
export function sliceValue({ dims, elements }: ShapeValue, slice: AxisSlice): ShapeValue {
  const axis = slice.axis < 0 ? slice.axis + dims.length : slice.axis;
  const size = dims[axis]!;
  const { from: first, count } = sliceRange(size, slice);
  const inner = sizeOf(dims.slice(axis + 1));
  const result: ShapeValue["elements"][number][] = [];
  for (let outer = 0; outer < sizeOf(dims.slice(0, axis)); outer++) {
    for (let i = 0; i < count; i++) {
      const from = (outer * size + first + i * slice.step) * inner;
      result.push(...elements.slice(from, from + inner));
    }
  }
  return { dims: dims.with(axis, count), elements: result };
}

/** The first element of an axis of known size that a slice takes, and how many it takes. */
export function sliceRange(
  size: number,
  { start, end, step }: Omit<AxisSlice, "axis">,
): { readonly from: number; readonly count: number } {
  const clamp = (at: number, low: number, high: number) => Math.min(Math.max(at < 0 ? at + size : at, low), high);
  const [from, to] =
    step > 0 ? [clamp(start, 0, size), clamp(end, 0, size)] : [clamp(start, 0, size - 1), clamp(end, -1, size - 1)];
  return { from, count: Math.max(0, Math.ceil((to - from) / step)) };
}

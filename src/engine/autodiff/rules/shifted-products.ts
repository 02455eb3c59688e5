import type { GraphBuilder } from "../../onnx/builder.js";
import { isStatic } from "../../onnx/dims.js";
import { dimOf } from "./shapes.js";
import { type Convolution, kernelPlaces, type WindowAxis } from "./windows.js";

/**
 * The gradient of a convolution's kernel, place by place: what the windows see at one place of the kernel is a shifted part of the
 * padded input, and its product with dy over images and windows is one `[O, C / group]` slice of the result. One matrix product
 * after the other, so that only one shifted copy of the input exists at a time.
 */
export function shiftedProducts(b: GraphBuilder, { windows, group, input, weight, dy }: Convolution): string {
  const [outputs, channels, ...kernel] = b.type(weight)!.shape as readonly number[];
  const padded = padInput(b, input, windows);
  const grouped = (value: string, size: number) => b.reshape(value, b.int64s([0, group, size, -1]));
  const gradients = grouped(dy, outputs! / group);
  const parts = kernelPlaces(windows).map((place) => {
    const seen = grouped(shifted(b, padded, { windows, dy, place }), channels!);
    return b.reduceSum(b.fusedMatMul(gradients, seen, { transB: true }), b.int64s([0]), { keepDims: false });
  });
  const all =
    parts.length === 1
      ? parts[0]!
      : b.concat(
          parts.map((part) => b.unsqueeze(part, [3])),
          3,
        );
  return b.reshape(all, b.int64s([outputs!, channels!, ...kernel]));
}

function padInput(b: GraphBuilder, input: string, windows: readonly WindowAxis[]): string {
  if (windows.every(({ before, after }) => before === 0 && after === 0)) return input;
  const pads = [0, 0, ...windows.map(({ before }) => before), 0, 0, ...windows.map(({ after }) => after)];
  return b.op("Pad", [input, b.int64s(pads)]);
}

interface Shift {
  readonly windows: readonly WindowAxis[];
  readonly dy: string;
  readonly place: readonly number[];
}

/** The elements that the windows see at one place of the kernel, in the shape of dy. */
function shifted(b: GraphBuilder, padded: string, { windows, dy, place }: Shift): string {
  if (windows.every(({ kernel, stride, before, after }) => kernel === 1 && stride === 1 && before === 0 && after === 0))
    return padded;
  const starts = windows.map(({ dilation }, i) => place[i]! * dilation);
  const ends = sliceEnds(b, dy, windows, starts);
  const axes = b.int64s(windows.map((_, i) => i + 2));
  return b.slice(padded, b.int64s(starts), ends, axes, b.int64s(windows.map(({ stride }) => stride)));
}

/** One past the last element that a window sees: `start + stride * (count - 1) + 1`. */
function sliceEnds(b: GraphBuilder, dy: string, windows: readonly WindowAxis[], starts: readonly number[]): string {
  const counts = b.type(dy)?.shape?.slice(2);
  const rest = windows.map(({ stride }, i) => starts[i]! + 1 - stride);
  if (isStatic(counts)) return b.int64s(windows.map(({ stride }, i) => rest[i]! + stride * counts[i]!));
  const sizes = windows.map((_, i) => dimOf(b, dy, i + 2));
  return b.add(b.mul(b.concat(sizes, 0), b.int64s(windows.map(({ stride }) => stride))), b.int64s(rest));
}

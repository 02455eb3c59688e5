import type { GraphBuilder } from "../../onnx/builder.js";
import { isStatic } from "../../onnx/dims.js";
import { dimOf, padAxes } from "./shapes.js";
import { kernelOffsets, type WindowAxis } from "./windows.js";

export interface Convolution {
  readonly windows: readonly WindowAxis[];
  readonly group: number;
  /** `[batch, C, ...]`. */
  readonly input: string;
  /** `[O, C / group, k1, ...]`, all known. */
  readonly weight: string;
  /** Gradient of the result, `[batch, O, ...]`. */
  readonly dy: string;
}

/**
 * The gradient of a convolution's kernel: for each place in the kernel, what the windows see there is a shifted part of the padded
 * input, and its product with dy over images and windows is one `[O, C / group]` slice of the result. One matrix product after
 * the other, so that only one shifted copy of the input exists at a time.
 */
export function kernelGradient(b: GraphBuilder, { windows, group, input, weight, dy }: Convolution): string {
  const [outputs, inputs, ...kernel] = b.type(weight)!.shape as readonly number[];
  const padded = padInput(b, input, windows);
  const grouped = (value: string, channels: number) => b.reshape(value, b.int64s([0, group, channels, -1]));
  const gradients = grouped(dy, outputs! / group);
  const parts = kernelOffsets(windows).map((offset) => {
    const seen = grouped(shifted(b, { padded, windows, dy }, offset), inputs!);
    return b.reduceSum(b.fusedMatMul(gradients, seen, { transB: true }), b.int64s([0]), { keepDims: false });
  });
  const all =
    parts.length === 1
      ? parts[0]!
      : b.concat(
          parts.map((part) => b.unsqueeze(part, [3])),
          3,
        );
  return b.reshape(all, b.int64s([outputs!, inputs!, ...kernel]));
}

function padInput(b: GraphBuilder, input: string, windows: readonly WindowAxis[]): string {
  if (windows.every(({ before, after }) => before === 0 && after === 0)) return input;
  const pad = (size: number) => b.int64s([size]);
  const paddings = windows.map(({ before, after }, i) => ({ axis: i + 2, before: pad(before), after: pad(after) }));
  return padAxes(b, input, windows.length + 2, paddings);
}

/** The elements that the windows see at one place of the kernel, in the shape of dy. */
function shifted(
  b: GraphBuilder,
  { padded, windows, dy }: { readonly padded: string; readonly windows: readonly WindowAxis[]; readonly dy: string },
  offset: readonly number[],
): string {
  const from = b.type(padded)?.shape?.slice(2);
  const counts = b.type(dy)?.shape?.slice(2);
  const starts = windows.map(({ dilation }, i) => offset[i]! * dilation);
  const strides = windows.map(({ stride }) => stride);
  const isWhole =
    strides.every((stride) => stride === 1) && isStatic(from) && isStatic(counts) && String(from) === String(counts);
  if (isWhole) return padded;
  const isPlain = windows.every(
    ({ kernel, stride, before, after }) => kernel === 1 && stride === 1 && before === 0 && after === 0,
  );
  if (isPlain) return padded;
  const axes = b.int64s(windows.map((_, i) => i + 2));
  return b.slice(padded, b.int64s(starts), sliceEnds(b, dy, windows, starts), axes, b.int64s(strides));
}

/** One past the last element that a window sees: `start + stride * (count - 1) + 1`. */
function sliceEnds(b: GraphBuilder, dy: string, windows: readonly WindowAxis[], starts: readonly number[]): string {
  const counts = b.type(dy)?.shape?.slice(2);
  const firstEnds = windows.map(({ stride }, i) => starts[i]! + 1 - stride);
  if (isStatic(counts)) return b.int64s(windows.map(({ stride }, i) => firstEnds[i]! + stride * counts[i]!));
  const sizes = b.concat(
    windows.map((_, i) => dimOf(b, dy, i + 2)),
    0,
  );
  return b.add(b.mul(sizes, b.int64s(windows.map(({ stride }) => stride))), b.int64s(firstEnds));
}

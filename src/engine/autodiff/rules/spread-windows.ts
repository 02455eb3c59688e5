import { type GraphBuilder, int, ints } from "../../onnx/builder.js";
import { isStatic } from "../../onnx/dims.js";
import { dimOf } from "./shapes.js";
import type { WindowAxis } from "./windows.js";

export interface SpreadOptions {
  readonly windows: readonly WindowAxis[];
  readonly group: number;
  /** A value whose spatial sizes the result has. */
  readonly like: string;
}

/**
 * Adds up, at each place that a window covers, the window's value times the kernel: the transpose of sliding the windows over `like`.
 * One `ConvTranspose`, cut or filled with zeros at the end to the sizes of `like`.
 */
export function spreadWindows(b: GraphBuilder, dy: string, kernel: string, { windows, group, like }: SpreadOptions): string {
  const sizes = b.type(like)?.shape?.slice(2);
  const counts = b.type(dy)?.shape?.slice(2);
  const attributes = {
    group: int(group),
    kernel_shape: ints(windows.map((axis) => axis.kernel)),
    strides: ints(windows.map((axis) => axis.stride)),
    dilations: ints(windows.map((axis) => axis.dilation)),
  };
  if (isStatic(sizes) && isStatic(counts)) {
    // How far the input reaches beyond the last window.
    const rest = windows.map(({ before, stride, reach }, i) => sizes[i]! + before - (stride * (counts[i]! - 1) + reach));
    return b.op("ConvTranspose", [dy, kernel], {
      ...attributes,
      pads: ints([...windows.map(({ before }) => before), ...rest.map((size) => Math.max(0, -size))]),
      output_padding: ints(rest.map((size) => Math.max(0, size))),
    });
  }
  const spread = b.op("ConvTranspose", [dy, kernel], {
    ...attributes,
    pads: ints([...windows.map(({ before }) => before), ...windows.map(() => 0)]),
    output_padding: ints(windows.map(({ stride }) => stride - 1)),
  });
  const ends = b.concat(
    windows.map((_, i) => dimOf(b, like, i + 2)),
    0,
  );
  const axes = windows.map((_, i) => i + 2);
  return b.slice(spread, b.int64s(windows.map(() => 0)), ends, b.int64s(axes));
}

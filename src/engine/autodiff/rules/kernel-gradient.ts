import { type GraphBuilder, int, ints } from "../../onnx/builder.js";
import { isStatic } from "../../onnx/dims.js";
import { type Shape, sizeOf } from "../../onnx/tensor.js";
import { dimOf } from "./shapes.js";
import { shiftedProducts } from "./shifted-products.js";
import type { Convolution, WindowAxis } from "./windows.js";

/** From this many positions on, a product per image and the sum of them cost less than rearranging the images. */
const MANY_POSITIONS = 256;
/** Grouped kernels (depthwise ones, say) with this many numbers per output channel and fewer make a convolution's matrices too narrow. */
const NARROW = 25;

/** The gradient of a convolution's kernel, in the formulation that measures fastest for its shape. */
export function kernelGradient(b: GraphBuilder, convolution: Convolution): string {
  const { windows, group, weight, dy } = convolution;
  const [, ...filter] = b.type(weight)!.shape as readonly number[];
  const positions = b.type(dy)?.shape?.slice(2);
  const isDense = windows.every(({ stride }) => stride === 1);
  const isPointwise = isDense && windows.every(({ kernel, before, after }) => kernel === 1 && before === 0 && after === 0);
  const hasManyPositions = !isStatic(positions) || sizeOf(positions) >= MANY_POSITIONS;
  const isNarrow = isDense && group > 1 && sizeOf(filter) <= NARROW;
  const isDilated = windows.some(({ dilation }) => dilation > 1);
  if (isDilated || isNarrow || (isPointwise && hasManyPositions)) return shiftedProducts(b, convolution);
  return convolveWithGradient(b, convolution);
}

/**
 * As a convolution of the input with dy, in which images take the place of channels: `[1, batch, h, w * C]` by `[O, batch, h', w']`.
 * The input's channels stand side by side within its last axis, where dy's elements are C apart; the result is `[1, O, k1, k2 * C]`.
 * All products of one kernel place, channel and output are one sum, of which the operator never stores the terms.
 */
function convolveWithGradient(b: GraphBuilder, { windows, group, input, weight, dy }: Convolution): string {
  const [outputs, channels, ...kernel] = b.type(weight)!.shape as readonly number[];
  const spatial = windows.map((_, i) => i + 2);
  // One element of the last axis is `channels` elements of the merged one.
  const width = (i: number) => (i === windows.length - 1 ? channels! : 1);
  const padding = (side: "before" | "after") => windows.map((axis, i) => axis[side] * width(i));
  const result = b.op("Conv", [imagesAsChannels(b, input, group, channels!), b.transpose(dy, [1, 0, ...spatial])], {
    group: int(group),
    dilations: ints(windows.map(({ stride }, i) => stride * width(i))),
    pads: ints([...padding("before"), ...padding("after")]),
  });
  const places = b.reshape(trimmed(b, result, windows, width), b.int64s([outputs!, sizeOf(kernel), channels!]));
  return b.reshape(b.transpose(places, [0, 2, 1]), b.int64s([outputs!, channels!, ...kernel]));
}

/** `[batch, group * channels, ..., w]` as `[1, group * batch, ..., w * channels]`. */
function imagesAsChannels(b: GraphBuilder, input: string, group: number, channels: number): string {
  const sizes: Shape = b.type(input)!.shape!.slice(2);
  const spatial = sizes.map((_, i) => i + 2);
  if (group === 1) {
    const last = b.transpose(input, [0, ...spatial, 1]);
    return b.unsqueeze(b.reshape(last, b.int64s([...spatial.map(() => 0), -1])), [0]);
  }
  const grouped = b.reshape(input, b.int64s([0, group, channels, -1]));
  const last = b.transpose(grouped, [1, 0, 3, 2]);
  if (isStatic(sizes)) return b.reshape(last, b.int64s([1, -1, ...sizes.slice(0, -1), sizes.at(-1)! * channels]));
  const inner = spatial.slice(0, -1);
  const merged = b.mul(dimOf(b, input, -1), b.int64s([channels]));
  return b.reshape(last, b.concat([b.int64s([1, -1]), ...inner.map((axis) => dimOf(b, input, axis)), merged], 0));
}

/** Without the places behind the kernel, which elements behind the last window make. */
function trimmed(b: GraphBuilder, result: string, windows: readonly WindowAxis[], width: (i: number) => number): string {
  if (windows.every(({ stride }) => stride === 1)) return result;
  const ends = windows.map(({ kernel }, i) => kernel * width(i));
  const axes = windows.map((_, i) => i + 2);
  return b.slice(result, b.int64s(axes.map(() => 0)), b.int64s(ends), b.int64s(axes));
}

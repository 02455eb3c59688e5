import { intAttribute, intsAttribute, stringAttribute } from "../../onnx/attributes.js";
import { type GraphBuilder, int, ints } from "../../onnx/builder.js";
import { isStatic } from "../../onnx/dims.js";
import { sizeOf } from "../../onnx/tensor.js";
import type { GradientRules, RuleContext } from "../rule.js";
import { kernelGradient } from "./kernel-gradient.js";
import { spreadWindows } from "./spread-windows.js";
import { explicitPads, splitPadding, unknown, type WindowAxis, weightShape, windowSteps, windowsOf } from "./windows.js";

/** Convolutions over any number of spatial axes, in groups or not. */
export const convolutionRules: GradientRules = {
  // y[o] = sum over the window of w x + b:  dx spreads w dy over the windows, dw = sum of x dy over images and windows
  Conv: (context) => {
    const { builder, node, dy, x } = context;
    const [input, weight] = [x[0]!, x[1]!];
    const [, , ...kernel] = weightShape(context, weight);
    const windows = windowsOf(context, input, kernel);
    const group = intAttribute(node, "group", 1);
    return [
      () => {
        if (isQuickerFlipped(context, windows, group)) return convolveFlipped(context, windows, group);
        return spreadWindows(builder, dy, weight, { windows, group, like: input });
      },
      () => kernelGradient(builder, { windows, group, input, weight, dy }),
      () => channelSums(builder, dy, kernel.length),
    ];
  },
  // y spreads w x over the windows, + b: what Conv's gradient does, so that dx is a convolution of dy, and dw has x and dy change places
  ConvTranspose: (context) => {
    const { builder, node, dy, x } = context;
    const [input, weight] = [x[0]!, x[1]!];
    const [, , ...kernel] = weightShape(context, weight);
    const windows = transposedWindows(context, kernel);
    const group = intAttribute(node, "group", 1);
    return [
      () =>
        builder.op("Conv", [dy, weight], {
          group: int(group),
          kernel_shape: ints(kernel),
          strides: ints(windows.map(({ stride }) => stride)),
          dilations: ints(windows.map(({ dilation }) => dilation)),
          pads: ints([...windows.map(({ before }) => before), ...windows.map(({ after }) => after)]),
        }),
      () => kernelGradient(builder, { windows, group, input: dy, weight, dy: input }),
      () => channelSums(builder, dy, kernel.length),
    ];
  },
};

/** Fewer input channels than this make a convolution's matrices too narrow. */
const FEW_CHANNELS = 16;
/** With fewer positions per image than this, rearranging a pointwise kernel costs more than it saves. */
const FEW_POSITIONS = 100;

/** Whether to convolve dy with the kernel turned around, instead of spreading it. Measured on CPU. */
function isQuickerFlipped({ builder, dy, x }: RuleContext, windows: readonly WindowAxis[], group: number): boolean {
  if (!windows.every(({ stride, before, after, reach }) => stride === 1 && Math.max(before, after) < reach)) return false;
  const [, channels, ...kernel] = builder.type(x[1]!)!.shape as readonly number[];
  if (channels! * group < FEW_CHANNELS) return false;
  const [from, to] = [x[0]!, dy].map((value) => builder.type(value)?.shape?.slice(2));
  if (isStatic(to) && sizeOf(kernel) === 1 && sizeOf(to) < FEW_POSITIONS) return false;
  // Without padding, dy has fewer positions than the input: a convolution multiplies for all of the input's.
  return !isStatic(from) || !isStatic(to) || sizeOf(from) < 1.25 * sizeOf(to);
}

/** With stride 1, spreading is a convolution with the kernel turned around and its channels swapped within each group. */
function convolveFlipped({ builder, dy, x }: RuleContext, windows: readonly WindowAxis[], group: number): string {
  const weight = x[1]!;
  const [outputs, inputs, ...kernel] = builder.type(weight)!.shape as readonly number[];
  const size = sizeOf(kernel);
  const grouped = builder.reshape(weight, builder.int64s([group, outputs! / group, inputs!, size]));
  const swapped = builder.transpose(grouped, [0, 2, 1, 3]);
  const flipped = builder.reshape(backwards(builder, swapped), builder.int64s([group * inputs!, outputs! / group, ...kernel]));
  const padding = (side: "before" | "after") => windows.map((axis) => axis.reach - 1 - axis[side]);
  return builder.op("Conv", [dy, flipped], {
    group: int(group),
    kernel_shape: ints(kernel),
    dilations: ints(windows.map(({ dilation }) => dilation)),
    pads: ints([...padding("before"), ...padding("after")]),
  });
}

/** The last axis from its end to its start. */
function backwards(builder: GraphBuilder, value: string): string {
  const [start, end, axis, step] = [-1, Number.MIN_SAFE_INTEGER, -1, -1].map((element) => builder.int64s([element]));
  return builder.slice(value, start!, end!, axis!, step!);
}

function channelSums(builder: GraphBuilder, dy: string, spatialAxes: number): string {
  const axes = [0, ...Array.from({ length: spatialAxes }, (_, i) => i + 2)];
  return builder.reduceSum(dy, builder.int64s(axes), { keepDims: false });
}

/** The windows over a `ConvTranspose`'s result, of which there is one per element of its input. */
function transposedWindows({ builder, node, x }: RuleContext, kernel: readonly number[]): WindowAxis[] {
  const mode = stringAttribute(node, "auto_pad", "NOTSET");
  const wanted = intsAttribute(node, "output_shape");
  const extra = intsAttribute(node, "output_padding");
  const sizes = builder.type(x[0]!)?.shape?.slice(2);
  return windowSteps(node, kernel).map((axis, i) => {
    const output = wanted?.at(i - kernel.length);
    const rest = extra?.[i] ?? 0;
    const pads = () => {
      if (output === undefined && mode === "NOTSET") return explicitPads(node, i, kernel.length);
      if (output === undefined && mode === "VALID") return { before: 0, after: 0 };
      // Without a wanted size, the result is the input's times the stride.
      if (output === undefined) return splitPadding(Math.max(0, axis.reach + rest - axis.stride), mode);
      const size = sizes?.[i];
      if (typeof size !== "number") throw unknown(node, `the spatial sizes of "${x[0]}"`);
      return splitPadding(Math.max(0, axis.stride * (size - 1) + rest + axis.reach - output), mode);
    };
    const { before, after } = pads();
    return { ...axis, before, after };
  });
}

import { intAttribute, intsAttribute, stringAttribute } from "../../onnx/attributes.js";
import { type GraphBuilder, int, ints } from "../../onnx/builder.js";
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
    const [outputs, , ...kernel] = weightShape(context, weight);
    const windows = windowsOf(context, input, kernel);
    const group = intAttribute(node, "group", 1);
    return [
      () => {
        const isFlippable = windows.every(({ stride, before, after, reach }) => stride === 1 && Math.max(before, after) < reach);
        if (isFlippable && group < outputs!) return convolveFlipped(context, windows, group);
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

/** With stride 1, spreading is a convolution with the kernel turned around and its channels swapped within each group. */
function convolveFlipped({ builder, dy, x }: RuleContext, windows: readonly WindowAxis[], group: number): string {
  const weight = x[1]!;
  const [outputs, inputs, ...kernel] = builder.type(weight)!.shape as readonly number[];
  const size = kernel.reduce((product, dim) => product * dim, 1);
  const grouped = builder.reshape(weight, builder.int64s([group, outputs! / group, inputs!, size]));
  const swapped = builder.transpose(grouped, [0, 2, 1, 3]);
  const backwards = builder.int64s(Array.from({ length: size }, (_, t) => size - 1 - t));
  const turned = size === 1 ? swapped : builder.gather(swapped, backwards, 3);
  const flipped = builder.reshape(turned, builder.int64s([group * inputs!, outputs! / group, ...kernel]));
  const padding = (side: "before" | "after") => windows.map((axis) => axis.reach - 1 - axis[side]);
  return builder.op("Conv", [dy, flipped], {
    group: int(group),
    kernel_shape: ints(kernel),
    dilations: ints(windows.map(({ dilation }) => dilation)),
    pads: ints([...padding("before"), ...padding("after")]),
  });
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

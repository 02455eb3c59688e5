import { intAttribute, intsAttribute, stringAttribute } from "../../onnx/attributes.js";
import { type GraphBuilder, int, string } from "../../onnx/builder.js";
import { isStatic } from "../../onnx/dims.js";
import { freshName } from "../../onnx/graph.js";
import { floatTensor, int64Tensor, sizeOf } from "../../onnx/tensor.js";
import type { GradientRules, RuleContext } from "../rule.js";
import { dimOf, expandLike, rankOf, reshapeLike } from "./shapes.js";
import { spreadWindows } from "./spread-windows.js";
import { type WindowAxis, windowSteps, windowsOf } from "./windows.js";

/** Pooling over windows and over everything. */
export const poolingRules: GradientRules = {
  // y = the window's maximum: dy goes to its place, added up where windows overlap
  MaxPool: (context) => [() => scatterMaxima(context)],
  // y = sum of the window / its count: dy / count goes to each of its places
  AveragePool: (context) => [() => spreadMeans(context)],
  // dx = dy / number of places, everywhere
  GlobalAveragePool: (context) => [
    () => {
      const { builder, dy, x } = context;
      return expandLike(builder, builder.mul(dy, reciprocalSize(context)), x[0]!);
    },
  ],
  // dx = dy at the (first) maximum
  GlobalMaxPool: (context) => [
    () => {
      const { builder, dy, x } = context;
      const flat = builder.reshape(x[0]!, builder.int64s([0, 0, -1]));
      const best = builder.op("ArgMax", [flat], { axis: int(2), keepdims: int(1) });
      const size = builder.reshape(dimOf(builder, flat, 2), builder.int64s([]));
      const places = builder.op("Range", [builder.int64(0), size, builder.int64(1)]);
      const value = builder.reshape(dy, builder.int64s([0, 0, 1]));
      return reshapeLike(builder, builder.where(builder.equal(places, best), value, builder.scalar(0)), x[0]!);
    },
  ],
};

function scatterMaxima(context: RuleContext): string {
  const { builder, node, dy, x } = context;
  if (isDisjoint(context)) {
    const attributes = Object.fromEntries(
      ["kernel_shape", "strides"].flatMap((name) => (node.attributes[name] ? [[name, node.attributes[name]]] : [])),
    );
    return builder.op("MaxUnpool", [dy, maximaPlaces(context), builder.shape(x[0]!)], attributes);
  }
  const all = builder.int64s([-1]);
  const size = builder.reshape(builder.op("Size", [x[0]!]), all);
  const zeros = builder.op("ConstantOfShape", [size], { value: { kind: "tensor", value: floatTensor([0]) } });
  const inputs = [zeros, builder.reshape(maximaPlaces(context), all), builder.reshape(dy, all)];
  return reshapeLike(builder, builder.op("ScatterElements", inputs, { axis: int(0), reduction: string("add") }), x[0]!);
}

/** Whether no element belongs to two windows, and each window lies within the input. */
function isDisjoint({ node }: RuleContext): boolean {
  const isExact = intAttribute(node, "ceil_mode", 0) === 0 && !stringAttribute(node, "auto_pad", "NOTSET").startsWith("SAME");
  const windows = windowSteps(node, intsAttribute(node, "kernel_shape") ?? []);
  return isExact && !intsAttribute(node, "pads")?.some((pad) => pad > 0) && windows.every(({ stride, reach }) => stride >= reach);
}

/** Where in the whole flattened input each window's maximum is: the forward node's optional second output, added where it has none. */
function maximaPlaces({ builder, node, x }: RuleContext): string {
  if (intAttribute(node, "storage_order", 0) === 1) {
    return builder.ops("MaxPool", [x[0]!], { ...node.attributes, storage_order: int(0) }, { outputs: 2 })[1]!;
  }
  if (!node.outputs[1]) {
    node.outputs[1] = freshName(builder.graph, `${node.outputs[0]}.places`);
    builder.graph.types.set(node.outputs[1], { dtype: "int64", shape: builder.type(node.outputs[0]!)?.shape });
  }
  return node.outputs[1];
}

function spreadMeans(context: RuleContext): string {
  const { builder: b, dy, x } = context;
  const windows = windowsOf(context, x[0]!);
  const shares = b.mul(dy, windowShare(context, windows));
  const ones = b.constant(
    floatTensor(new Float32Array(sizeOf(windows.map(({ kernel }) => kernel))).fill(1), [
      1,
      1,
      ...windows.map(({ kernel }) => kernel),
    ]),
  );
  const planes = b.reshape(shares, oneChannel(b, shares));
  const like = b.reshape(x[0]!, oneChannel(b, x[0]!));
  return reshapeLike(b, spreadWindows(b, planes, ones, { windows, group: 1, like }), x[0]!);
}

/** The shape of a value with its batch and channels in one axis: `[batch * C, 1, ...]`. */
function oneChannel(b: GraphBuilder, value: string): string {
  const sizes = b.type(value)?.shape?.slice(2);
  if (isStatic(sizes)) return b.int64s([-1, 1, ...sizes]);
  return b.concat([b.int64s([-1, 1]), ...sizes!.map((_, i) => dimOf(b, value, i + 2))], 0);
}

/** The share that each of a window's places contributes to the mean, 1 / count: a scalar, or the windows' own values. */
function windowShare({ builder: b, node, x, y }: RuleContext, windows: readonly WindowAxis[]): string {
  const includesPadding = intAttribute(node, "count_include_pad", 0) === 1;
  const isCeiled = intAttribute(node, "ceil_mode", 0) === 1;
  const isPadded = windows.some(({ before, after }) => before > 0 || after > 0);
  const all = sizeOf(windows.map(({ kernel }) => kernel));
  if (!isCeiled && (includesPadding || !isPadded)) return b.scalar(1 / all);
  const counts = windows.map((axis, i) => {
    const count = b.reshape(dimOf(b, y[0]!, i + 2), b.int64s([]));
    const firsts = b.mul(b.op("Range", [b.int64(0), count, b.int64(1)]), b.int64(axis.stride));
    const offsets = Array.from({ length: axis.kernel }, (_, t) => t * axis.dilation - axis.before);
    const places = b.add(b.unsqueeze(firsts, [1]), b.constant(int64Tensor(offsets, [1, axis.kernel])));
    const isInside = b.op("And", [b.op("GreaterOrEqual", [places, b.int64(0)]), b.op("Less", [places, dimOf(b, x[0]!, i + 2)])]);
    const inside = b.reduceSum(b.cast(isInside, "float32"), b.int64s([1]), { keepDims: false });
    return b.unsqueeze(
      inside,
      windows.slice(i + 1).map((_, axisBehind) => axisBehind + 1),
    );
  });
  const count = counts.reduce((product, size) => b.mul(product, size));
  if (!includesPadding) return b.reciprocal(count);
  // Which part of the padding counts behind the last whole window is the operator's own affair: the mean of ones tells.
  const shape = b.concat([b.int64s([1, 1]), ...windows.map((_, i) => dimOf(b, x[0]!, i + 2))], 0);
  const means = b.op("AveragePool", [b.expand(b.scalar(1), shape)], { ...node.attributes });
  return b.div(means, count);
}

function reciprocalSize(context: RuleContext): string {
  const { builder: b, x } = context;
  const sizes = Array.from({ length: rankOf(context, x[0]!) - 2 }, (_, i) => i + 2);
  const known = b.type(x[0]!)!.shape!.slice(2);
  if (isStatic(known)) return b.scalar(1 / sizeOf(known));
  const size = sizes.map((axis) => dimOf(b, x[0]!, axis)).reduce((product, dim) => b.mul(product, dim));
  return b.reciprocal(b.cast(size, "float32"));
}

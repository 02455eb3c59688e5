import { intAttribute, intsAttribute, stringAttribute } from "./attributes.js";
import { divideDims, multiplyDims } from "./dims.js";
import type { GraphNode, ValueType } from "./graph.js";
import { type Inference, type InferenceRules, type Outputs, positive, table, unshaped } from "./infer-rule.js";
import type { Dim, Shape } from "./tensor.js";

/** Operators on images and other grids: `[batch, channels, ...spatial]`. */
export const windowInferenceRules: InferenceRules = {
  ...table(pool, ["MaxPool", "AveragePool", "LpPool"]),
  ...table(globalPool, ["GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"]),
  Conv: ({ node, inputs: [x, weight], fresh }) => {
    if (!x?.shape || !weight?.shape) return [x && unshaped(x)];
    const kernel = weight.shape.slice(2);
    return [{ dtype: x.dtype, shape: [x.shape[0]!, weight.shape[0]!, ...windows(node, x.shape.slice(2), kernel, fresh)] }];
  },
  ConvTranspose: ({ node, inputs: [x, weight], fresh }) => {
    if (!x?.shape || !weight?.shape) return [x && unshaped(x)];
    const channels = multiplyDims([weight.shape[1]!, intAttribute(node, "group", 1)]);
    return [{ dtype: x.dtype, shape: [x.shape[0]!, channels, ...spreads(node, x.shape.slice(2), weight.shape.slice(2), fresh)] }];
  },
  Resize: (inference) => {
    const x = inference.inputs[0];
    return [x && { dtype: x.dtype, shape: x.shape && resize(inference, x.shape) }];
  },
  DepthToSpace: ({ node, inputs: [x], fresh }) => [
    x && { dtype: x.dtype, shape: x.shape && blocksMoved(x.shape, intAttribute(node, "blocksize", 1), "toSpace", fresh) },
  ],
  SpaceToDepth: ({ node, inputs: [x], fresh }) => [
    x && { dtype: x.dtype, shape: x.shape && blocksMoved(x.shape, intAttribute(node, "blocksize", 1), "toDepth", fresh) },
  ],
};

function pool({ node, inputs: [x], fresh }: Inference): Outputs {
  const kernel = intsAttribute(node, "kernel_shape");
  if (!x?.shape || !kernel) return [x && unshaped(x)];
  const type: ValueType = {
    dtype: x.dtype,
    shape: [x.shape[0]!, x.shape[1]!, ...windows(node, x.shape.slice(2), kernel, fresh)],
  };
  return [type, { dtype: "int64", shape: type.shape }];
}

function globalPool({ inputs: [x] }: Inference): Outputs {
  return [x && { dtype: x.dtype, shape: x.shape?.map((dim, i) => (i < 2 ? dim : 1)) }];
}

/** Sizes of the spatial axes after a sliding window of a convolution or pooling. */
function windows(node: GraphNode, spatial: Shape, kernel: Shape, fresh: () => Dim): Shape {
  const pads = intsAttribute(node, "pads");
  const strides = intsAttribute(node, "strides");
  const dilations = intsAttribute(node, "dilations");
  const autoPad = stringAttribute(node, "auto_pad", "NOTSET");
  const roundsUp = intAttribute(node, "ceil_mode", 0) === 1;
  return spatial.map((dim, i) => {
    const window = kernel[i];
    const stride = strides?.[i] ?? 1;
    if (autoPad.startsWith("SAME")) return typeof dim === "number" ? Math.ceil(dim / stride) : stride === 1 ? dim : fresh();
    if (typeof window !== "number") return fresh();
    const reach = (window - 1) * (dilations?.[i] ?? 1) + 1;
    const padding = (pads?.[i] ?? 0) + (pads?.[i + spatial.length] ?? 0);
    if (typeof dim === "number") {
      const steps = (dim + padding - reach) / stride;
      // Rounded up, the last window must still start within the input or the padding in front of it.
      return roundsUp ? Math.min(Math.ceil(steps), Math.ceil((dim + (pads?.[i] ?? 0)) / stride) - 1) + 1 : Math.floor(steps) + 1;
    }
    return stride === 1 && padding === reach - 1 ? dim : fresh();
  });
}

/** Sizes of the spatial axes after a transposed convolution. */
function spreads(node: GraphNode, spatial: Shape, kernel: Shape, fresh: () => Dim): Shape {
  const wanted = intsAttribute(node, "output_shape");
  const pads = intsAttribute(node, "pads");
  const strides = intsAttribute(node, "strides");
  const dilations = intsAttribute(node, "dilations");
  const extra = intsAttribute(node, "output_padding");
  const isSame = stringAttribute(node, "auto_pad", "NOTSET").startsWith("SAME");
  return spatial.map((dim, i) => {
    const given = wanted?.at(i - spatial.length);
    if (given !== undefined) return given;
    const stride = strides?.[i] ?? 1;
    if (isSame) return multiplyDims([dim, stride]);
    const window = kernel[i];
    if (typeof window !== "number") return fresh();
    const reach = (window - 1) * (dilations?.[i] ?? 1) + 1;
    const rest = reach + (extra?.[i] ?? 0) - stride - (pads?.[i] ?? 0) - (pads?.[i + spatial.length] ?? 0);
    if (typeof dim === "number") return stride * dim + rest;
    return rest === 0 ? multiplyDims([dim, stride]) : fresh();
  });
}

/** Sizes are given as such or as factors, for all axes or for those of the attribute. */
function resize({ node, inputs, value, fresh }: Inference, shape: Shape): Shape {
  const axes = intsAttribute(node, "axes")?.map((axis) => positive(axis, shape.length)) ?? shape.map((_, i) => i);
  // An empty vector is an omitted one in the form of opset 11.
  const isSized = inputs[3] !== undefined && inputs[3].shape?.[0] !== 0;
  const given = value(isSized ? 3 : 2)?.elements;
  if (isSized && stringAttribute(node, "keep_aspect_ratio_policy", "stretch") !== "stretch") {
    return shape.map((dim, i) => (axes.includes(i) ? fresh() : dim));
  }
  return shape.map((dim, i) => {
    const at = axes.indexOf(i);
    const element = given?.[at];
    if (at < 0 || (!isSized && element === 1)) return dim;
    if (isSized || element === undefined) return element ?? fresh();
    if (typeof dim === "number" && typeof element === "number") return Math.floor(dim * element);
    return typeof element === "number" && Number.isInteger(element) ? multiplyDims([dim, element]) : fresh();
  });
}

function blocksMoved(shape: Shape, size: number, direction: "toSpace" | "toDepth", fresh: () => Dim): Shape {
  const times = (dim: Dim, factor: number) => multiplyDims([dim, factor]);
  const over = (dim: Dim, divisor: number) => divideDims(dim, divisor) ?? fresh();
  const [batch, channels, ...spatial] = shape as readonly [Dim, Dim, ...Dim[]];
  return direction === "toSpace"
    ? [batch, over(channels, size * size), ...spatial.map((dim) => times(dim, size))]
    : [batch, times(channels, size * size), ...spatial.map((dim) => over(dim, size))];
}

import { BaalError } from "../../core/errors.js";
import { graphAttribute, intAttribute, intsAttribute, stringAttribute, tensorAttribute } from "./attributes.js";
import { broadcastShapes, divideDims, isStatic, multiplyDims } from "./dims.js";
import type { GraphNode, ShapeValue, ValueType } from "./graph.js";
import { sliceRange } from "./move-values.js";
import { type Dim, type DType, dtypeFromOnnx, type Shape } from "./tensor.js";

/** What a rule sees of a node. */
export interface Inference {
  readonly node: GraphNode;
  /** Types of the inputs; `undefined` where the input is omitted or was never inferred. */
  readonly inputs: readonly (ValueType | undefined)[];
  /** The elements of a small integer input, as far as known. */
  readonly value: (input: number) => ShapeValue | undefined;
  /** A symbol for a dimension that is not known. */
  readonly fresh: () => Dim;
}

type Outputs = readonly (ValueType | undefined)[];
type Rule = (inference: Inference) => Outputs;

/** One rule per operator, keyed by op type (other domains: "domain:OpType"). Add a line to teach inference an operator. */
export const INFERENCE_RULES: Readonly<Record<string, Rule>> = {
  ...table(sameAsInput, [
    ...["Abs", "Acos", "Asin", "Atan", "Bernoulli", "Ceil", "Celu", "Clip", "Cos", "CumSum", "Elu", "Erf"],
    ...["Exp", "Floor", "Gelu", "GroupNormalization", "HardSigmoid", "HardSwish", "Hardmax", "Identity", "InstanceNormalization"],
    ...[
      "LRN",
      "LeakyRelu",
      "Log",
      "LogSoftmax",
      "LpNormalization",
      "MeanVarianceNormalization",
      "Mish",
      "Neg",
      "Not",
      "Reciprocal",
    ],
    ...[
      "Relu",
      "Round",
      "ScatterElements",
      "ScatterND",
      "Selu",
      "Shrink",
      "Sigmoid",
      "Sign",
      "Sin",
      "Softmax",
      "Softplus",
      "Softsign",
    ],
    ...["Sqrt", "Tan", "Tanh", "ThresholdedRelu", "Trilu"],
    ...["com.microsoft:Gelu", "com.microsoft:FastGelu", "com.microsoft:BiasGelu", "com.microsoft:QuickGelu"],
  ]),
  ...table(broadcast, ["Add", "Sub", "Mul", "Div", "Pow", "Mod", "Min", "Max", "Sum", "Mean", "PRelu", "And", "Or", "Xor"]),
  ...table(comparison, ["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"]),
  ...table(reduce, [
    ...["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2"],
    ...["ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare"],
  ]),
  ...table(matMul, ["MatMul", "com.microsoft:FusedMatMul"]),
  ...table(layerNormalization, ["LayerNormalization", "com.microsoft:LayerNormalization"]),
  // Outputs: normalized, next running mean, next running variance.
  BatchNormalization: ({ inputs: [x, , , mean, variance] }) => [x, mean, variance],
  ...table(argument, ["ArgMax", "ArgMin"]),
  ...table(pool, ["MaxPool", "AveragePool", "LpPool"]),
  ...table(globalPool, ["GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"]),
  Einsum: ({ node, inputs }) => [einsum(stringAttribute(node, "equation", ""), inputs)],
  IsNaN: ({ inputs: [x] }) => [x && { dtype: "bool", shape: x.shape }],
  IsInf: ({ inputs: [x] }) => [x && { dtype: "bool", shape: x.shape }],
  Dropout: ({ inputs: [x] }) => [x, x && { dtype: "bool", shape: x.shape }],
  // Outputs: normalized, mean, inverse deviation, input + skip + bias.
  "com.microsoft:SkipLayerNormalization": ({ inputs: [x] }) => [x, undefined, undefined, x],
  Cast: ({ node, inputs: [x] }) => [{ dtype: dtypeFromOnnx(intAttribute(node, "to", 1)), shape: x?.shape }],
  CastLike: ({ inputs: [x, like] }) => [like && { dtype: like.dtype, shape: x?.shape }],
  Where: (inference) => {
    const dtype = inference.inputs[1]?.dtype ?? inference.inputs[2]?.dtype;
    return [dtype && { dtype, shape: broadcastInputs(inference) }];
  },
  Gemm: ({ node, inputs: [a, b] }) => {
    if (!a) return [];
    const rows = a.shape?.[intAttribute(node, "transA", 0) ? 1 : 0];
    const columns = b?.shape?.[intAttribute(node, "transB", 0) ? 0 : 1];
    return [{ dtype: a.dtype, shape: rows === undefined || columns === undefined ? undefined : [rows, columns] }];
  },
  Transpose: ({ node, inputs: [x] }) => {
    const perm = intsAttribute(node, "perm") ?? x?.shape?.map((_, i) => x.shape!.length - 1 - i);
    return [x && { dtype: x.dtype, shape: perm && x.shape && perm.map((axis) => x.shape![axis]!) }];
  },
  Reshape: (inference) => {
    const x = inference.inputs[0];
    return [x && { dtype: x.dtype, shape: reshape(inference, x.shape) }];
  },
  Flatten: ({ node, inputs: [x] }) => {
    if (!x?.shape) return [x];
    const axis = positive(intAttribute(node, "axis", 1), x.shape.length);
    return [{ dtype: x.dtype, shape: [multiplyDims(x.shape.slice(0, axis)), multiplyDims(x.shape.slice(axis))] }];
  },
  Squeeze: ({ inputs: [x, axesInput], value }) => {
    if (!x?.shape) return [x];
    const rank = x.shape.length;
    const axes = known(value(1))?.map((axis) => positive(axis, rank));
    // Without axes all dimensions of 1 go, and a symbolic one may be 1.
    if (!axes && (axesInput || !isStatic(x.shape))) return [unshaped(x)];
    return [{ dtype: x.dtype, shape: x.shape.filter((dim, i) => (axes ? !axes.includes(i) : dim !== 1)) }];
  },
  Unsqueeze: ({ inputs: [x], value }) => {
    const given = known(value(1));
    if (!x?.shape || !given) return [x && unshaped(x)];
    const rank = x.shape.length + given.length;
    const axes = given.map((axis) => positive(axis, rank));
    const rest = [...x.shape];
    return [{ dtype: x.dtype, shape: Array.from({ length: rank }, (_, i) => (axes.includes(i) ? 1 : rest.shift()!)) }];
  },
  Concat: ({ node, inputs, fresh }) => {
    const first = inputs.find((input) => input?.shape);
    if (!first?.shape) return [inputs[0]];
    const axis = positive(intAttribute(node, "axis", 0), first.shape.length);
    const parts = inputs.map((input) => input?.shape?.[axis]);
    const numeric = parts.every((part) => typeof part === "number");
    const joined = parts.length === 1 ? parts[0] : numeric ? (parts as number[]).reduce((sum, part) => sum + part, 0) : undefined;
    return [{ dtype: first.dtype, shape: first.shape.map((dim, i) => (i === axis ? (joined ?? fresh()) : dim)) }];
  },
  Split: ({ node, inputs: [x], value, fresh }) => {
    if (!x?.shape) return node.outputs.map(() => x);
    const axis = positive(intAttribute(node, "axis", 0), x.shape.length);
    const sizes = value(1)?.elements;
    const whole = x.shape[axis]!;
    const count = node.outputs.length;
    return node.outputs.map((_, part) => {
      const equal =
        typeof whole === "number"
          ? Math.max(0, Math.min(Math.ceil(whole / count), whole - part * Math.ceil(whole / count)))
          : undefined;
      const size = node.inputs[1] ? sizes?.[part] : equal;
      return { dtype: x.dtype, shape: x.shape!.map((dim, i) => (i === axis ? (size ?? fresh()) : dim)) };
    });
  },
  Slice: (inference) => {
    const x = inference.inputs[0];
    return [x && { dtype: x.dtype, shape: x.shape && slice(inference, x.shape) }];
  },
  Gather: ({ node, inputs: [x, indices] }) => {
    if (!x?.shape || !indices?.shape) return [x && unshaped(x)];
    const axis = positive(intAttribute(node, "axis", 0), x.shape.length);
    return [{ dtype: x.dtype, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] }];
  },
  GatherElements: ({ inputs: [x, indices] }) => [x && { dtype: x.dtype, shape: indices?.shape }],
  GatherND: ({ node, inputs: [x, indices] }) => {
    const depth = indices?.shape?.at(-1);
    if (!x?.shape || !indices?.shape || typeof depth !== "number") return [x && unshaped(x)];
    return [
      { dtype: x.dtype, shape: [...indices.shape.slice(0, -1), ...x.shape.slice(depth + intAttribute(node, "batch_dims", 0))] },
    ];
  },
  Expand: ({ node, inputs: [x, target], value, fresh }) => {
    const length = target?.shape?.[0];
    const wanted = value(1)?.elements ?? (typeof length === "number" ? Array<undefined>(length).fill(undefined) : undefined);
    if (!x?.shape || !wanted) return [x && unshaped(x)];
    const shape = broadcastShapes([x.shape, wanted.map((dim) => dim ?? fresh())], fresh);
    return [{ dtype: x.dtype, shape: agreed(node, shape, [x, target]) }];
  },
  Tile: ({ inputs: [x], value, fresh }) => {
    const repeats = value(1)?.elements;
    if (!x?.shape || !repeats) return [x && { dtype: x.dtype, shape: x.shape?.map(fresh) }];
    return [
      { dtype: x.dtype, shape: x.shape.map((dim, i) => (repeats[i] === undefined ? fresh() : multiplyDims([dim, repeats[i]]))) },
    ];
  },
  Pad: ({ inputs: [x], value, fresh }) => {
    const pads = value(1)?.elements;
    if (!x?.shape) return [x];
    const rank = x.shape.length;
    const axes = value(3)?.elements.map((axis) => positive(Number(axis), rank)) ?? x.shape.map((_, i) => i);
    const padded = x.shape.map((dim, i) => {
      const at = axes.indexOf(i);
      if (at < 0) return dim;
      const [before, after] = [pads?.[at], pads?.[at + axes.length]];
      if (before === 0 && after === 0) return dim;
      return typeof dim === "number" && typeof before === "number" && typeof after === "number" ? dim + before + after : fresh();
    });
    return [{ dtype: x.dtype, shape: padded }];
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
  Shape: ({ node, inputs: [x] }) => {
    const start = intAttribute(node, "start", 0);
    const size = x?.shape?.slice(start, intAttribute(node, "end", x.shape.length)).length;
    return [{ dtype: "int64", shape: size === undefined ? undefined : [size] }];
  },
  EyeLike: ({ node, inputs: [x] }) => {
    const code = intAttribute(node, "dtype");
    return [x && { dtype: code === undefined ? x.dtype : dtypeFromOnnx(code), shape: x.shape }];
  },
  Size: () => [{ dtype: "int64", shape: [] }],
  Range: ({ inputs: [start], value, fresh }) => {
    const [from, limit, delta] = [0, 1, 2].map((i) => value(i)?.elements[0]);
    const numeric = typeof from === "number" && typeof limit === "number" && typeof delta === "number" && delta !== 0;
    const size = numeric ? Math.max(0, Math.ceil((limit - from) / delta)) : from === 0 && delta === 1 ? limit : undefined;
    return [start && { dtype: start.dtype, shape: [size ?? fresh()] }];
  },
  ConstantOfShape: ({ node, inputs: [shape], value, fresh }) => {
    const rank = shape?.shape?.[0];
    const dims = value(0)?.elements ?? (typeof rank === "number" ? Array<undefined>(rank).fill(undefined) : undefined);
    return [{ dtype: tensorAttribute(node, "value")?.dtype ?? "float32", shape: dims?.map((dim) => dim ?? fresh()) }];
  },
  Constant: ({ node }) => [constant(node)],
  OneHot: ({ node, inputs: [indices, , values], value, fresh }) => {
    if (!values) return [];
    if (!indices?.shape) return [{ dtype: values.dtype, shape: undefined }];
    const axis = positive(intAttribute(node, "axis", -1), indices.shape.length + 1);
    return [{ dtype: values.dtype, shape: indices.shape.toSpliced(axis, 0, value(1)?.elements[0] ?? fresh()) }];
  },
  TopK: ({ node, inputs: [x], value, fresh }) => {
    if (!x?.shape) return [x, { dtype: "int64", shape: undefined }];
    const shape = x.shape.with(positive(intAttribute(node, "axis", -1), x.shape.length), value(1)?.elements[0] ?? fresh());
    return [
      { dtype: x.dtype, shape },
      { dtype: "int64", shape },
    ];
  },
  NonZero: ({ inputs: [x], fresh }) => [{ dtype: "int64", shape: x?.shape && [x.shape.length, fresh()] }],
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
  If: ({ node }) => {
    const branch = graphAttribute(node, "then_branch");
    const other = graphAttribute(node, "else_branch");
    return node.outputs.map((_, i) => {
      const [yes, no] = [branch, other].map((graph) => graph?.types.get(graph.outputs[i] ?? ""));
      return yes && no && yes.dtype === no.dtype ? unshaped(yes) : undefined;
    });
  },
};

function table(rule: Rule, names: readonly string[]): Record<string, Rule> {
  return Object.fromEntries(names.map((name) => [name, rule]));
}

function sameAsInput({ inputs }: Inference): Outputs {
  return [inputs[0]];
}

function broadcast(inference: Inference): Outputs {
  const dtype = inference.inputs.find((input) => input)?.dtype;
  return [dtype && { dtype, shape: broadcastInputs(inference) }];
}

function comparison(inference: Inference): Outputs {
  return [{ dtype: "bool", shape: broadcastInputs(inference) }];
}

function broadcastInputs({ node, inputs, fresh }: Inference): Shape | undefined {
  const shapes: Shape[] = [];
  for (const input of inputs) {
    if (!input?.shape) return undefined;
    shapes.push(input.shape);
  }
  return agreed(node, broadcastShapes(shapes, fresh), inputs);
}

function agreed(node: GraphNode, shape: Shape | "mismatch", inputs: readonly (ValueType | undefined)[]): Shape {
  if (shape !== "mismatch") return shape;
  const came = inputs.map((input) => `[${input?.shape?.join(", ") ?? "unknown"}]`).join(" and ");
  throw new BaalError("E_SHAPE", `Node "${node.name}" (${node.opType}) needs shapes that broadcast; ${came} came.`);
}

function matMul(inference: Inference): Outputs {
  const { node, inputs, fresh } = inference;
  const [a, b] = inputs;
  if (!a?.shape?.length || !b?.shape?.length) return [a && unshaped(a)];
  if (intAttribute(node, "transBatchA", 0) || intAttribute(node, "transBatchB", 0)) return [unshaped(a)];
  const left = intAttribute(node, "transA", 0) ? swapLast(a.shape) : a.shape;
  const right = intAttribute(node, "transB", 0) ? swapLast(b.shape) : b.shape;
  const [inner, outer] = [left.at(-1)!, right.length > 1 ? right.at(-2)! : right[0]!];
  if (typeof inner === "number" && typeof outer === "number" && inner !== outer) {
    throw new BaalError(
      "E_SHAPE",
      `Node "${node.name}" (${node.opType}) multiplies [${left.join(", ")}] by [${right.join(", ")}]: ${inner} is not ${outer}.`,
    );
  }
  const batch = agreed(node, broadcastShapes([left.slice(0, -2), right.slice(0, -2)], fresh), inputs);
  return [
    {
      dtype: a.dtype,
      shape: [...batch, ...(left.length > 1 ? [left.at(-2)!] : []), ...(right.length > 1 ? [right.at(-1)!] : [])],
    },
  ];
}

function swapLast(shape: Shape): Shape {
  return shape.length < 2 ? shape : [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];
}

function reduce({ node, inputs: [x, axesInput], value }: Inference): Outputs {
  if (!x?.shape) return [x];
  const rank = x.shape.length;
  const given = known(value(1)) ?? intsAttribute(node, "axes");
  if (axesInput && !given) return [unshaped(x)];
  const keep = intAttribute(node, "keepdims", 1) !== 0;
  const all = !given || given.length === 0;
  if (all && intAttribute(node, "noop_with_empty_axes", 0)) return [x];
  const axes = all ? x.shape.map((_, i) => i) : given.map((axis) => positive(axis, rank));
  return [{ dtype: x.dtype, shape: reduced(x.shape, axes, keep) }];
}

function reduced(shape: Shape, axes: readonly number[], keep: boolean): Shape {
  return keep ? shape.map((dim, i) => (axes.includes(i) ? 1 : dim)) : shape.filter((_, i) => !axes.includes(i));
}

function argument({ node, inputs: [x] }: Inference): Outputs {
  const axes = x?.shape && [positive(intAttribute(node, "axis", 0), x.shape.length)];
  return [{ dtype: "int64", shape: axes && reduced(x.shape, axes, intAttribute(node, "keepdims", 1) !== 0) }];
}

function layerNormalization({ node, inputs: [x] }: Inference): Outputs {
  if (!x?.shape) return [x];
  const axis = positive(intAttribute(node, "axis", -1), x.shape.length);
  const statistics: ValueType = { dtype: "float32", shape: x.shape.map((dim, i) => (i < axis ? dim : 1)) };
  return [x, statistics, statistics];
}

/** The result of a `Reshape`: 0 copies a dimension, one -1 (or one unknown element) is what is left after cancelling. */
function reshape({ node, inputs, value, fresh }: Inference, from: Shape | undefined): Shape | undefined {
  const rank = inputs[1]?.shape?.[0];
  const target = value(1)?.elements ?? (typeof rank === "number" ? Array<undefined>(rank).fill(undefined) : undefined);
  if (!target) return undefined;
  const copies = !intAttribute(node, "allowzero", 0);
  const wanted = target.map((dim, i) => (dim === 0 && copies ? from?.[i] : dim === -1 ? undefined : dim));
  const open = wanted.flatMap((dim, i) => (dim === undefined ? [i] : []));
  if (from && open.length === 1) {
    const rest = multiplyDims(wanted.filter((dim) => dim !== undefined));
    wanted[open[0]!] = divideDims(multiplyDims(from), rest);
  }
  return wanted.map((dim) => dim ?? fresh());
}

function slice({ node, inputs, value, fresh }: Inference, shape: Shape): Shape {
  const rank = shape.length;
  const [starts, ends, steps] = [value(1)?.elements, value(2)?.elements, value(4)?.elements];
  const count = inputs[1]?.shape?.[0];
  const axes = node.inputs[3]
    ? known(value(3))
    : typeof count === "number"
      ? Array.from({ length: count }, (_, i) => i)
      : undefined;
  if (!axes) return shape.map(fresh);
  const result = [...shape];
  axes.forEach((given, i) => {
    const axis = positive(given, rank);
    const step = node.inputs[4] ? steps?.[i] : 1;
    result[axis] = sliceSize(shape[axis]!, starts?.[i], ends?.[i], step) ?? fresh();
  });
  return result;
}

function sliceSize(dim: Dim, start: Dim | undefined, end: Dim | undefined, step: Dim | undefined): Dim | undefined {
  if (typeof step !== "number" || step === 0 || start === undefined || end === undefined) return undefined;
  if (start === 0 && step === 1) {
    if (end === dim || (typeof end === "number" && end > 2 ** 30)) return dim;
    // A table (of positions, say) cut to a length that the run decides: models need the table to be long enough.
    if (typeof end === "string") return end;
  }
  if (typeof start !== "number" || typeof end !== "number") return undefined;
  if (typeof dim !== "number") {
    // One element counted from an end is one element for any size above zero.
    const isLast = start === -1 && end > 2 ** 30;
    return step === 1 && (isLast || (end - start === 1 && start < 0 === end < 0)) ? 1 : undefined;
  }
  return sliceRange(dim, { start, end, step }).count;
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

function constant(node: GraphNode): ValueType | undefined {
  const tensor = tensorAttribute(node, "value");
  if (tensor) return { dtype: tensor.dtype, shape: tensor.dims };
  const kinds: Readonly<Record<string, DType>> = {
    value_int: "int64",
    value_ints: "int64",
    value_float: "float32",
    value_floats: "float32",
    value_string: "string",
    value_strings: "string",
  };
  for (const [name, dtype] of Object.entries(kinds)) {
    const attribute = node.attributes[name];
    if (attribute) return { dtype, shape: Array.isArray(attribute.value) ? [attribute.value.length] : [] };
  }
  return undefined;
}

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

/** Each letter of an explicit result has the size that it has in a term ("bij,bjd->bid"). */
function einsum(equation: string, inputs: readonly (ValueType | undefined)[]): ValueType | undefined {
  const [terms, result] = equation.replaceAll(" ", "").split("->");
  const [first] = inputs;
  if (!first || result === undefined || equation.includes(".")) return first && unshaped(first);
  const sizes = new Map<string, Dim>();
  for (const [i, term] of terms!.split(",").entries()) {
    inputs[i]?.shape?.forEach((dim, axis) => {
      sizes.set(term[axis]!, dim);
    });
  }
  const shape = Array.from(result, (letter) => sizes.get(letter));
  return { dtype: first.dtype, shape: shape.every((dim) => dim !== undefined) ? shape : undefined };
}

function unshaped(type: ValueType): ValueType {
  return { dtype: type.dtype, shape: undefined };
}

function positive(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** The elements as numbers when all are. */
function known(value: ShapeValue | undefined): readonly number[] | undefined {
  return value?.elements.every((element) => typeof element === "number") ? (value.elements as readonly number[]) : undefined;
}

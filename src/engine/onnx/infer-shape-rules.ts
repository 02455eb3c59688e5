import { intAttribute, intsAttribute, tensorAttribute } from "./attributes.js";
import { broadcastShapes, divideDims, isStatic, multiplyDims } from "./dims.js";
import type { GraphNode, ValueType } from "./graph.js";
import { agreed, type Inference, type InferenceRules, known, positive, unshaped } from "./infer-rule.js";
import { sliceRange } from "./move-values.js";
import { type Dim, type DType, dtypeFromOnnx, type Shape } from "./tensor.js";

/** Operators that move elements, and those that make sizes, constants and indices. */
export const shapeInferenceRules: InferenceRules = {
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
  Compress: ({ node, inputs: [x], fresh }) => {
    const axis = intAttribute(node, "axis");
    if (axis === undefined || !x?.shape) return [x && { dtype: x.dtype, shape: axis === undefined ? [fresh()] : undefined }];
    return [{ dtype: x.dtype, shape: x.shape.with(positive(axis, x.shape.length), fresh()) }];
  },
  GridSample: ({ inputs: [x, grid] }) => {
    if (!x?.shape || !grid?.shape) return [x && unshaped(x)];
    return [{ dtype: x.dtype, shape: [...x.shape.slice(0, 2), ...grid.shape.slice(1, -1)] }];
  },
  NonZero: ({ inputs: [x], fresh }) => [{ dtype: "int64", shape: x?.shape && [x.shape.length, fresh()] }],
};

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

import { BaalError } from "../../core/errors.js";
import { intAttribute, intsAttribute, stringAttribute } from "./attributes.js";
import { broadcastShapes } from "./dims.js";
import type { ValueType } from "./graph.js";
import { agreed, type Inference, type InferenceRules, known, type Outputs, positive, table, unshaped } from "./infer-rule.js";
import { shapeInferenceRules } from "./infer-shape-rules.js";
import { windowInferenceRules } from "./infer-window-rules.js";
import { BROADCASTING, COMPARISONS, ELEMENTWISE } from "./operators.js";
import { type Dim, dtypeFromOnnx, type Shape } from "./tensor.js";

/** Operators whose first output has the type of the first input, though its elements may depend on all of that input's. */
const SAME_AS_INPUT = [
  ...["Bernoulli", "Clip", "CumSum", "GroupNormalization", "Hardmax", "InstanceNormalization", "LRN", "LogSoftmax"],
  ...["LpNormalization", "MeanVarianceNormalization", "ReverseSequence", "ScatterElements", "ScatterND", "Softmax", "Trilu"],
  ...["com.microsoft:Gelu", "com.microsoft:FastGelu", "com.microsoft:BiasGelu", "com.microsoft:QuickGelu"],
];

/**
 * The rule of each operator. Operators in a family of `operators.ts` have theirs; add a line for another one, here or in the table of
 * its subject. An operator that is not here gives float32 of unknown shape.
 */
export const INFERENCE_RULES: InferenceRules = {
  ...table(sameAsInput, [...ELEMENTWISE, ...SAME_AS_INPUT]),
  ...table(broadcast, [...BROADCASTING, "PRelu"]),
  ...table(comparison, COMPARISONS),
  ...table(reduce, [
    ...["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2"],
    ...["ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare"],
  ]),
  ...table(matMul, ["MatMul", "com.microsoft:FusedMatMul"]),
  ...table(layerNormalization, ["LayerNormalization", "com.microsoft:LayerNormalization"]),
  // Outputs: normalized, next running mean, next running variance.
  BatchNormalization: ({ inputs: [x, , , mean, variance] }) => [x, mean, variance],
  ...table(argument, ["ArgMax", "ArgMin"]),
  ...table(recurrent, ["LSTM", "GRU", "RNN"]),
  Einsum: ({ node, inputs }) => [einsum(stringAttribute(node, "equation", ""), inputs)],
  IsNaN: ({ inputs: [x] }) => [x && { dtype: "bool", shape: x.shape }],
  IsInf: ({ inputs: [x] }) => [x && { dtype: "bool", shape: x.shape }],
  Dropout: ({ inputs: [x] }) => [x, x && { dtype: "bool", shape: x.shape }],
  // Outputs: normalized, mean, inverse deviation, input + skip + bias.
  SimplifiedLayerNormalization: ({ inputs: [x] }) => [x],
  ...table(({ inputs: [x] }) => [x, undefined, undefined, x], ["com.microsoft:SkipSimplifiedLayerNormalization"]),
  "com.microsoft:SkipLayerNormalization": ({ inputs: [x] }) => [x, undefined, undefined, x],
  Cast: ({ node, inputs: [x] }) => [{ dtype: dtypeFromOnnx(intAttribute(node, "to", 1)), shape: x?.shape }],
  ...table(randomLike, ["RandomNormalLike", "RandomUniformLike"]),
  ...table(
    ({ node }) => [{ dtype: dtypeFromOnnx(intAttribute(node, "dtype", 1)), shape: intsAttribute(node, "shape") }],
    ["RandomNormal", "RandomUniform"],
  ),
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
  ...shapeInferenceRules,
  ...windowInferenceRules,
};

function randomLike({ node, inputs: [x] }: Inference): Outputs {
  const code = intAttribute(node, "dtype");
  return [x && { dtype: code === undefined ? x.dtype : dtypeFromOnnx(code), shape: x.shape }];
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

/** Outputs: all states, the last one, the last cell. */
function recurrent({ inputs: [x, , r] }: Inference): Outputs {
  if (!x?.shape || !r?.shape) return [x && unshaped(x), x && unshaped(x), x && unshaped(x)];
  const [time, batch] = x.shape;
  const [directions, , hidden] = r.shape;
  const last = { dtype: x.dtype, shape: [directions!, batch!, hidden!] };
  return [{ dtype: x.dtype, shape: [time!, directions!, batch!, hidden!] }, last, last];
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

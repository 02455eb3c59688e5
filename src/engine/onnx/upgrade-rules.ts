import { floatAttribute, intAttribute, intsAttribute, stringAttribute, tensorAttribute } from "./attributes.js";
import { float, int, string } from "./builder.js";
import type { GraphNode, ValueType } from "./graph.js";
import { shapeValueOf } from "./infer.js";
import { DTYPES, floatTensor, int64Tensor, type Tensor } from "./tensor.js";
import { attention, rmsNormalization, rotaryEmbedding, swish } from "./upgrade-attention.js";
import type { Upgrade, UpgradeContext } from "./upgrade-rule.js";

/** Operators whose form or meaning changed on the way to opset 20, and newer ones that it can express (https://onnx.ai/onnx/operators/). */
export const UPGRADES: Readonly<Record<string, Upgrade>> = {
  Constant: { until: Infinity, apply: constant },
  Softmax: { until: 13, apply: flattening },
  LogSoftmax: { until: 13, apply: flattening },
  Hardmax: { until: 13, apply: flattening },
  Squeeze: { until: 13, apply: axesToInput },
  Unsqueeze: { until: 13, apply: axesToInput },
  ReduceSum: { until: 13, apply: axesToInput },
  ...Object.fromEntries(
    ["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "SumSquare"].map((name) => [
      `Reduce${name}`,
      { until: 18, apply: axesToInput },
    ]),
  ),
  Split: {
    until: 18,
    apply: ({ node, b, opset }) => {
      const sizes = opset < 13 ? intsAttribute(node, "split") : undefined;
      delete node.attributes["split"];
      if (sizes) node.inputs.push(b.int64s(sizes));
      if (node.inputs.length < 2 || node.inputs[1] === "") node.attributes["num_outputs"] = int(node.outputs.length);
      return undefined;
    },
  },
  Dropout: {
    until: 12,
    apply: ({ node, b, opset, unsupported }) => {
      if (opset < 10 && node.outputs[1]) throw unsupported("gives its mask as a number, later opsets as a boolean");
      const ratio = floatAttribute(node, "ratio", 0.5);
      delete node.attributes["ratio"];
      node.inputs.push(b.scalar(ratio));
      return undefined;
    },
  },
  Clip: {
    until: 11,
    apply: ({ node, b, type, unsupported }) => {
      for (const bound of ["min", "max"]) {
        const value = floatAttribute(node, bound);
        node.inputs.push(value === undefined ? "" : b.constant(scalarLike(type(0), value, unsupported), bound));
        delete node.attributes[bound];
      }
      return undefined;
    },
  },
  Pad: {
    until: Infinity,
    apply: (context) => {
      const { node, opset, b, type, unsupported } = context;
      if (opset >= 11) return padEveryAxis(context);
      const fill = floatAttribute(node, "value", 0);
      node.inputs.push(b.int64s(intsAttribute(node, "pads") ?? []), b.constant(scalarLike(type(0), fill, unsupported), "fill"));
      delete node.attributes["pads"];
      delete node.attributes["value"];
      return undefined;
    },
  },
  Slice: {
    until: 10,
    apply: ({ node, b }) => {
      const starts = intsAttribute(node, "starts") ?? [];
      const axes = intsAttribute(node, "axes") ?? starts.map((_, i) => i);
      node.inputs.push(b.int64s(starts), b.int64s(intsAttribute(node, "ends") ?? []), b.int64s(axes));
      node.attributes = {};
      return undefined;
    },
  },
  TopK: {
    until: 10,
    apply: ({ node, b }) => {
      node.inputs.push(b.int64s([intAttribute(node, "k", 1)]));
      delete node.attributes["k"];
      return undefined;
    },
  },
  BatchNormalization: {
    until: 14,
    apply: ({ node, unsupported }) => {
      if (node.outputs.slice(1).some((output) => output !== ""))
        throw unsupported("is in training mode; export it in evaluation mode");
      if (intAttribute(node, "spatial", 1) !== 1) throw unsupported("normalizes per position (spatial=0)");
      delete node.attributes["spatial"];
      node.outputs = node.outputs.slice(0, 1);
      return undefined;
    },
  },
  Scatter: {
    until: Infinity,
    apply: ({ node }) => {
      node.opType = "ScatterElements";
      return undefined;
    },
  },
  Upsample: {
    until: Infinity,
    apply: (context) => {
      const { node, b } = context;
      const scales = node.attributes["scales"];
      if (scales?.kind === "floats") node.inputs.push(b.constant(floatTensor(scales.value), "scales"));
      node.opType = "Resize";
      return asymmetricResize(context);
    },
  },
  Resize: {
    until: 19,
    apply: (context) => {
      const mode = stringAttribute(context.node, "coordinate_transformation_mode", "half_pixel");
      if (mode === "tf_half_pixel_for_nn")
        throw context.unsupported(`uses the coordinates "${mode}", which later opsets do not have`);
      if (context.opset < 11) return asymmetricResize(context);
      const { node, type } = context;
      // Opset 11 has empty vectors where later ones leave an input out.
      node.inputs = node.inputs.map((input, i) => (i > 0 && type(i)?.shape?.[0] === 0 ? "" : input));
      return undefined;
    },
  },
  GridSample: {
    until: 20,
    apply: ({ node }) => {
      const mode = stringAttribute(node, "mode", "bilinear");
      node.attributes["mode"] = string(mode.replace(/^bi/, ""));
      return undefined;
    },
  },
  GroupNormalization: { until: Infinity, apply: groupNormalization },
  Attention: { until: Infinity, apply: attention },
  RotaryEmbedding: { until: Infinity, apply: rotaryEmbedding },
  // ONNX Runtime's optimizer writes both into files of any opset, with the meaning that they have now.
  LayerNormalization: { until: 17, apply: () => undefined },
  SimplifiedLayerNormalization: { until: Infinity, apply: () => undefined },
  RMSNormalization: { until: Infinity, apply: rmsNormalization },
  Swish: { until: Infinity, apply: swish },
};

/** Until opset 12: everything before `axis` is one row, everything from it on is normalized together. */
function flattening({ node, b, type }: UpgradeContext): undefined {
  const axis = intAttribute(node, "axis", 1);
  const shape = type(0)?.shape;
  node.attributes["axis"] = int(-1);
  if (axis === -1 || (shape && axis === shape.length - 1)) return;
  const x = node.inputs[0]!;
  const rows = b.op("Flatten", [x], { axis: int(axis) });
  const result = b.op(node.opType, [rows], { axis: int(-1) });
  node.opType = "Reshape";
  node.attributes = {};
  node.inputs = [result, b.shape(x)];
}

function axesToInput({ node, b }: UpgradeContext): undefined {
  const axes = intsAttribute(node, "axes");
  delete node.attributes["axes"];
  if (axes) node.inputs.push(b.int64s(axes));
}

/** Since opset 18 axes can be named, which ONNX Runtime's transpose optimizer overlooks: the others get pads of zero. */
function padEveryAxis({ node, b, type }: UpgradeContext): undefined {
  const rank = type(0)?.shape?.length;
  const named = node.inputs[3] ? shapeValueOf(b.graph, node.inputs[3])?.elements : undefined;
  if (rank === undefined || !named) return;
  const axes = named.map((axis) => (Number(axis) + rank) % rank);
  const pads = node.inputs[1]!;
  const side = (offset: number) =>
    Array.from({ length: rank }, (_, axis) =>
      axes.includes(axis) ? b.gather(pads, b.int64s([offset + axes.indexOf(axis)])) : b.int64s([0]),
    );
  node.inputs = [node.inputs[0]!, b.concat([...side(0), ...side(axes.length)], 0), node.inputs[2] ?? ""];
}

/** Opset 10 and `Upsample`: output position times 1/scale, rounded down for the nearest neighbour. */
function asymmetricResize({ node }: UpgradeContext): undefined {
  node.inputs = [node.inputs[0]!, "", node.inputs[1]!];
  node.attributes = {
    mode: string(stringAttribute(node, "mode", "nearest")),
    coordinate_transformation_mode: string("asymmetric"),
    nearest_mode: string("floor"),
  };
}

/** Groups become the channels of an `InstanceNormalization`; scale and bias are per group until opset 20, per channel later. */
function groupNormalization({ node, opset, b, type, unsupported }: UpgradeContext): undefined {
  if (opset < 18) throw unsupported("did not exist then");
  const [x, scale, bias] = [node.inputs[0]!, node.inputs[1]!, node.inputs[2]!];
  const rank = type(0)?.shape?.length;
  const groups = intAttribute(node, "num_groups", 1);
  if (rank === undefined) throw unsupported("has an input of unknown rank");
  const grouped = b.reshape(x, b.int64s([0, groups, -1]));
  const vector = (value: number) => b.constant(floatTensor(Array<number>(groups).fill(value)), `/groups_${value}`);
  const [gain, shift] = opset < 21 ? [scale, bias] : [vector(1), vector(0)];
  const epsilon = { epsilon: float(floatAttribute(node, "epsilon", 1e-5)) };
  const normalized = b.reshape(b.op("InstanceNormalization", [grouped, gain, shift], epsilon), b.shape(x));
  node.attributes = {};
  if (opset < 21) {
    node.opType = "Identity";
    node.inputs = [normalized];
    return;
  }
  const axes = Array.from({ length: rank - 2 }, (_, i) => i + 1);
  node.opType = "Add";
  node.inputs = [b.mul(normalized, b.unsqueeze(scale, axes)), b.unsqueeze(bias, axes)];
}

function constant({ node, b, unsupported }: UpgradeContext): "removed" {
  const tensor = tensorAttribute(node, "value") ?? typedConstant(node);
  if (!tensor) throw unsupported("has no dense value");
  const name = node.outputs[0]!;
  b.graph.types.delete(name);
  b.graph.initializers.set(name, tensor);
  b.graph.literals.add(name);
  return "removed";
}

function typedConstant(node: GraphNode): Tensor | undefined {
  const { value_float, value_floats, value_int, value_ints, value_string, value_strings } = node.attributes;
  if (value_float?.kind === "float") return floatTensor([value_float.value], []);
  if (value_floats?.kind === "floats") return floatTensor(value_floats.value);
  if (value_int?.kind === "int") return int64Tensor([value_int.value], []);
  if (value_ints?.kind === "ints") return int64Tensor(value_ints.value);
  if (value_string?.kind === "string") return { dtype: "string", dims: [], data: [value_string.value] };
  if (value_strings?.kind === "strings")
    return { dtype: "string", dims: [value_strings.value.length], data: value_strings.value };
  return undefined;
}

function scalarLike(type: ValueType | undefined, value: number, unsupported: UpgradeContext["unsupported"]): Tensor {
  const dtype = type?.dtype ?? "float32";
  if (dtype !== "float32" && dtype !== "float64") throw unsupported(`takes a bound as ${dtype}`);
  return { dtype, dims: [], data: DTYPES[dtype].array === Float32Array ? Float32Array.of(value) : Float64Array.of(value) };
}

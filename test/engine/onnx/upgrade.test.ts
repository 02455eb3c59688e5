import { describe, expect, it } from "vitest";
import { float, int, ints, string } from "../../../src/engine/onnx/builder.js";
import { decodeModel } from "../../../src/engine/onnx/decode.js";
import { encodeModel } from "../../../src/engine/onnx/encode.js";
import { createGraph, type ValueType } from "../../../src/engine/onnx/graph.js";
import { boolTensor, floatTensor, int64Tensor } from "../../../src/engine/onnx/tensor.js";
import { floats, type RawModel, ramp, rawModel, runBytes } from "./raw-model.js";

const FLOAT: ValueType = { dtype: "float32", shape: [2, 3, 4] };
const IMAGE: ValueType = { dtype: "float32", shape: [1, 2, 4, 4] };

interface Case extends Pick<RawModel, "nodes"> {
  readonly name: string;
  readonly opsets: readonly number[];
  readonly outputs?: readonly string[];
  readonly initializers?: RawModel["initializers"];
  readonly x?: ValueType;
}

const CASES: readonly Case[] = [
  ...["Softmax", "LogSoftmax", "Hardmax"].flatMap((opType) => [
    { name: `${opType} over the flattened axes`, opsets: [7, 11, 12], nodes: [{ opType, attributes: { axis: int(1) } }] },
    { name: `${opType} by default`, opsets: [7, 11, 12], nodes: [{ opType }] },
    { name: `${opType} over the last axis`, opsets: [7, 11, 13, 17], nodes: [{ opType, attributes: { axis: int(2) } }] },
    { name: `${opType} over axis 0`, opsets: [11], nodes: [{ opType, attributes: { axis: int(0) } }] },
    { name: `${opType} over one axis`, opsets: [13, 20], nodes: [{ opType, attributes: { axis: int(1) } }] },
  ]),
  { name: "Softmax from the end", opsets: [11, 12], nodes: [{ opType: "Softmax", attributes: { axis: int(-2) } }] },
  { name: "Unsqueeze", opsets: [7, 11, 12], nodes: [{ opType: "Unsqueeze", attributes: { axes: ints([0, 2]) } }] },
  {
    name: "Squeeze",
    opsets: [7, 11, 12],
    nodes: [
      { opType: "Unsqueeze", outputs: ["u"], attributes: { axes: ints([1]) } },
      { opType: "Squeeze", inputs: ["u"], attributes: { axes: ints([1]) } },
    ],
  },
  ...["Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "SumSquare", "LogSumExp"].flatMap((name) => [
    {
      name: `Reduce${name}`,
      opsets: name === "Sum" ? [7, 11, 12] : [7, 11, 13, 17],
      nodes: [{ opType: `Reduce${name}`, attributes: { axes: ints([1]), keepdims: int(0) } }],
    },
    { name: `Reduce${name} of everything`, opsets: [11], nodes: [{ opType: `Reduce${name}` }] },
  ]),
  {
    name: "Split in given parts",
    opsets: [7, 11, 12],
    nodes: [{ opType: "Split", outputs: ["y", "z"], attributes: { axis: int(2), split: ints([1, 3]) } }],
    outputs: ["y", "z"],
  },
  {
    name: "Split in equal parts",
    opsets: [7, 11, 13, 17],
    nodes: [{ opType: "Split", outputs: ["y", "z"], attributes: { axis: int(2) } }],
    outputs: ["y", "z"],
  },
  {
    name: "Split by an input",
    opsets: [13, 17, 18],
    nodes: [{ opType: "Split", inputs: ["x", "parts"], outputs: ["y", "z"], attributes: { axis: int(2) } }],
    outputs: ["y", "z"],
    initializers: { parts: int64Tensor([1, 3]) },
  },
  { name: "Dropout", opsets: [7, 10, 11], nodes: [{ opType: "Dropout", attributes: { ratio: float(0.3) } }] },
  {
    name: "Dropout outside of training",
    opsets: [12, 13],
    nodes: [{ opType: "Dropout", inputs: ["x", "ratio", "training"] }],
    initializers: { ratio: floatTensor([0.3], []), training: boolTensor([false], []) },
  },
  { name: "Clip", opsets: [7, 10], nodes: [{ opType: "Clip", attributes: { min: float(-0.5), max: float(0.5) } }] },
  { name: "Clip from one side", opsets: [7, 10], nodes: [{ opType: "Clip", attributes: { max: float(0.5) } }] },
  {
    name: "Pad",
    opsets: [7, 10],
    nodes: [{ opType: "Pad", attributes: { pads: ints([0, 1, 0, 0, 0, 2]), value: float(9) } }],
  },
  {
    name: "Slice",
    opsets: [7, 9],
    nodes: [{ opType: "Slice", attributes: { starts: ints([1, -2]), ends: ints([3, 2 ** 31]), axes: ints([1, 2]) } }],
  },
  { name: "Slice without axes", opsets: [9], nodes: [{ opType: "Slice", attributes: { starts: ints([1]), ends: ints([2]) } }] },
  {
    name: "TopK",
    opsets: [7, 9],
    nodes: [{ opType: "TopK", outputs: ["y", "i"], attributes: { k: int(2) } }],
    outputs: ["y", "i"],
  },
  {
    name: "BatchNormalization",
    opsets: [7, 9, 13, 14],
    nodes: [{ opType: "BatchNormalization", inputs: ["x", "s", "b", "m", "v"] }],
    initializers: { s: floatTensor([1, 2]), b: floatTensor([0, 1]), m: floatTensor([0.1, 0.2]), v: floatTensor([1, 4]) },
    x: IMAGE,
  },
  {
    name: "Upsample with an attribute",
    opsets: [7, 8],
    nodes: [{ opType: "Upsample", attributes: { mode: string("nearest"), scales: { kind: "floats", value: [1, 1, 2, 2] } } }],
    x: IMAGE,
  },
  {
    name: "Upsample with an input",
    opsets: [9],
    nodes: [{ opType: "Upsample", inputs: ["x", "scales"], attributes: { mode: string("linear") } }],
    initializers: { scales: floatTensor([1, 1, 2, 3]) },
    x: IMAGE,
  },
  {
    name: "Resize",
    opsets: [10],
    nodes: [{ opType: "Resize", inputs: ["x", "scales"], attributes: { mode: string("linear") } }],
    initializers: { scales: floatTensor([1, 1, 2, 3]) },
    x: IMAGE,
  },
  {
    name: "Resize with coordinates",
    opsets: [11, 13, 18],
    nodes: [
      {
        opType: "Resize",
        inputs: ["x", "roi", "scales"],
        attributes: { mode: string("linear"), coordinate_transformation_mode: string("half_pixel") },
      },
    ],
    initializers: { scales: floatTensor([1, 1, 2, 3]), roi: floatTensor([]) },
    x: IMAGE,
  },
  {
    name: "Pad of named axes between transposes",
    opsets: [18, 21],
    nodes: [
      { opType: "Transpose", outputs: ["t"], attributes: { perm: ints([1, 0, 2]) } },
      { opType: "Pad", inputs: ["t", "pads", "", "axes"] },
    ],
    initializers: { pads: int64Tensor([1, 0, 2, 3]), axes: int64Tensor([-1, 0]) },
  },
  {
    name: "Resize to sizes, with empty vectors for what is left out",
    opsets: [11],
    nodes: [{ opType: "Resize", inputs: ["x", "empty", "empty", "sizes"], attributes: { mode: string("linear") } }],
    initializers: { empty: floatTensor([]), sizes: int64Tensor([1, 2, 6, 3]) },
    x: IMAGE,
  },
  {
    name: "Scatter",
    opsets: [9, 10],
    nodes: [{ opType: "Scatter", inputs: ["x", "i", "u"] }],
    initializers: { i: int64Tensor([1, 0], [1, 1, 2]), u: floatTensor([7, 8], [1, 1, 2]) },
  },
  {
    name: "Constant of every kind",
    opsets: [13, 20, 24],
    nodes: [
      { opType: "Constant", inputs: [], outputs: ["one"], attributes: { value_float: float(1.5) } },
      {
        opType: "Constant",
        inputs: [],
        outputs: ["many"],
        attributes: { value_floats: { kind: "floats", value: [1, 2, 3, 4] } },
      },
      { opType: "Constant", inputs: [], outputs: ["axis"], attributes: { value_ints: ints([0]) } },
      { opType: "Constant", inputs: [], outputs: ["index"], attributes: { value_int: int(1) } },
      { opType: "Add", inputs: ["x", "many"], outputs: ["a"] },
      { opType: "Mul", inputs: ["a", "one"], outputs: ["b"] },
      { opType: "Gather", inputs: ["b", "index"], outputs: ["c"] },
      { opType: "Unsqueeze", inputs: ["c", "axis"] },
    ],
  },
  {
    name: "Reshape, Transpose, Cast, Shape and others that only gained types",
    opsets: [14, 20, 21, 23, 25, 26],
    nodes: [
      { opType: "Transpose", outputs: ["t"], attributes: { perm: ints([1, 0, 2]) } },
      { opType: "Shape", inputs: ["t"], outputs: ["shape"] },
      { opType: "Flatten", inputs: ["t"], outputs: ["f"] },
      { opType: "Reshape", inputs: ["f", "shape"], outputs: ["r"] },
      { opType: "Cast", inputs: ["r"], outputs: ["d"], attributes: { to: int(11) } },
      { opType: "Cast", inputs: ["d"], attributes: { to: int(1) } },
    ],
  },
];

describe("an upgraded model computes what ONNX Runtime computes in its own opset", () => {
  const runs = CASES.flatMap((entry) => entry.opsets.map((opset) => ({ ...entry, opset })));
  it.each(runs)("$name, opset $opset", async ({ opset, nodes, outputs = ["y"], initializers = {}, x = FLOAT }) => {
    const bytes = rawModel({ opset, nodes, outputs, initializers, inputs: [["x", x]] });
    const feeds = { x: ramp(x.shape as number[]) };
    const { graph } = decodeModel(bytes);
    expect(await runBytes(encodeModel(graph), feeds)).toEqual(await runBytes(bytes, feeds));
  });

  it("does not need the rank to upgrade Softmax", async () => {
    const bytes = rawModel({
      opset: 11,
      nodes: [{ opType: "Softmax" }],
      outputs: ["y"],
      inputs: [["x", { dtype: "float32", shape: undefined }]],
    });
    const { graph } = decodeModel(bytes);
    const feeds = { x: ramp([2, 3, 2]) };
    expect(await runBytes(encodeModel(graph), feeds)).toEqual(await runBytes(bytes, feeds));
  });

  it("spells out the axes of Pad, which ONNX Runtime forgets when it moves a transposition", async () => {
    const bytes = rawModel({
      opset: 18,
      nodes: [
        { opType: "Transpose", outputs: ["t"], attributes: { perm: ints([1, 0, 2]) } },
        { opType: "Pad", inputs: ["t", "pads", "", "axes"], outputs: ["p"] },
        { opType: "Transpose", inputs: ["p"], attributes: { perm: ints([1, 0, 2]) } },
      ],
      outputs: ["y"],
      initializers: { pads: int64Tensor([1, 0]), axes: int64Tensor([2]) },
      inputs: [["x", { dtype: "float32", shape: [2, 1, 2] }]],
    });
    const { graph } = decodeModel(bytes);
    const result = await runBytes(encodeModel(graph), { x: floats([1, 2, 3, 4], [2, 1, 2]) });
    expect(result.get("y")?.data).toEqual(Float32Array.of(0, 1, 2, 0, 3, 4));
  });

  it.each([18, 21, 23])("GroupNormalization, opset %i, to rounding", async (opset) => {
    // One value per group until opset 20, per channel from then on.
    const perChannel = opset > 20;
    const bytes = rawModel({
      opset,
      nodes: [
        { opType: "GroupNormalization", inputs: ["x", "s", "b"], attributes: { num_groups: int(2), epsilon: float(0.01) } },
      ],
      outputs: ["y"],
      initializers: {
        s: floatTensor(perChannel ? [1, 2, -1, 0.5] : [2, -1]),
        b: floatTensor(perChannel ? [0, 1, 2, 3] : [1, 3]),
      },
      inputs: [["x", { dtype: "float32", shape: [2, 4, 3] }]],
    });
    const feeds = { x: ramp([2, 4, 3]) };
    const { graph } = decodeModel(bytes);
    expect(graph.nodes.map(({ opType }) => opType)).toContain("InstanceNormalization");
    const [found, expected] = [await runBytes(encodeModel(graph), feeds), await runBytes(bytes, feeds)];
    const wanted = expected.get("y")!.data as Float32Array;
    (found.get("y")!.data as Float32Array).forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[i]!, 5);
    });
  });

  it("reaches into the branches of If", async () => {
    const branch = (axis: number) => {
      const graph = createGraph(`branch${axis}`);
      graph.nodes.push({
        opType: "ReduceSum",
        domain: "",
        name: `sum${axis}`,
        inputs: ["x"],
        outputs: [`sum${axis}`],
        attributes: { axes: ints([axis]), keepdims: int(0) },
      });
      graph.outputs.push(`sum${axis}`);
      return graph;
    };
    const bytes = rawModel({
      opset: 11,
      inputs: [["x", { dtype: "float32", shape: [2, 2] }]],
      nodes: [
        {
          opType: "If",
          inputs: ["yes"],
          attributes: { then_branch: { kind: "graph", value: branch(0) }, else_branch: { kind: "graph", value: branch(1) } },
        },
      ],
      outputs: ["y"],
      initializers: { yes: boolTensor([true], []) },
    });
    const { graph } = decodeModel(bytes);
    expect((await runBytes(encodeModel(graph), { x: floats([1, 2, 3, 4], [2, 2]) })).get("y")?.data).toEqual(
      Float32Array.of(4, 6),
    );
  });
});

describe("what cannot be upgraded is refused by name", () => {
  const refused: readonly (readonly [opType: string, opset: number, nodes: RawModel["nodes"]])[] = [
    ["Attention", 23, [{ opType: "Attention", inputs: ["x", "x", "x"] }]],
    ["RotaryEmbedding", 23, [{ opType: "RotaryEmbedding", inputs: ["x", "x", "x"] }]],
    ["TensorScatter", 24, [{ opType: "TensorScatter", inputs: ["x", "x"] }]],
    ["GroupNormalization", 17, [{ opType: "GroupNormalization", inputs: ["x", "x", "x"] }]],
    ["NoSuchOperator", 17, [{ opType: "NoSuchOperator" }]],
    ["Resize", 11, [{ opType: "Resize", attributes: { coordinate_transformation_mode: string("tf_half_pixel_for_nn") } }]],
    ["BatchNormalization", 9, [{ opType: "BatchNormalization", inputs: ["x", "x", "x", "x", "x"], outputs: ["y", "mean"] }]],
    ["Dropout", 7, [{ opType: "Dropout", outputs: ["y", "mask"] }]],
  ];
  it.each(refused)("%s of opset %i", (opType, opset, nodes) => {
    const bytes = rawModel({ opset, nodes, inputs: [["x", FLOAT]], outputs: ["y"] });
    expect(() => decodeModel(bytes, { path: "folder/model.onnx" })).toThrow(
      expect.objectContaining({
        code: "E_OP_UNSUPPORTED",
        message: expect.stringMatching(new RegExp(`folder/model.onnx.*${opType}, opset ${opset}`)),
      }),
    );
  });
});

it("leaves operators of other domains alone", () => {
  const bytes = rawModel({
    opset: 11,
    nodes: [{ opType: "Gelu", domain: "com.microsoft" }],
    inputs: [["x", FLOAT]],
    outputs: ["y"],
  });
  expect(decodeModel(bytes).graph.nodes.map(({ domain, opType }) => `${domain}.${opType}`)).toEqual(["com.microsoft.Gelu"]);
});

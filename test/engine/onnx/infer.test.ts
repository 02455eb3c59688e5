import { describe, expect, it } from "vitest";
import { float, graphBuilder, int, ints } from "../../../src/engine/onnx/builder.js";
import { cloneGraph, createGraph, type GraphNode } from "../../../src/engine/onnx/graph.js";
import { inferNode, inferTypes, shapeValueOf } from "../../../src/engine/onnx/infer.js";
import { boolTensor, type DType, floatTensor, int64Tensor, type Shape } from "../../../src/engine/onnx/tensor.js";

function start() {
  const b = graphBuilder(createGraph("test"));
  const input = (name: string, shape: Shape, dtype: DType = "float32") => b.input(name, { dtype, shape });
  return { b, input, shape: (value: string) => b.type(value)?.shape };
}

describe("shapes of operators", () => {
  const x: Shape = ["batch", "sequence", 8];
  const cases: readonly [name: string, expected: Shape, make: (s: ReturnType<typeof start>) => string][] = [
    ["Add broadcasts", ["batch", "sequence", 8], ({ b, input }) => b.add(input("x", x), input("y", ["sequence", 1]))],
    [
      "Where broadcasts",
      ["batch", 3, 4],
      ({ b, input }) => b.where(input("c", ["batch", 1, 1], "bool"), input("p", [3, 1]), input("q", [4])),
    ],
    [
      "MatMul",
      ["batch", 4, "sequence", 5],
      ({ b, input }) => b.matMul(input("x", ["batch", 4, "sequence", 7]), input("y", [7, 5])),
    ],
    ["MatMul by a vector", ["batch", "sequence"], ({ b, input }) => b.matMul(input("x", x), input("y", [8]))],
    [
      "FusedMatMul",
      ["batch", 2, "sequence", "sequence"],
      ({ b, input }) =>
        b.fusedMatMul(input("q", ["batch", 2, "sequence", 4]), input("k", ["batch", 2, "sequence", 4]), { transB: true }),
    ],
    ["Gemm", ["batch", 3], ({ b, input }) => b.gemm(input("x", ["batch", 4]), input("w", [3, 4]), undefined, { transB: true })],
    ["Transpose", ["batch", 8, "sequence"], ({ b, input }) => b.transpose(input("x", x), [0, 2, 1])],
    ["Unsqueeze", ["batch", 1, "sequence", 8, 1], ({ b, input }) => b.unsqueeze(input("x", x), [1, -1])],
    ["Squeeze", ["batch", "sequence"], ({ b, input }) => b.squeeze(input("x", ["batch", "sequence", 1]), [-1])],
    ["Concat", ["batch", 9], ({ b, input }) => b.concat([input("x", ["batch", 4]), input("y", ["batch", 5])], 1)],
    [
      "Gather of rows",
      ["batch", "sequence", 16],
      ({ b, input }) => b.gather(input("t", [100, 16]), input("i", ["batch", "sequence"], "int64")),
    ],
    ["Gather of one token", ["batch", 8], ({ b, input }) => b.gather(input("x", x), b.int64(0), 1)],
    [
      "Slice of one token",
      ["batch", 1, 8],
      ({ b, input }) => b.slice(input("x", x), b.int64s([0]), b.int64s([1]), b.int64s([1])),
    ],
    [
      "Slice backwards",
      [5],
      ({ b, input }) => b.slice(input("x", [5]), b.int64s([-1]), b.int64s([-9]), b.int64s([0]), b.int64s([-1])),
    ],
    ["ReduceMean", ["batch", "sequence", 1], ({ b, input }) => b.reduceMean(input("x", x), b.int64s([-1]))],
    ["ReduceSum of everything", [], ({ b, input }) => b.reduceSum(input("x", x), undefined, { keepDims: false })],
    [
      "Resize by scales",
      ["batch", 3, 7, "2*height"],
      ({ b, input }) => b.op("Resize", [input("x", ["batch", 3, 5, "height"]), "", b.constant(floatTensor([1, 1, 1.5, 2]))]),
    ],
    [
      "Resize to sizes",
      ["batch", 3, 8, 9],
      ({ b, input }) => {
        const image = input("x", ["batch", 3, 5, 5]);
        const sizes = b.concat([b.slice(b.shape(image), b.int64s([0]), b.int64s([2]), b.int64s([0])), b.int64s([8, 9])], 0);
        return b.op("Resize", [image, "", "", sizes]);
      },
    ],
    [
      "Resize of chosen axes",
      ["batch", 10, 10, 3],
      ({ b, input }) =>
        b.op("Resize", [input("x", ["batch", 5, 5, 3]), "", b.constant(floatTensor([2, 2]))], { axes: ints([1, 2]) }),
    ],
    [
      "DepthToSpace",
      ["batch", 2, 6, "2*width"],
      ({ b, input }) => b.op("DepthToSpace", [input("x", ["batch", 8, 3, "width"])], { blocksize: int(2) }),
    ],
    [
      "SpaceToDepth",
      ["batch", 8, 3, 2],
      ({ b, input }) => b.op("SpaceToDepth", [input("x", ["batch", 2, 6, 4])], { blocksize: int(2) }),
    ],
    ["Flatten", ["batch", "8*sequence"], ({ b, input }) => b.op("Flatten", [input("x", x)])],
    ["ArgMax", ["batch", "sequence"], ({ b, input }) => b.op("ArgMax", [input("x", x)], { axis: int(-1), keepdims: int(0) })],
    [
      "Conv",
      ["batch", 6, 8, 8],
      ({ b, input }) =>
        b.op("Conv", [input("x", ["batch", 3, 16, 16]), input("w", [6, 3, 3, 3])], {
          pads: ints([1, 1, 1, 1]),
          strides: ints([2, 2]),
        }),
    ],
    [
      "ConvTranspose",
      ["batch", 6, 8, "2*width"],
      ({ b, input }) =>
        b.op("ConvTranspose", [input("x", ["batch", 4, 4, "width"]), input("w", [4, 3, 3, 2])], {
          group: int(2),
          strides: ints([2, 2]),
          pads: ints([1, 0, 1, 0]),
          output_padding: ints([1, 0]),
        }),
    ],
    [
      "MaxPool rounded up, but for a window behind the input",
      ["batch", 3, 3, 1],
      ({ b, input }) =>
        b.op("MaxPool", [input("x", ["batch", 3, 6, 3])], {
          kernel_shape: ints([3, 2]),
          strides: ints([2, 3]),
          pads: ints([0, 0, 0, 1]),
          ceil_mode: int(1),
        }),
    ],
    [
      "MaxPool",
      ["batch", 3, 8, 7],
      ({ b, input }) =>
        b.op("MaxPool", [input("x", ["batch", 3, 16, 15])], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) }),
    ],
    [
      "Range to a length",
      ["sequence"],
      ({ b, input }) => b.op("Range", [b.int64(0), b.gather(b.shape(input("x", x)), b.int64(1)), b.int64(1)]),
    ],
    ["CumSum", ["batch", "sequence"], ({ b, input }) => b.op("CumSum", [input("x", ["batch", "sequence"]), b.int64(1)])],
    [
      "GatherElements",
      ["batch", 1],
      ({ b, input }) => b.op("GatherElements", [input("x", ["batch", 5]), input("i", ["batch", 1], "int64")], { axis: int(1) }),
    ],
  ];
  it.each(cases)("%s", (_, expected, make) => {
    const s = start();
    expect(s.shape(make(s))).toEqual(expected);
  });
});

describe("Reshape", () => {
  it("keeps names through flattening and back", () => {
    const { b, input, shape } = start();
    const x = input("x", ["batch", "sequence", 768]);
    const flat = b.reshape(x, b.int64s([-1, 768]));
    expect(shape(flat)).toEqual(["batch*sequence", 768]);
    const sizes = b.shape(x);
    const dim = (i: number) => b.unsqueeze(b.gather(sizes, b.int64(i)), [0]);
    expect(shape(b.reshape(flat, b.concat([dim(0), dim(1), b.int64s([12, 64])], 0)))).toEqual(["batch", "sequence", 12, 64]);
    expect(shape(b.reshape(flat, b.concat([dim(0), b.int64s([-1, 12, 64])], 0)))).toEqual(["batch", "sequence", 12, 64]);
  });

  it("copies dimensions with 0 and cancels factors for -1", () => {
    const { b, input, shape } = start();
    const x = input("x", ["batch", "sequence", 12, 64]);
    expect(shape(b.reshape(x, b.int64s([0, 0, -1])))).toEqual(["batch", "sequence", 768]);
    expect(shape(b.reshape(x, b.int64s([0, -1])))).toEqual(["batch", "768*sequence"]);
  });

  it("names what it cannot derive by a fresh symbol", () => {
    const { b, input, shape } = start();
    const result = shape(b.reshape(input("x", ["batch", 3]), b.int64s([-1, 2])));
    expect(result?.[0]).toMatch(/^\?\d+$/);
    expect(shape(b.reshape("x", input("target", [3], "int64")))).toHaveLength(3);
  });
});

describe("values of shape vectors", () => {
  it("follows the Expand of an exported attention mask", () => {
    const { b, input, shape } = start();
    const sizes = b.shape(input("ids", ["batch", "sequence"], "int64"));
    const dim = (i: number) => b.unsqueeze(b.gather(sizes, b.int64(i)), [0]);
    const wanted = b.concat([dim(0), b.int64s([1]), dim(1), dim(1)], 0);
    const ones = b.op("ConstantOfShape", [b.int64s([4])], { value: { kind: "tensor", value: int64Tensor([1]) } });
    const target = b.where(b.equal(wanted, b.mul(ones, b.int64(-1))), ones, wanted);
    expect(shape(b.expand(input("mask", ["batch", 1, 1, "sequence"]), target))).toEqual(["batch", 1, "sequence", "sequence"]);
  });

  it("computes with sizes", () => {
    const { b, input, shape } = start();
    const sizes = b.shape(input("x", ["batch", "sequence", 12]));
    const product = b.mul(b.gather(sizes, b.int64s([0])), b.gather(sizes, b.int64s([1])));
    const half = b.div(b.gather(sizes, b.int64s([2])), b.int64s([2]));
    expect(shape(b.op("ConstantOfShape", [b.concat([b.cast(product, "int64"), half], 0)]))).toEqual(["batch*sequence", 6]);
  });

  it("follows the pads of an export, which PyTorch turns from its own order into that of ONNX", () => {
    const { b, input, shape } = start();
    const x = input("x", ["batch", 3, 5, 7]);
    // PyTorch: last axis first, in pairs of before and after. Here one size is computed.
    const computed = b.sub(b.gather(b.shape(x), b.int64s([2])), b.int64s([3]));
    const pairs = b.reshape(b.concat([b.int64s([1, 0, 0]), computed, b.int64s([0, 0, 0, 0])], 0), b.int64s([-1, 2]));
    const reversed = b.slice(pairs, b.int64s([-1]), b.int64s([-1000]), b.int64s([0]), b.int64s([-1]));
    const pads = b.cast(b.reshape(b.transpose(reversed, [1, 0]), b.int64s([-1])), "int64");
    expect(shapeValueOf(b.graph, pads)?.elements).toEqual([0, 0, 0, 1, 0, 0, 2, 0]);
    expect(shape(b.op("Pad", [x, pads]))).toEqual(["batch", 3, 7, 8]);
  });

  it("slices and transposes tables of sizes as ONNX Runtime does", () => {
    const { b } = start();
    const table = b.constant(int64Tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [3, 4]));
    const part = b.slice(table, b.int64s([3, 2]), b.int64s([0, 0]), b.int64s([-1, 0]), b.int64s([-2, -1]));
    expect(shapeValueOf(b.graph, part)).toEqual({ dims: [2, 2], elements: [11, 9, 7, 5] });
    const cube = b.reshape(table, b.int64s([3, 2, 2]));
    const turned = b.transpose(cube, [1, 2, 0]);
    expect(shapeValueOf(b.graph, turned)).toEqual({ dims: [2, 2, 3], elements: [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11] });
    expect(shapeValueOf(b.graph, b.op("Transpose", [table]))?.elements.slice(0, 4)).toEqual([0, 4, 8, 1]);
    const nothing = b.slice(table, b.int64s([2]), b.int64s([2]), b.int64s([0]));
    expect(shapeValueOf(b.graph, nothing)).toEqual({ dims: [0, 4], elements: [] });
  });

  it("does not pretend that a fraction of a size is a size", () => {
    const { b, input, shape } = start();
    const sizes = b.shape(input("x", ["sequence"]));
    const half = b.cast(b.mul(b.cast(sizes, "float32"), b.op("Constant", [], { value_float: float(0.5) })), "int64");
    expect(shape(b.op("ConstantOfShape", [half]))?.[0]).toMatch(/^\?/);
  });

  it("cuts a table of positions to the length of the text", () => {
    const { b, input, shape } = start();
    const length = b.gather(b.shape(input("ids", ["batch", "sequence"], "int64")), b.int64s([1]));
    const table = b.constant(
      int64Tensor(
        Array.from({ length: 512 }, (_, i) => i),
        [1, 512],
      ),
    );
    expect(shape(b.slice(table, b.int64s([0]), length, b.int64s([1])))).toEqual([1, "sequence"]);
  });
});

describe("types", () => {
  it("gives each output its element type", () => {
    const { b, input } = start();
    const x = input("x", ["batch", 4]);
    expect(b.type(b.equal(x, x))?.dtype).toBe("bool");
    expect(b.type(b.cast(x, "float16"))?.dtype).toBe("float16");
    expect(b.type(b.where(b.constant(boolTensor([true])), x, x))?.dtype).toBe("float32");
    const [y, mask] = b.ops("Dropout", [x], {}, { outputs: 2 });
    expect([b.type(y!)?.dtype, b.type(mask!)?.dtype]).toEqual(["float32", "bool"]);
    const outputs = b.ops("LayerNormalization", [x, input("s", [4]), input("c", [4])], {}, { outputs: 3 });
    expect(outputs.map((output) => b.type(output)?.shape)).toEqual([
      ["batch", 4],
      ["batch", 1],
      ["batch", 1],
    ]);
  });

  it("says nothing of the shape of operators it does not know", () => {
    const { b, input } = start();
    expect(b.type(b.op("NoSuchOp", [input("x", [2])], {}, { domain: "custom" }))?.shape).toBeUndefined();
  });

  it("keeps the type that the model file declares for them", () => {
    const { b, input } = start();
    const node: GraphNode = {
      opType: "NoSuchOp",
      domain: "custom",
      name: "n",
      inputs: [input("x", [2])],
      outputs: ["y"],
      attributes: {},
    };
    b.graph.types.set("y", { dtype: "int64", shape: ["batch"] });
    inferNode(b.graph, node);
    expect(b.type("y")).toEqual({ dtype: "int64", shape: ["batch"] });
  });

  it("takes an operator with the name of something that objects inherit for an unknown one", () => {
    const { b, input } = start();
    expect(b.type(b.op("constructor", [input("x", [2])]))).toEqual({ dtype: "float32", shape: undefined });
  });

  it("does not guess the rank after a Squeeze of whatever is 1 where a dimension is symbolic", () => {
    const { b, input } = start();
    expect(b.type(b.op("Squeeze", [input("x", ["batch", 1, 3])]))?.shape).toBeUndefined();
    expect(b.type(b.op("Squeeze", [input("y", [2, 1, 3])]))?.shape).toEqual([2, 3]);
  });

  it("refuses shapes that cannot broadcast or multiply, naming the node", () => {
    const { b, input } = start();
    const x = input("x", ["batch", 4]);
    expect(() => b.add(x, input("y", [3]))).toThrow(
      expect.objectContaining({ code: "E_SHAPE", message: expect.stringContaining("Add") }),
    );
    expect(() => b.matMul(x, input("w", [5, 2]))).toThrow(
      expect.objectContaining({ code: "E_SHAPE", message: expect.stringContaining("4 is not 5") }),
    );
  });
});

it("infers a whole graph again after its inputs changed, and a copy keeps what is known", () => {
  const { b, input } = start();
  const x = input("x", ["batch", 4]);
  const sizes = b.shape(x);
  const y = b.reshape(b.relu(x), b.concat([b.gather(sizes, b.int64s([0])), b.int64s([2, 2])], 0));
  const copy = cloneGraph(b.graph);
  expect(graphBuilder(copy).type(graphBuilder(copy).reshape(x, sizes))?.shape).toEqual(["batch", 4]);
  b.graph.inputs.set("x", { dtype: "float32", shape: ["n", 4] });
  inferTypes(b.graph);
  expect(b.type(y)?.shape).toEqual(["n", 2, 2]);
});

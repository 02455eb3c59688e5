import { describe, expect, it } from "vitest";
import { graphBuilder, ints } from "../../../../src/engine/onnx/builder.js";
import { createGraph } from "../../../../src/engine/onnx/graph.js";
import { foldConstants } from "../../../../src/engine/onnx/rewrite/optimize-import.js";
import { shareCommon } from "../../../../src/engine/onnx/rewrite/share.js";
import { simplify } from "../../../../src/engine/onnx/rewrite/simplify.js";
import { boolTensor, floatTensor } from "../../../../src/engine/onnx/tensor.js";
import { checkRewrite, type Start } from "./check-rewrite.js";

const x = (s: Start) => s.input("x", ["batch", "sequence", 4]);

describe("simplify", () => {
  const forms: readonly (readonly [string, Record<string, number>, (s: Start) => string])[] = [
    ["Identity", { Relu: 1 }, (s) => s.b.relu(s.b.identity(x(s)))],
    ["Cast to the same type", { Relu: 1 }, (s) => s.b.relu(s.b.cast(x(s), "float32"))],
    ["Cast to another type and back", { Relu: 1, Cast: 2 }, (s) => s.b.relu(s.b.cast(s.b.cast(x(s), "float64"), "float32"))],
    ["Reshape to the same shape", { Relu: 1 }, (s) => s.b.relu(s.b.reshape(x(s), s.b.shape("x")))],
    ["a Transpose that turns nothing", { Relu: 1 }, (s) => s.b.relu(s.b.transpose(x(s), [0, 1, 2]))],
    ["a factor of one and a summand of zero", { Relu: 1 }, (s) => s.b.relu(s.b.add(s.b.mul(x(s), s.b.scalar(1)), s.b.scalar(0)))],
    [
      "a factor of one that adds an axis",
      { Relu: 1, Mul: 1 },
      (s) => s.b.relu(s.b.mul(x(s), s.b.constant(floatTensor([1], [1, 1, 1, 1])))),
    ],
    [
      "a chain of reshapes",
      { Relu: 1, Reshape: 1 },
      (s) => s.b.relu(s.b.reshape(s.b.reshape(x(s), s.b.int64s([-1, 4])), s.b.int64s([-1, 2]))),
    ],
    [
      "a slice that reverses",
      { Relu: 1, Slice: 1 },
      (s) => s.b.relu(s.b.slice(s.input("v", [4]), s.b.int64s([-1]), s.b.int64s([-5]), s.b.int64s([0]), s.b.int64s([-1]))),
    ],
    ["a frame of nothing", { Relu: 1 }, (s) => s.b.relu(s.b.op("Pad", [x(s), s.b.int64s([0, 0, 0, 0, 0, 0])]))],
    [
      "a frame that moves the elements and keeps the shape",
      { Relu: 1, Pad: 1 },
      (s) => s.b.relu(s.b.op("Pad", [s.input("v", [4]), s.b.int64s([1, -1])])),
    ],
    [
      "repeating an operand that is broadcast anyway",
      { Where: 1 },
      (s) => {
        const values = x(s);
        const condition = s.b.constant(boolTensor([true, false, true, false], [1, 1, 4]));
        return s.b.where(s.b.expand(condition, s.b.shape(values)), s.b.scalar(-9), values);
      },
    ],
    [
      "repeating that makes the shape",
      { Expand: 1, Shape: 1, Add: 1 },
      (s) => s.b.add(s.b.expand(s.input("row", [1, 4]), s.b.shape(s.input("z", ["batch", 4]))), s.b.scalar(1)),
    ],
  ];
  it.each(forms)("%s", async (_, counts, make) => {
    expect(await checkRewrite(simplify, make)).toEqual({ ...counts, Identity: 1 });
  });

  it("writes the target of a reshape as a constant where it can", async () => {
    const counts = await checkRewrite(simplify, (s) => {
      const sizes = s.b.shape(x(s));
      const dim = (i: number) => s.b.gather(sizes, s.b.int64s([i]));
      return s.b.reshape("x", s.b.concat([dim(0), dim(1), s.b.int64s([2, 2])], 0));
    });
    expect(counts).toEqual({ Reshape: 1, Identity: 1 });
  });

  it("keeps a learned bias of one number that happens to be zero", () => {
    const b = graphBuilder(createGraph("test"));
    const product = b.matMul(
      b.input("x", { dtype: "float32", shape: ["batch", 2] }),
      b.constant(floatTensor([1, 2], [2, 1]), "w"),
    );
    b.output(b.relu(b.add(product, b.constant(floatTensor([0]), "head.bias"))));
    simplify(b.graph);
    expect([...b.graph.initializers.keys()]).toEqual(["w", "head.bias"]);
  });

  it("keeps Dropout as a mark, without its training flag", () => {
    const b = graphBuilder(createGraph("test"));
    const input = b.input("x", { dtype: "float32", shape: ["batch", 2] });
    b.output(b.op("Dropout", [input, b.scalar(0.1), b.constant(boolTensor([true], []), "training")]));
    simplify(b.graph);
    expect(b.graph.nodes.map(({ opType, inputs }) => [opType, inputs.length])).toEqual([["Dropout", 2]]);
  });
});

describe("foldConstants", () => {
  it("computes sizes and scales before running", async () => {
    const counts = await checkRewrite(foldConstants, (s) => {
      const size = s.b.cast(s.b.gather(s.b.shape(x(s)), s.b.int64(2)), "float32");
      return s.b.mul("x", s.b.reciprocal(s.b.sqrt(size)));
    });
    expect(counts).toEqual({ Mul: 1, Identity: 1 });
  });

  it("leaves weights where they are", async () => {
    const counts = await checkRewrite(foldConstants, (s) => {
      const product = s.b.matMul(x(s), s.weight("w", [4, 4]));
      return s.b.mul(product, s.b.unsqueeze(s.weight("norm.weight", [4]), [0]));
    });
    expect(counts).toEqual({ MatMul: 1, Unsqueeze: 1, Mul: 1, Identity: 1 });
  });
});

describe("shareCommon", () => {
  it("computes equal things once", async () => {
    const counts = await checkRewrite(shareCommon, (s) => {
      const input = x(s);
      const twice = [0, 1].map(() =>
        s.b.op("ReduceSum", [s.b.relu(input), s.b.constant({ dtype: "int64", dims: [1], data: BigInt64Array.of(1n) })]),
      );
      return s.b.add(twice[0]!, twice[1]!);
    });
    expect(counts).toEqual({ Relu: 1, ReduceSum: 1, Add: 1, Identity: 1 });
  });

  it("tells apart what has other attributes", async () => {
    const counts = await checkRewrite(shareCommon, (s) => {
      const input = s.input("x", ["batch", 4, 4]);
      return s.b.add(
        s.b.op("Transpose", [input], { perm: ints([0, 2, 1]) }),
        s.b.op("Transpose", [input], { perm: ints([0, 1, 2]) }),
      );
    });
    expect(counts).toMatchObject({ Transpose: 2 });
  });

  it("keeps each Dropout and each vector of weights", () => {
    const b = graphBuilder(createGraph("test"));
    const input = b.input("x", { dtype: "float32", shape: ["batch", 2] });
    const [left, right] = ["a.bias", "b.bias"].map((name) =>
      b.add(b.op("Dropout", [input]), b.constant(floatTensor([0, 0]), name)),
    );
    b.output(b.add(left!, right!));
    shareCommon(b.graph);
    expect(b.graph.nodes.map(({ opType }) => opType).sort()).toEqual(["Add", "Add", "Add", "Dropout", "Dropout"]);
    expect(b.graph.initializers.size).toBe(2);
  });
});

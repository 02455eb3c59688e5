import { describe, expect, it } from "vitest";
import { graphBuilder, int } from "../../../src/engine/onnx/builder.js";
import { createGraph } from "../../../src/engine/onnx/graph.js";
import { activationSize } from "../../../src/engine/runtime/batching.js";

describe("activationSize", () => {
  it("is the largest value of one row, parameters aside", () => {
    const b = graphBuilder(createGraph("sizes"));
    const x = b.input("x", { dtype: "float32", shape: ["batch", "sequence", 4] });
    const wide = b.matMul(x, b.parameter("w", [4, 1000]));
    b.output(b.op("ReduceMean", [wide, b.int64s([2])], { keepdims: int(0) }));
    const size = activationSize(b.graph);
    expect(size(3)).toBe(3000);
    expect(size(7)).toBe(7000);
  });

  it("counts what a part of a graph has, whatever types it knows besides", () => {
    const b = graphBuilder(createGraph("part"));
    b.output(b.relu(b.input("x", { dtype: "float32", shape: ["batch", 8] })));
    b.graph.types.set("elsewhere", { dtype: "float32", shape: ["batch", 64, 224, 224] });
    expect(activationSize(b.graph)(1)).toBe(8);
  });
});

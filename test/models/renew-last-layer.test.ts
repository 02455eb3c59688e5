import { describe, expect, it } from "vitest";
import { graphBuilder } from "../../src/engine/onnx/builder.js";
import { createGraph } from "../../src/engine/onnx/graph.js";
import { renewLastLayer } from "../../src/models/graph/graph-layers.js";

describe("renewLastLayer", () => {
  // As many features as classes: the axis, not the size, tells which is which.
  it.each([
    [true, [2, 7]],
    [false, [7, 2]],
  ])("changes the axis of the classes alone (transB %s)", (transB, expected) => {
    const b = graphBuilder(createGraph("square"));
    const x = b.input("x", { dtype: "float32", shape: ["batch", 7] });
    const logits = b.gemm(x, b.parameter("w", [7, 7]), b.parameter("b", [7]), { transB });
    b.output(logits);
    const weights = new Map(["w", "b"].map((name) => [name, { dims: [7], data: new Float32Array(7) }]));
    renewLastLayer(b.graph, { logits, classes: 2, weights, path: "square" });
    expect(b.graph.parameters.get("w")!.shape).toEqual(expected);
    expect(b.graph.parameters.get("b")!.shape).toEqual([2]);
    expect(weights.size).toBe(0);
  });

  it("refuses logits that come from something else", () => {
    const b = graphBuilder(createGraph("none"));
    const logits = b.relu(b.input("x", { dtype: "float32", shape: ["batch", 3] }));
    b.output(logits);
    const options = { logits, classes: 2, weights: new Map(), path: "a file" };
    expect(() => renewLastLayer(b.graph, options)).toThrow(expect.objectContaining({ code: "E_MODEL_FORMAT" }));
  });
});

import { describe, expect, it } from "vitest";
import { graphBuilder } from "../../../src/engine/onnx/builder.js";
import { createGraph } from "../../../src/engine/onnx/graph.js";
import { assertTrainable } from "../../../src/engine/onnx/quantization.js";

function start() {
  const b = graphBuilder(createGraph("test"));
  return { b, x: b.input("x", { dtype: "float32", shape: [2, 2] }) };
}

describe("assertTrainable", () => {
  it.each([
    "DynamicQuantizeLinear",
    "DequantizeLinear",
    "QLinearMatMul",
    "MatMulInteger",
    "MatMulNBits",
    "DynamicQuantizeMatMul",
    "QAttention",
  ])("refuses %s, naming the file and the node", (opType) => {
    const { b, x } = start();
    b.output(b.op(opType, [x]));
    expect(() => assertTrainable(b.graph, "model_quantized.onnx")).toThrow(
      expect.objectContaining({ code: "E_QUANTIZED", message: expect.stringMatching(`model_quantized.onnx.*${opType}`) }),
    );
  });

  it("refuses matrices of small integers", () => {
    const { b } = start();
    b.constant({ dtype: "int8", dims: [2, 2], data: new Int8Array(4) }, "w_quantized");
    expect(() => assertTrainable(b.graph, "m.onnx")).toThrow(
      expect.objectContaining({ code: "E_QUANTIZED", message: expect.stringContaining("w_quantized") }),
    );
  });

  it("accepts float models with integer constants", () => {
    const { b, x } = start();
    b.constant({ dtype: "uint8", dims: [1], data: Uint8Array.of(0) });
    b.output(b.relu(b.gather(x, b.int64s([0]))));
    expect(() => assertTrainable(b.graph, "m.onnx")).not.toThrow();
  });
});

import { expect, it } from "vitest";
import { graphBuilder } from "../../../src/engine/onnx/builder.js";
import { decodeModel } from "../../../src/engine/onnx/decode.js";
import { encodeModel } from "../../../src/engine/onnx/encode.js";
import { createGraph } from "../../../src/engine/onnx/graph.js";

it("refuses constants that no ONNX file can hold", () => {
  const graph = createGraph("large");
  const data = new Float32Array(2 ** 26);
  for (let i = 0; i < 8; i++) graph.initializers.set(`w${i}`, { dtype: "float32", dims: [2 ** 26], data });
  expect(() => encodeModel(graph)).toThrow(
    expect.objectContaining({ code: "E_MODEL_FORMAT", message: expect.stringContaining("2.0 GiB") }),
  );
});

it("keeps every kind of attribute, element type and dimension", () => {
  const b = graphBuilder(createGraph("kinds"));
  const x = b.input("x", { dtype: "float32", shape: ["batch", "?1", 4] });
  const attributes = {
    i: { kind: "int", value: -3 },
    f: { kind: "float", value: 0.5 },
    s: { kind: "string", value: "größer" },
    is: { kind: "ints", value: [1, -2] },
    fs: { kind: "floats", value: [0.25] },
    ss: { kind: "strings", value: ["a", "b"] },
    t: { kind: "tensor", value: { dtype: "string", dims: [2], data: ["p", "q"] } },
  } as const;
  b.output(b.op("Custom", [x], attributes, { domain: "some.where" }));
  b.output(b.relu(x));
  const { graph } = decodeModel(encodeModel(b.graph));
  expect(graph.nodes).toEqual(b.graph.nodes);
  expect(graph.inputs.get("x")?.shape).toEqual(["batch", expect.stringMatching(/^\?/), 4]);
});

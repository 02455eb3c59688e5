import { describe } from "vitest";
import { float, int } from "../../src/onnx/builder.js";
import { MICROSOFT } from "../../src/onnx/graph.js";
import { checkGradients, floats } from "./check-gradient.js";

const attributes = (axis: number, epsilon = 1e-5) => ({ axis: int(axis), epsilon: float(epsilon) });

function normalized(x: number[], scale: number[], bias: number[]): number[] {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  return x.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * scale[i]! + bias[i]!);
}

describe("LayerNormalization", () => {
  const op = "LayerNormalization";
  checkGradients([
    { name: "known value", op, inputs: [floats(1, 4), floats(4), floats(4)], attributes: attributes(-1), forward: normalized },
    { name: "tokens", op, inputs: [floats(2, 3, 4), floats(4), floats(4)], attributes: attributes(-1) },
    { name: "without bias", op, inputs: [floats(2, 3, 4), floats(4)], attributes: attributes(-1) },
    { name: "two axes", op, inputs: [floats(2, 3, 4), floats(3, 4), floats(3, 4)], attributes: attributes(1) },
    { name: "two axes from the end", op, inputs: [floats(2, 3, 2), floats(3, 2), floats(3, 2)], attributes: attributes(-2) },
    { name: "all axes", op, inputs: [floats(2, 3), floats(2, 3), floats(2, 3)], attributes: attributes(0) },
    { name: "large epsilon", op, inputs: [floats(2, 4), floats(4), floats(4)], attributes: attributes(-1, 0.5) },
    { name: "frozen scale", op, inputs: [floats(2, 4), { dims: [4], frozen: true }, floats(4)], attributes: attributes(-1) },
    { name: "statistics already asked for", op, inputs: [floats(2, 4), floats(4), floats(4)], outputs: 3, used: [0] },
  ]);
});

describe("SkipLayerNormalization", () => {
  const row = { op: "SkipLayerNormalization", domain: MICROSOFT, attributes: { epsilon: float(1e-5) } };
  const [x, vector] = [floats(2, 3, 4), floats(4)];
  checkGradients([
    { ...row, name: "all inputs", inputs: [x, x, vector, vector, vector] },
    { ...row, name: "without bias", inputs: [x, x, vector, vector] },
    { ...row, name: "without shift", inputs: [x, x, vector] },
    { ...row, name: "a skip for all items", inputs: [x, floats(3, 4), vector, vector], shapes: "static" },
  ]);
});

import { describe } from "vitest";
import { float, int } from "../../../src/engine/onnx/builder.js";
import { MICROSOFT } from "../../../src/engine/onnx/graph.js";
import { checkGradients, floats, type InputSpec } from "./check-gradient.js";

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

describe("BatchNormalization", () => {
  const op = "BatchNormalization";
  const epsilon = { epsilon: float(1e-3) };
  const statistics = (channels: number): InputSpec[] => [
    { dims: [channels], frozen: true },
    { dims: [channels], range: [0.4, 2], frozen: true },
  ];
  const inputs = (dims: number[]) => [floats(...dims), floats(dims[1]!), floats(dims[1]!), ...statistics(dims[1]!)];
  const ofBatch = { ...epsilon, training_mode: int(1) };
  checkGradients([
    {
      name: "known value",
      op,
      inputs: inputs([2, 1, 2]),
      attributes: epsilon,
      forward: (x, scale, bias, mean, variance) =>
        x.map((value) => ((value - mean[0]!) / Math.sqrt(variance[0]! + 1e-3)) * scale[0]! + bias[0]!),
    },
    { name: "running statistics", op, inputs: inputs([2, 3, 2, 3]), attributes: epsilon },
    { name: "running statistics, no positions", op, inputs: inputs([4, 3]), attributes: epsilon },
    { name: "running statistics, three axes", op, inputs: inputs([1, 2, 2, 1, 3]), attributes: epsilon },
    {
      name: "running statistics, frozen scale",
      op,
      inputs: [floats(2, 2, 3), { dims: [2], frozen: true }, floats(2), ...statistics(2)],
      attributes: epsilon,
    },
    {
      name: "known value of a batch",
      op,
      inputs: inputs([2, 1, 2]),
      attributes: { ...epsilon, epsilon: float(1e-5), training_mode: int(1) },
      outputs: 3,
      used: [0],
      forward: (x, scale, bias) => normalized(x, Array(4).fill(scale[0]!), Array(4).fill(bias[0]!)),
    },
    { name: "a batch's statistics", op, inputs: inputs([2, 3, 2, 3]), attributes: ofBatch, outputs: 3, used: [0] },
    {
      name: "a batch's statistics as further outputs",
      op,
      inputs: inputs([2, 3, 2, 3]),
      attributes: { ...ofBatch, momentum: float(0) },
      outputs: 3,
      used: [0],
    },
    { name: "a batch's statistics, no positions", op, inputs: inputs([4, 3]), attributes: ofBatch, outputs: 3, used: [0] },
    { name: "a batch's statistics, one axis", op, inputs: inputs([3, 2, 2]), attributes: ofBatch, outputs: 3, used: [0] },
  ]);
});

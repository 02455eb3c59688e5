import { describe } from "vitest";
import { float, int, ints } from "../../../src/engine/onnx/builder.js";
import { checkGradients, floats, spread } from "./check-gradient.js";

function normalizedRows(x: number[], scale: number[], bias: number[], width: number): number[] {
  return x.map((value, i) => {
    const row = Math.floor(i / width);
    const elements = x.slice(row * width, (row + 1) * width);
    const mean = elements.reduce((sum, element) => sum + element, 0) / width;
    const variance = elements.reduce((sum, element) => sum + (element - mean) ** 2, 0) / width;
    const channel = row % scale.length;
    return ((value - mean) / Math.sqrt(variance + 1e-5)) * scale[channel]! + bias[channel]!;
  });
}

describe("InstanceNormalization", () => {
  const op = "InstanceNormalization";
  checkGradients([
    {
      name: "known value",
      op,
      inputs: [floats(2, 3, 5), floats(3), floats(3)],
      forward: (x, scale, bias) => normalizedRows(x, scale, bias, 5),
    },
    { name: "images", op, inputs: [floats(2, 2, 3, 2), floats(2), floats(2)] },
    { name: "large epsilon", op, inputs: [floats(1, 2, 4), floats(2), floats(2)], attributes: { epsilon: float(0.3) } },
    { name: "frozen scale", op, inputs: [floats(1, 2, 4), { dims: [2], frozen: true }, floats(2)] },
  ]);
});

describe("LRN", () => {
  const op = "LRN";
  const strong = { alpha: float(0.7), beta: float(0.6), bias: float(1.5) };
  checkGradients([
    {
      name: "known value",
      op,
      inputs: [floats(1, 3, 1, 1)],
      attributes: { ...strong, size: int(3) },
      forward: ([a, b, c]) => {
        const scale = (...near: number[]) => (1.5 + (0.7 / 3) * near.reduce((sum, x) => sum + x * x, 0)) ** -0.6;
        return [a! * scale(a!, b!), b! * scale(a!, b!, c!), c! * scale(b!, c!)];
      },
    },
    { name: "odd size", op, inputs: [floats(2, 5, 2, 2)], attributes: { ...strong, size: int(3) } },
    { name: "one channel at a time", op, inputs: [floats(1, 3, 2, 1)], attributes: { ...strong, size: int(1) } },
    { name: "larger than the channels", op, inputs: [floats(1, 2, 2, 2)], attributes: { ...strong, size: int(5) } },
    { name: "default exponent", op, inputs: [floats(1, 4, 2, 2)], attributes: { size: int(5), alpha: float(1) } },
  ]);
});

describe("normalization without weights", () => {
  const x = { dims: [2, 3, 2], range: [0.4, 2] } as const;
  const length = (values: number[]) => Math.hypot(...values);
  checkGradients([
    { name: "known value", op: "LpNormalization", inputs: [floats(4)], forward: (v) => v.map((value) => value / length(v)) },
    { name: "middle axis", op: "LpNormalization", inputs: [x], attributes: { axis: int(1) } },
    { name: "sum of magnitudes", op: "LpNormalization", inputs: [spread(3, 4)], attributes: { p: int(1) } },
    { name: "images", op: "MeanVarianceNormalization", inputs: [floats(2, 2, 3, 2)] },
    { name: "one axis", op: "MeanVarianceNormalization", inputs: [floats(3, 5)], attributes: { axes: ints([1]) } },
  ]);
});

import { describe, expect, it } from "vitest";
import { differentiate } from "../../../src/engine/autodiff/differentiate.js";
import { float, graphBuilder, int, string } from "../../../src/engine/onnx/builder.js";
import { createGraph, MICROSOFT } from "../../../src/engine/onnx/graph.js";
import { boolTensor } from "../../../src/engine/onnx/tensor.js";
import { createSession } from "../../../src/engine/runtime/session.js";
import { checkGradients, floats, spread } from "./check-gradient.js";

const each = (f: (x: number) => number) => (x: number[]) => x.map(f);
const tanhGelu = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const quickGelu = (alpha: number) => (x: number) => x / (1 + Math.exp(-alpha * x));
const clamp = (x: number) => Math.min(1, Math.max(0, x));
const axis = (value: number) => ({ axis: int(value) });

function softmax(x: number[]): number[] {
  const total = x.reduce((sum, value) => sum + Math.exp(value), 0);
  return x.map((value) => Math.exp(value) / total);
}

describe("activations", () => {
  checkGradients([
    { name: "known value", op: "Relu", inputs: [spread(2, 3)], forward: each((x) => Math.max(0, x)) },
    {
      name: "known value",
      op: "LeakyRelu",
      inputs: [spread(2, 3)],
      attributes: { alpha: float(0.2) },
      forward: each((x) => (x > 0 ? x : 0.2 * x)),
    },
    {
      name: "a slope per channel",
      op: "PRelu",
      inputs: [spread(2, 3, 2), floats(3, 1)],
      forward: (x, slope) => x.map((value, i) => (value > 0 ? value : value * slope[Math.floor(i / 2) % 3]!)),
    },
    { name: "one slope", op: "PRelu", inputs: [spread(2, 3), floats(1)] },
    { name: "frozen slopes", op: "PRelu", inputs: [spread(2, 3), { dims: [3], frozen: true }] },
    { name: "known value", op: "Elu", inputs: [spread(2, 3)], forward: each((x) => (x > 0 ? x : Math.expm1(x))) },
    { name: "alpha", op: "Elu", inputs: [spread(2, 3)], attributes: { alpha: float(0.5) } },
    {
      name: "known value",
      op: "Selu",
      inputs: [spread(2, 3)],
      forward: each((x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
    },
    { name: "alpha and gamma", op: "Selu", inputs: [spread(2, 3)], attributes: { alpha: float(0.5), gamma: float(2) } },
    {
      name: "alpha",
      op: "Celu",
      inputs: [spread(2, 3)],
      attributes: { alpha: float(2) },
      forward: each((x) => (x > 0 ? x : 2 * Math.expm1(x / 2))),
    },
    {
      name: "known value",
      op: "Shrink",
      inputs: [spread(2, 3)],
      attributes: { lambd: float(0.5), bias: float(0.2) },
      forward: each((x) => (Math.abs(x) > 0.5 ? x - 0.2 * Math.sign(x) : 0)),
    },
    { name: "known value", op: "HardSigmoid", inputs: [spread(2, 3)], forward: each((x) => clamp(0.2 * x + 0.5)) },
    {
      name: "all three pieces",
      op: "HardSigmoid",
      inputs: [{ dims: [3, 25], spread: true }],
      attributes: { alpha: float(1 / 6.02), beta: float(0.5) },
      forward: each((x) => clamp(x / 6.02 + 0.5)),
    },
    {
      name: "all three pieces",
      op: "HardSwish",
      inputs: [{ dims: [5, 7], spread: true }],
      forward: each((x) => x * clamp(x / 6 + 0.5)),
    },
    {
      name: "known value",
      op: "Mish",
      inputs: [floats(2, 3)],
      forward: each((x) => x * Math.tanh(Math.log1p(Math.exp(x)))),
    },
    { name: "known value", op: "Softsign", inputs: [spread(2, 3)], forward: each((x) => x / (1 + Math.abs(x))) },
    {
      name: "alpha",
      op: "ThresholdedRelu",
      inputs: [spread(2, 3)],
      attributes: { alpha: float(0.25) },
      forward: each((x) => (x > 0.25 ? x : 0)),
    },
    { name: "known value", op: "Sigmoid", inputs: [floats(2, 3)], forward: each((x) => 1 / (1 + Math.exp(-x))) },
    { name: "known value", op: "Tanh", inputs: [floats(2, 3)], forward: each(Math.tanh) },
    { name: "known value", op: "Softplus", inputs: [floats(2, 3)], forward: each((x) => Math.log1p(Math.exp(x))) },
    { name: "erf", op: "Gelu", inputs: [floats(2, 3)] },
    { name: "tanh", op: "Gelu", inputs: [floats(2, 3)], attributes: { approximate: string("tanh") }, forward: each(tanhGelu) },
    { name: "ONNX Runtime's", op: "Gelu", domain: MICROSOFT, inputs: [floats(2, 3)] },
    { name: "without bias", op: "FastGelu", domain: MICROSOFT, inputs: [floats(2, 3)], forward: each(tanhGelu) },
    {
      name: "with bias",
      op: "FastGelu",
      domain: MICROSOFT,
      inputs: [floats(2, 3), floats(3)],
      forward: (x, bias) => x.map((value, i) => tanhGelu(value + bias[i % 3]!)),
    },
    { name: "bias", op: "BiasGelu", domain: MICROSOFT, inputs: [floats(2, 2, 3), floats(3)] },
    { name: "default alpha", op: "QuickGelu", domain: MICROSOFT, inputs: [floats(2, 3)], forward: each(quickGelu(1.702)) },
    {
      name: "alpha 1 (SiLU)",
      op: "QuickGelu",
      domain: MICROSOFT,
      inputs: [floats(2, 3)],
      attributes: { alpha: float(1) },
      forward: each(quickGelu(1)),
    },
  ]);
});

describe("softmax", () => {
  checkGradients([
    { name: "one row", op: "Softmax", inputs: [floats(4)], forward: softmax },
    { name: "last axis", op: "Softmax", inputs: [floats(2, 3, 4)] },
    { name: "middle axis", op: "Softmax", inputs: [floats(2, 3, 2)], attributes: axis(1) },
    { name: "negative axis", op: "Softmax", inputs: [floats(3, 2)], attributes: axis(-2) },
    { name: "one row", op: "LogSoftmax", inputs: [floats(4)], forward: (x) => softmax(x).map(Math.log) },
    { name: "first axis", op: "LogSoftmax", inputs: [floats(3, 2)], attributes: axis(0) },
    { name: "middle axis", op: "LogSoftmax", inputs: [floats(2, 3, 2)], attributes: axis(1) },
  ]);
});

describe("Softmax of a row without any finite score", () => {
  it("passes no gradient on where the model puts something else in its place", async () => {
    const graph = createGraph("masked");
    const b = graphBuilder(graph);
    const x = b.input("x", { dtype: "float32", shape: [2, 3] });
    const mask = b.constant(boolTensor([true, false, true, false, false, false], [2, 3]));
    const y = b.softmax(b.where(mask, x, b.scalar(-Infinity)));
    const safe = b.where(b.op("IsNaN", [y]), b.scalar(0), y);
    const loss = b.reduceSum(b.mul(safe, safe), undefined, { keepDims: false });
    const gradient = differentiate(graph, { loss, wrt: ["x"] }).get("x")!.dense!;
    graph.outputs = [safe, gradient];
    const feed = { dtype: "float32", dims: [2, 3], data: Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6) } as const;
    const results = await (await createSession(graph, { threads: 1 })).run(new Map([["x", feed]]));
    const slopes = [...(results.get(gradient)!.data as Float32Array)];
    expect(slopes.slice(0, 3).map((slope) => slope !== 0)).toEqual([true, false, true]);
    expect(slopes.slice(3).map(Math.abs)).toEqual([0, 0, 0]);
  });
});

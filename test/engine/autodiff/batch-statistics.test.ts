import { describe, expect, it } from "vitest";
import { encodeTargets, lossNormalizer } from "../../../src/engine/autodiff/targets.js";
import { trainingGraph } from "../../../src/engine/autodiff/training-graph.js";
import { graphBuilder } from "../../../src/engine/onnx/builder.js";
import { createGraph } from "../../../src/engine/onnx/graph.js";
import { createSession, type Feed } from "../../../src/engine/runtime/session.js";
import { expectClose } from "./check-gradient.js";

/** n numbers in [-0.5, 0.5), in no order. */
const numbers = (n: number, factor: number, modulus: number, add = 0) =>
  Float32Array.from({ length: n }, (_, i) => Number((((i * factor) % modulus) / modulus - 0.5).toFixed(4)) + add);

const parameters: Readonly<Record<string, Feed>> = {
  "conv.weight": { dtype: "float32", dims: [3, 2, 2, 2], data: numbers(24, 7, 13) },
  "norm.weight": { dtype: "float32", dims: [3], data: numbers(3, 5, 7, 1) },
  "norm.bias": { dtype: "float32", dims: [3], data: numbers(3, 3, 7) },
  "norm.running_mean": { dtype: "float32", dims: [3], data: numbers(3, 2, 5) },
  "norm.running_var": { dtype: "float32", dims: [3], data: numbers(3, 4, 9, 1) },
  "linear.weight": { dtype: "float32", dims: [2, 12], data: numbers(24, 11, 17) },
  "linear.bias": { dtype: "float32", dims: [2], data: numbers(2, 3, 5) },
};

function network() {
  const b = graphBuilder(createGraph("network"));
  for (const [name, { dims }] of Object.entries(parameters)) b.parameter(name, dims);
  const x = b.op("Conv", [b.input("x", { dtype: "float32", shape: ["batch", 2, 3, 3] }), "conv.weight"]);
  const norm = ["norm.weight", "norm.bias", "norm.running_mean", "norm.running_var"];
  const h = b.relu(b.op("BatchNormalization", [x, ...norm]));
  const logits = b.gemm(b.op("Flatten", [h]), "linear.weight", "linear.bias", { transB: true });
  return { graph: b.graph, logits };
}

const trainable = ["conv.weight", "norm.weight", "norm.bias", "linear.weight"];

// The same network in PyTorch 1.13 in training mode, one step with the mean cross-entropy of the labels 1 and 0.
const expected = {
  loss: [1.4083372],
  logits: [-0.387357, -0.628166, -1.13295, 0.716881],
  "norm.weight": [-0.344591, -0.14126, 0.791712],
  "norm.bias": [-0.249871, -0.173239, 0.690912],
  "conv.weight": [
    ...[0.0395259, 0.108831, -0.123645, 0.0767071, 0.0766815, -0.196201, 0.0395298, 0.108839],
    ...[0.112383, -0.0230632, -0.211864, 0.140236, 0.140287, 0.125771, 0.112385, -0.0230282],
    ...[0.252229, -0.0347099, -0.302032, 0.108678, 0.108591, 0.385722, 0.252164, -0.0347876],
  ],
  "norm.running_mean": [-0.442987, -0.0851416, 0.265374],
  "norm.running_var": [0.457843, 0.856609, 1.25529],
} as const;

async function step(batchNormalization: "running" | "batch") {
  const { graph, logits } = network();
  const training = trainingGraph(graph, { logits, loss: "crossEntropy", trainable, batchNormalization });
  const feeds = new Map<string, Feed>(Object.entries(parameters));
  feeds.set("x", { dtype: "float32", dims: [2, 2, 3, 3], data: numbers(36, 17, 29) });
  const normalizer = lossNormalizer([1, 0], { name: "crossEntropy" });
  for (const [name, data] of encodeTargets([1, 0], { name: "crossEntropy" }, 2, normalizer)) {
    feeds.set(name, { dtype: "float32", dims: [2, 2], data });
  }
  const before = structuredClone(parameters);
  const results = await (await createSession(training.graph)).run(feeds);
  expect(parameters, "the fed arrays").toEqual(before);
  return { training, read: (value: string) => [...(results.get(value)!.data as Float32Array)] };
}

describe("batch normalization by the statistics of the batch", () => {
  it("gives PyTorch's loss, gradients and next running statistics", async () => {
    const { training, read } = await step("batch");
    expectClose(read(training.loss), expected.loss, "loss", 1e-5);
    expectClose(read(training.logits), expected.logits, "logits", 1e-5);
    for (const name of ["conv.weight", "norm.weight", "norm.bias"] as const) {
      expectClose(read(training.gradients.get(name)!.dense!), expected[name], name, 1e-4);
    }
    expect([...training.updates.keys()]).toEqual(["norm.running_mean", "norm.running_var"]);
    for (const name of ["norm.running_mean", "norm.running_var"] as const) {
      expectClose(read(training.updates.get(name)!), expected[name], name, 1e-5);
    }
  });

  it("is not used unless asked for, and the forward graph is left alone", async () => {
    const { training, read } = await step("running");
    expect(training.updates.size).toBe(0);
    expect(read(training.loss)[0]).not.toBeCloseTo(expected.loss[0], 2);
    const { graph, logits } = network();
    const before = structuredClone(graph.nodes);
    trainingGraph(graph, { logits, loss: "crossEntropy", trainable, batchNormalization: "batch" });
    expect(graph.nodes).toEqual(before);
  });
});

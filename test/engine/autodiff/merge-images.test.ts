import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { differentiate } from "../../../src/engine/autodiff/differentiate.js";
import { mergeImages } from "../../../src/engine/autodiff/merge-images.js";
import { graphBuilder } from "../../../src/engine/onnx/builder.js";
import { createGraph } from "../../../src/engine/onnx/graph.js";
import { createSession, type Feed } from "../../../src/engine/runtime/session.js";
import { expectClose } from "./check-gradient.js";
import { attributes, type Settings } from "./window-attributes.js";

const cases: readonly (readonly [name: string, size: number[], kernel: number[], settings: Settings, merged: boolean])[] = [
  ["2x2 with 3x3 kernels", [2, 2], [3, 3], { pads: [1, 1, 1, 1] }, true],
  ["uneven pads, stride 2", [3, 4], [2, 3], { pads: [0, 1, 1, 1], strides: [2, 2] }, true],
  ["dilated, to one position", [3, 5], [2, 3], { dilations: [2, 2] }, true],
  ["SAME_UPPER", [3, 3], [3, 2], { auto_pad: "SAME_UPPER", strides: [2, 2] }, true],
  ["1x1", [2, 2], [1, 1], {}, true],
  ["one axis", [4], [3], { pads: [1, 1] }, true],
  ["more positions", [3, 3], [3, 3], { pads: [1, 1, 1, 1] }, false],
];

/** Input, weight, bias, a Conv, and the sum of its result times `d`. */
function network(size: number[], kernel: number[], settings: Settings) {
  const b = graphBuilder(createGraph("network"));
  const x = b.input("x", { dtype: "float32", shape: ["batch", 3, ...size] });
  const y = b.op("Conv", [x, b.parameter("w", [4, 3, ...kernel]), b.parameter("b", [4])], attributes(settings));
  return { graph: b.graph, y };
}

async function results({ graph, y }: ReturnType<typeof network>, size: number[], kernel: number[]) {
  const b = graphBuilder(graph);
  const loss = b.reduceSum(b.mul(y, b.mul(y, y)), undefined, { keepDims: false });
  const gradients = differentiate(graph, { loss, wrt: ["x", "w", "b"] });
  const outputs = [y, ...["x", "w", "b"].map((name) => gradients.get(name)!.dense!)].map((value) => b.output(value));
  const random = createRandom(3);
  const feed = (dims: number[]): Feed => {
    const data = Float32Array.from({ length: dims.reduce((a, n) => a * n, 1) }, () => random.uniform() - 0.5);
    return { dtype: "float32", dims, data };
  };
  const feeds = new Map([
    ["x", feed([5, 3, ...size])],
    ["w", feed([4, 3, ...kernel])],
    ["b", feed([4])],
  ]);
  const found = await (await createSession(graph)).run(feeds);
  return outputs.map((output) => found.get(output)!);
}

describe("mergeImages", () => {
  for (const [name, size, kernel, settings, merged] of cases) {
    it(`changes neither results nor gradients: ${name}`, async () => {
      const network2 = network(size, kernel, settings);
      mergeImages(network2.graph, 1);
      expect(network2.graph.nodes.some(({ opType }) => opType === "Conv")).toBe(!merged);
      const expected = await results(network(size, kernel, settings), size, kernel);
      const found = await results(network2, size, kernel);
      found.forEach(({ dims, data }, i) => {
        expect(dims).toEqual(expected[i]!.dims);
        expectClose([...(data as Float32Array)], [...(expected[i]!.data as Float32Array)], `result ${i}`, 1e-5);
      });
    });
  }

  it("leaves groups, small kernels and unknown sizes alone", () => {
    const small = network([2, 2], [3, 3], { pads: [1, 1, 1, 1] });
    mergeImages(small.graph);
    const b = graphBuilder(createGraph("others"));
    const x = b.input("x", { dtype: "float32", shape: ["batch", 4, "height", 2] });
    b.op("Conv", [x, b.parameter("w", [2, 4, 1, 1])]);
    const grouped = b.input("grouped", { dtype: "float32", shape: ["batch", 4, 2, 2] });
    b.op("Conv", [grouped, b.parameter("v", [2, 2, 1, 1])], attributes({ group: 2 }));
    mergeImages(b.graph, 1);
    expect([...small.graph.nodes, ...b.graph.nodes].map(({ opType }) => opType)).toEqual(["Conv", "Conv", "Conv"]);
  });
});

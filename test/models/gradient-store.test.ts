import { describe, expect, it } from "vitest";
import { encodeTargets, lossNormalizer } from "../../src/engine/autodiff/targets.js";
import { trainingGraph } from "../../src/engine/autodiff/training-graph.js";
import { graphBuilder } from "../../src/engine/onnx/builder.js";
import { createGraph } from "../../src/engine/onnx/graph.js";
import { sizeOf } from "../../src/engine/onnx/tensor.js";
import { createSession, type Feed } from "../../src/engine/runtime/session.js";
import { gradientStore } from "../../src/models/graph/gradient-store.js";
import { longs, ramp } from "../engine/onnx/raw-model.js";

/** Two numbers looked up for each of two items: their logits. The row of each of them, and whose logit of which class it is. */
const IDS = [
  [1, 3],
  [3, 3],
];
const LABELS = [1, 0];

/** The gradient of the mean cross-entropy by a table whose rows, summed, are the logits. */
async function gradientOf(dims: readonly number[]): Promise<Float32Array> {
  const b = graphBuilder(createGraph("lookup"));
  const ids = b.input("ids", { dtype: "int64", shape: ["batch", 2] });
  const rows = b.gather(b.parameter("table", dims), ids);
  const axes = dims.slice(1).map((_, i) => i + 2);
  b.output(axes.length === 0 ? rows : b.reduceSum(rows, b.int64s(axes), { keepDims: false }), "logits");
  const training = trainingGraph(b.graph, { logits: b.graph.outputs[0]!, loss: "crossEntropy", trainable: ["table"] });
  const table = ramp(dims);
  const store = gradientStore(training, { parameters: new Map([["table", table]]), paddingRows: new Map() });
  const { fetches, collect } = store.bind(training);
  store.reset(1);
  const loss = { name: "crossEntropy" } as const;
  const feeds = new Map<string, Feed>([
    ["ids", longs(IDS.flat(), [2, 2])],
    ["table", table],
  ]);
  for (const [name, data] of encodeTargets(LABELS, loss, 2, lossNormalizer(LABELS, loss)))
    feeds.set(name, { dtype: "float32", dims: [2, 2], data });
  collect(await (await createSession(training.graph, { threads: 1 })).run(feeds, fetches));
  const { gradient } = store.updates()[0]!;
  const dense = new Float32Array(sizeOf(dims));
  if (gradient.kind === "dense") return gradient.data;
  const width = dense.length / dims[0]!;
  gradient.rows.forEach((row, i) => {
    dense.set(gradient.data.subarray(i * width, (i + 1) * width), row * width);
  });
  return dense;
}

describe("the gradient of a table that is looked up", () => {
  it.each([[[5]], [[5, 1]], [[5, 2]], [[5, 2, 3]]])(
    "of shape %s is (softmax - target) / 2 added up at its rows",
    async (dims) => {
      const { data } = ramp(dims);
      const width = sizeOf(dims.slice(1));
      const logit = (row: number) => {
        let sum = 0;
        for (let i = 0; i < width; i++) sum += Number(data[row * width + i]);
        return sum;
      };
      const wanted = new Float32Array(data.length);
      for (const [item, rows] of IDS.entries()) {
        const total = rows.reduce((sum, row) => sum + Math.exp(logit(row)), 0);
        for (const [c, row] of rows.entries()) {
          const slope = (Math.exp(logit(row)) / total - Number(LABELS[item] === c)) / 2;
          for (let i = 0; i < width; i++) wanted[row * width + i]! += slope;
        }
      }
      const found = await gradientOf(dims);
      expect(found.length).toBe(wanted.length);
      found.forEach((value, i) => {
        expect(value).toBeCloseTo(wanted[i]!, 5);
      });
    },
  );
});

import { describe, expect, it } from "vitest";
import { trainingGraph } from "../../../src/engine/autodiff/training-graph.js";
import { graphBuilder } from "../../../src/engine/onnx/builder.js";
import { createGraph, type Graph } from "../../../src/engine/onnx/graph.js";
import { createSession, type Feed } from "../../../src/engine/runtime/session.js";

/** `logits = embedding[ids] W + b1 + b2`; ids `[batch]`. */
function classifier(): { graph: Graph; logits: string } {
  const graph = createGraph("classifier");
  const builder = graphBuilder(graph);
  const ids = builder.input("ids", { dtype: "int64", shape: ["batch"] });
  const rows = builder.gather(builder.parameter("embedding", [4, 2]), ids);
  const product = builder.gemm(rows, builder.parameter("w", [2, 3]), undefined);
  const shifted = builder.add(product, builder.parameter("b1", [1, 3]));
  const logits = builder.output(builder.add(shifted, builder.parameter("b2", [1, 3])), "logits");
  return { graph, logits };
}

const trainable = ["embedding", "w", "b1", "b2"];

describe("trainingGraph", () => {
  it("has the loss, the logits and all gradients as outputs, each once", () => {
    const { graph, logits } = classifier();
    const training = trainingGraph(graph, { logits, loss: "crossEntropy", trainable });
    const [rows] = training.gradients.get("embedding")!.rows;
    const dense = ["w", "b1", "b2"].map((name) => training.gradients.get(name)!.dense!);
    expect(training.graph.outputs.sort()).toEqual([training.loss, training.logits, rows!.ids, rows!.values, ...dense].sort());
    expect(new Set(training.graph.outputs).size).toBe(7);
    expect(training.logits).toBe("logits");
  });

  it("leaves the forward graph as it was", () => {
    const { graph, logits } = classifier();
    const before = structuredClone({ ...graph, nodes: graph.nodes });
    trainingGraph(graph, { logits, loss: "binaryCrossEntropy", trainable });
    expect({ ...graph }).toEqual(before);
  });

  it("declares the arrays of its loss as inputs", () => {
    const { graph, logits } = classifier();
    const crossEntropy = trainingGraph(graph, { logits, loss: "crossEntropy", trainable });
    expect(crossEntropy.targets).toEqual(["loss.targets"]);
    expect([...crossEntropy.graph.inputs.keys()]).toEqual(["ids", "loss.targets"]);
    const squares = trainingGraph(graph, { logits, loss: "meanSquaredError", trainable });
    expect(squares.targets).toEqual(["loss.targets", "loss.weights"]);
    expect([...squares.graph.inputs.keys()]).toEqual(["ids", "loss.targets", "loss.weights"]);
  });

  it("keeps a frozen parameter as an input without a gradient", () => {
    const { graph, logits } = classifier();
    const training = trainingGraph(graph, { logits, loss: "crossEntropy", trainable: ["b2"] });
    expect([...training.gradients.keys()]).toEqual(["b2"]);
    expect([...training.graph.parameters.keys()].sort()).toEqual(["b1", "b2", "embedding", "w"]);
    expect(training.graph.nodes.filter((node) => node.opType === "Gemm")).toHaveLength(1);
  });

  it("refuses when nothing trainable leads to the logits", () => {
    const { graph, logits } = classifier();
    expect(() => trainingGraph(graph, { logits, loss: "crossEntropy", trainable: [] })).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT" }),
    );
  });

  it("computes the gradients of a linear model: dW = X' (p - t), db = sum of (p - t)", async () => {
    const { graph, logits } = classifier();
    const training = trainingGraph(graph, { logits, loss: "crossEntropy", trainable });
    const session = await createSession(training.graph, { threads: 1 });
    const feed = (data: number[], ...dims: number[]): Feed => ({ dtype: "float32", dims, data: Float32Array.from(data) });
    const results = await session.run(
      new Map<string, Feed>([
        ["ids", { dtype: "int64", dims: [2], data: BigInt64Array.of(3n, 1n) }],
        ["embedding", feed([0, 0, 1, 2, 0, 0, 3, -1], 4, 2)],
        ["w", feed([0, 0, 0, 0, 0, 0], 2, 3)],
        ["b1", feed([0, 0, 0], 1, 3)],
        ["b2", feed([0, 0, 0], 1, 3)],
        ["loss.targets", feed([0.5, 0, 0, 0, 0, 0.5], 2, 3)],
      ]),
    );
    const numbers = (name: string) => Array.from(results.get(name)!.data as Float32Array, (x) => Number(x.toFixed(5)));
    expect(numbers(training.loss)).toEqual([Number(Math.log(3).toFixed(5))]);
    const bias = [-1 / 6, 1 / 3, -1 / 6].map((x) => Number(x.toFixed(5)));
    expect(numbers(training.gradients.get("b1")!.dense!)).toEqual(bias);
    expect(numbers(training.gradients.get("b2")!.dense!)).toEqual(bias);
    // (p - t) / 2 is [-1/3, 1/6, 1/6] for [3, -1] and [1/6, 1/6, -1/3] for [1, 2]
    expect(numbers(training.gradients.get("w")!.dense!)).toEqual(
      [-5 / 6, 2 / 3, 1 / 6, 2 / 3, 1 / 6, -5 / 6].map((x) => Number(x.toFixed(5))),
    );
    expect(Array.from(results.get(training.gradients.get("embedding")!.rows[0]!.ids)!.data as BigInt64Array)).toEqual([3n, 1n]);
  });
});

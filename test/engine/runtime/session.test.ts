import { expect, it } from "vitest";
import { graphBuilder } from "../../../src/engine/onnx/builder.js";
import { createGraph, type Graph } from "../../../src/engine/onnx/graph.js";
import { createSession, type Feed } from "../../../src/engine/runtime/session.js";

function doubling(factor = 2): Graph {
  const b = graphBuilder(createGraph("doubling"));
  b.output(b.mul(b.input("x", { dtype: "float32", shape: ["n"] }), b.scalar(factor)), "y");
  return b.graph;
}

const feed = (...values: number[]): Feed => ({ dtype: "float32", dims: [values.length], data: Float32Array.from(values) });

it("is one session for equal graphs, another for another graph", async () => {
  expect(await createSession(doubling())).toBe(await createSession(doubling()));
  expect(await createSession(doubling(3))).not.toBe(await createSession(doubling()));
  expect(await createSession(doubling(), { threads: 1 })).not.toBe(await createSession(doubling()));
});

it("reads feeds anew at each run, and writes into the buffers it is given", async () => {
  const session = await createSession(doubling());
  const x = feed(1, 2, 3);
  const y = feed(0, 0, 0);
  const first = await session.run(new Map([["x", x]]), new Map([["y", y]]));
  expect(first.get("y")).toBe(y);
  expect([...(y.data as Float32Array)]).toEqual([2, 4, 6]);
  x.data[0] = 10;
  await session.run(new Map([["x", x]]), new Map([["y", y]]));
  expect([...(y.data as Float32Array)]).toEqual([20, 4, 6]);
});

it("allocates outputs that no buffer was given for", async () => {
  const session = await createSession(doubling());
  const outputs = await session.run(new Map([["x", feed(1.5)]]));
  expect(outputs.get("y")).toMatchObject({ dtype: "float32", dims: [1] });
  expect(outputs.get("y")!.data[0]).toBe(3);
});

it("says which graph ONNX Runtime refuses", async () => {
  const b = graphBuilder(createGraph("nonsense"));
  b.output(b.op("NoSuchOperator", [b.input("x", { dtype: "float32", shape: [1] })]));
  await expect(createSession(b.graph)).rejects.toMatchObject({
    code: "E_MODEL_FORMAT",
    message: expect.stringContaining('"nonsense"'),
  });
});

import { describe, expect, it } from "vitest";
import { graphBuilder } from "../../../src/engine/onnx/builder.js";
import { createGraph, type Graph } from "../../../src/engine/onnx/graph.js";
import type { NamedArrays } from "../../../src/engine/runtime/feeds.js";
import { createSession } from "../../../src/engine/runtime/session.js";

/** `y = x w` and, of integers, `next = i + 1`. */
function graph(): Graph {
  const b = graphBuilder(createGraph("mixed"));
  const x = b.input("x", { dtype: "float32", shape: ["n", 2] });
  const i = b.input("i", { dtype: "int64", shape: ["rows", "columns"] });
  b.output(b.matMul(x, b.parameter("w", [2, 1])), "y");
  b.output(b.add(i, b.int64(1)), "next");
  return b.graph;
}

const w = { dims: [2, 1], data: Float32Array.of(1, 10) };
const i = { dims: [1, 2], data: [4, 5] };
const parameters = new Map([
  ["w", w],
  ["unread", { dims: [1], data: Float32Array.of(0) }],
]);

describe("a run by names", () => {
  it("takes shapes from the graph, numbers as they are meant, parameters from their table", async () => {
    await using session = await createSession(graph());
    const outputs = await session.run({ x: Float32Array.of(1, 2, 3, 4), i }, { parameters });
    expect(outputs["y"]).toEqual({ dtype: "float32", dims: [2, 1], data: Float32Array.of(21, 43) });
    expect(outputs["next"]).toEqual({ dtype: "int64", dims: [1, 2], data: BigInt64Array.of(5n, 6n) });
    const one = await session.run({ x: [1, 2], i, w: w.data }, { outputs: ["y"] });
    expect(Object.keys(one)).toEqual(["y"]);
    expect(one["y"]!.data).toEqual(Float32Array.of(21));
  });

  it("takes a number for a scalar", async () => {
    const b = graphBuilder(createGraph("scalar"));
    b.output(b.neg(b.input("x", { dtype: "float32", shape: [] })), "y");
    await using session = await createSession(b.graph);
    expect((await session.run({ x: 3 }))["y"]).toEqual({ dtype: "float32", dims: [], data: Float32Array.of(-3) });
  });

  const x = [1, 2];
  const wrong: readonly (readonly [string, NamedArrays, string, string])[] = [
    ["a missing input", { x, w: w.data }, "E_ARGUMENT", 'nothing came for "i"'],
    ["an unknown name", { x, i, w: w.data, z: [1] }, "E_ARGUMENT", '"z" came'],
    ["another element type", { x: Float64Array.of(1, 2), i, w: w.data }, "E_ARGUMENT", "takes a Float32Array; Float64Array came"],
    ["a size that does not divide", { x: [1, 2, 3], i, w: w.data }, "E_SHAPE", "shape [n, 2]; 3 elements"],
    ["two open sizes", { x, i: [1, 2], w: w.data }, "E_SHAPE", "pass { data, dims }"],
    ["dims that are not the graph's", { x: { data: [1, 2, 3], dims: [1, 3] }, i, w: w.data }, "E_SHAPE", "of shape [1, 3] came"],
    ["dims that are not the data's", { x: { data: [1, 2, 3, 4], dims: [1, 2] }, i, w: w.data }, "E_SHAPE", "4 elements"],
    ["a parameter of another size", { x, i, w: [1, 2, 3] }, "E_SHAPE", "shape [2, 1]; 3 elements"],
  ];
  it.each(wrong)("refuses %s", async (_, arrays, code, message) => {
    await using session = await createSession(graph());
    await expect(session.run(arrays)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it("refuses an output that the graph does not have", async () => {
    await using session = await createSession(graph());
    await expect(session.run({ x, i }, { parameters, outputs: ["z"] })).rejects.toMatchObject({ code: "E_ARGUMENT" });
  });
});

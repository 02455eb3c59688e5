import { describe, expect, it } from "vitest";
import { unBroadcast } from "../../../src/engine/autodiff/un-broadcast.js";
import { graphBuilder } from "../../../src/engine/onnx/builder.js";
import { createGraph } from "../../../src/engine/onnx/graph.js";
import { type Shape, sizeOf } from "../../../src/engine/onnx/tensor.js";
import { createSession, type Feed } from "../../../src/engine/runtime/session.js";

/** Sums a gradient in the shape of `operand + other` back to the operand's; `declared` are their shapes as far as known. */
function summed(operand: Shape | undefined, other: Shape | undefined) {
  const graph = createGraph("sum");
  const builder = graphBuilder(graph);
  const [a, b] = [operand, other].map((shape, i) => builder.input(`x${i}`, { dtype: "float32", shape }));
  const output = builder.add(a!, b!);
  const gradient = builder.mul(output, output);
  const before = graph.nodes.length;
  const result = unBroadcast(builder, gradient, a!, { inputs: [a!, b!], output });
  return { graph, gradient, result, ops: graph.nodes.slice(before).map((node) => node.opType) };
}

describe("where the declared shapes prove the axes", () => {
  it.each<[string, Shape, Shape, readonly string[]]>([
    ["nothing to do for equal numbers", [2, 3], [2, 3], []],
    ["nothing to do for equal names", ["n", 3], ["n", 3], []],
    ["nothing to do where the other is stretched", ["n", 3], [3], []],
    ["nothing to do where a one meets a one", [1, 3], [1, 3], []],
    ["one sum for new axes", [4], ["n", "l", 4], ["ReduceSum"]],
    ["one sum for stretched ones", ["n", 1], ["n", 3], ["ReduceSum"]],
    ["a sum and a squeeze for both", [1, 3], ["n", 2, 3], ["ReduceSum", "Squeeze"]],
    ["one sum for a scalar", [], ["n", 2], ["ReduceSum"]],
  ])("%s: [%s] and [%s]", (_, operand, other, expected) => {
    expect(summed(operand, other).ops).toEqual(expected);
  });
});

describe("where they do not", () => {
  const dynamic: readonly (readonly [Shape | undefined, Shape | undefined])[] = [
    [["n"], ["m"]],
    [
      ["n", 3],
      ["?1", 3],
    ],
    [["n"], [4]],
    [undefined, [2, 3]],
    [[2, 3], undefined],
    [undefined, undefined],
  ];
  it.each(dynamic)("the axes are computed: %s and %s", (operand, other) => {
    const isKnown = operand?.every((dim) => typeof dim === "number" && dim !== 1) && other !== undefined;
    expect(summed(operand, other).ops).toEqual(
      isKnown ? [] : expect.arrayContaining(["Shape", "NonZero", "ReduceSum", "Reshape"]),
    );
  });

  it.each([
    { operand: [2, 3], other: [2, 3] },
    { operand: [1, 3], other: [2, 3] },
    { operand: [2, 1], other: [2, 3] },
    { operand: [3], other: [2, 3] },
    { operand: [3], other: [1, 1, 3] },
    { operand: [], other: [2, 3] },
    { operand: [1], other: [2, 0] },
    { operand: [2, 0], other: [1] },
  ])("at run time $operand and $other give the operand's shape and the right sums", async ({ operand, other }) => {
    const { graph, gradient, result } = summed(undefined, undefined);
    graph.outputs = [gradient, result];
    const ones = (dims: readonly number[]): Feed => ({ dtype: "float32", dims, data: new Float32Array(sizeOf(dims)).fill(1) });
    const session = await createSession(graph, { threads: 1 });
    const results = await session.run(
      new Map([
        ["x0", ones(operand)],
        ["x1", ones(other)],
      ]),
    );
    const found = results.get(result)!;
    const total = results.get(gradient)!.data.length * 4;
    expect(found.dims).toEqual(operand);
    expect([...(found.data as Float32Array)]).toEqual(Array(sizeOf(operand)).fill(total / sizeOf(operand)));
  });
});

import { describe, expect, it } from "vitest";
import { differentiableOperators, gradients } from "../../../src/engine/autodiff/gradients.js";
import { graphBuilder } from "../../../src/engine/onnx/builder.js";
import { createGraph, type Graph } from "../../../src/engine/onnx/graph.js";
import { liftParameters } from "../../../src/engine/onnx/parameters.js";
import { floatTensor, int64Tensor } from "../../../src/engine/onnx/tensor.js";
import { createSession } from "../../../src/engine/runtime/session.js";

/** `squares = (x w)^2` with the constant `w` of 2 x 1, and `rows`, three rows looked up in the constant `table`. */
function graph(): Graph {
  const b = graphBuilder(createGraph("squares"));
  const x = b.input("x", { dtype: "float32", shape: ["n", 2] });
  const product = b.matMul(x, b.constant(floatTensor([1, 2], [2, 1]), "w"));
  b.output(b.mul(product, product), "squares");
  const table = b.constant(floatTensor([1, 2, 3, 4], [2, 2]), "table");
  const rows = b.gather(table, b.constant(int64Tensor([1, 1, 0]), "ids"));
  b.output(b.mul(rows, rows), "rows");
  return b.graph;
}

const x = Float32Array.of(1, 1, 2, 0); // x w = 3, 2

describe("the gradients of a graph", () => {
  it("are of the sum where the loss has several elements, by parameters and inputs", async () => {
    const forward = graph();
    const parameters = liftParameters(forward, ["w"]);
    const step = gradients(forward, { loss: "squares", wrt: ["w", "x"] });
    expect(step.loss).toBe("squares.sum");
    expect([...step.gradients]).toEqual([
      ["w", "gradient:w"],
      ["x", "gradient:x"],
    ]);
    expect([...step.graph.outputs].sort()).toEqual(["gradient:w", "gradient:x", "rows", "squares", "squares.sum"]);
    expect(forward.outputs).toEqual(["squares", "rows"]);
    await using session = await createSession(step.graph);
    const outputs = await session.run({ x }, { parameters });
    expect(outputs[step.loss]!.data).toEqual(Float32Array.of(13));
    const found = step.collect(outputs);
    // 2 (x w) x, summed over the rows; 2 (x w) w for each row
    expect(found.get("w")).toEqual({ dims: [2, 1], data: Float32Array.of(2 * 3 + 2 * 2 * 2, 2 * 3) });
    expect(found.get("x")).toEqual({ dims: [2, 2], data: Float32Array.of(6, 12, 4, 8) });
  });

  it("are as large as the parameter for rows that are looked up, too", async () => {
    const forward = graph();
    const parameters = liftParameters(forward);
    expect([...parameters.keys()]).toEqual(["w", "table"]);
    const step = gradients(forward, { loss: "rows", outputs: [] });
    expect([...step.gradients.keys()]).toEqual(["table"]);
    await using session = await createSession(step.graph);
    const found = step.collect(await session.run({ x }, { parameters }));
    expect(found.get("table")).toEqual({ dims: [2, 2], data: Float32Array.of(2, 4, 12, 16) });
  });

  it("have a loss of one element under its own name", () => {
    const b = graphBuilder(graph());
    b.output(b.reduceMean("squares", undefined), "mean");
    liftParameters(b.graph);
    expect(gradients(b.graph, { loss: "mean", outputs: [] })).toMatchObject({
      loss: "mean",
      graph: { outputs: ["mean", "gradient:w"] },
    });
  });

  const wrong: readonly (readonly [string, { loss: string; wrt?: string[]; outputs?: string[] }, string])[] = [
    ["a loss that is not there", { loss: "nothing" }, 'no value "nothing"'],
    ["an output that is not there", { loss: "squares", wrt: ["x"], outputs: ["nothing"] }, 'no value "nothing"'],
    ["a constant", { loss: "squares", wrt: ["w"] }, 'liftParameters(graph, ["w"])'],
    ["integers", { loss: "squares", wrt: ["ids"] }, '"ids" is int64'],
    ["what the loss does not depend on", { loss: "rows", wrt: ["x"] }, 'depends on none of "x"'],
    ["no parameters", { loss: "squares" }, "depends on none of no values"],
  ];
  it.each(wrong)("refuse %s", (_, options, message) => {
    expect(() => gradients(graph(), options)).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining(message) }),
    );
  });

  it("need all outputs of the run", async () => {
    const step = gradients(graph(), { loss: "squares", wrt: ["x"] });
    await using session = await createSession(step.graph);
    const outputs = await session.run({ x }, { outputs: ["squares"] });
    expect(() => step.collect(outputs)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });

  it("go through the operators that are listed", () => {
    const operators = differentiableOperators();
    expect(operators).toEqual(expect.arrayContaining(["Atan", "Conv", "com.microsoft:FusedMatMul"]));
    expect(operators).not.toContain("Shape");
    expect(operators).toEqual([...operators].sort());
  });
});

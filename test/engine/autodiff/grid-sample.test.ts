import { describe, expect, it } from "vitest";
import { differentiate } from "../../../src/engine/autodiff/differentiate.js";
import { graphBuilder, int, string } from "../../../src/engine/onnx/builder.js";
import { type Attribute, createGraph } from "../../../src/engine/onnx/graph.js";
import { checkGradients, floats } from "./check-gradient.js";

// Between two pixels' centres, away from the kinks that central differences would see.
const between = (low: number, high: number) => ({ dims: [2, 2, 1, 2], range: [low, high] }) as const;

describe("GridSample", () => {
  const op = "GridSample";
  const x = floats(2, 2, 4, 4);
  const aligned = { align_corners: int(1) };
  const border = { padding_mode: string("border") };
  checkGradients([
    {
      name: "known value",
      op,
      inputs: [floats(1, 1, 2, 2), { dims: [1, 1, 1, 2], range: [-0.5, -0.5] }],
      attributes: { ...aligned, mode: string("nearest") },
      forward: ([a]) => [a!],
    },
    { name: "between pixels", op, inputs: [x, between(-0.15, 0.15)] },
    { name: "corners aligned", op, inputs: [x, between(-0.25, 0.25)], attributes: aligned },
    { name: "at the edge, zeros beyond", op, inputs: [x, between(0.85, 1.1)] },
    { name: "beyond the edge, which goes on", op, inputs: [x, between(1.1, 1.6)], attributes: border },
    { name: "within, edge goes on", op, inputs: [x, between(-0.15, 0.15)], attributes: border },
    { name: "nearest", op, inputs: [x, between(0.05, 0.4)], attributes: { mode: string("nearest") } },
  ]);

  it.each<[string, Record<string, Attribute>]>([
    ["mode cubic", { mode: string("cubic") }],
    ["padding reflection", { padding_mode: string("reflection") }],
  ])("%s is refused by name", (what, attributes) => {
    const b = graphBuilder(createGraph("refused"));
    const image = b.input("image", { dtype: "float32", shape: [1, 1, 4, 4] });
    const grid = b.input("grid", { dtype: "float32", shape: [1, 2, 2, 2] });
    const loss = b.reduceSum(b.op(op, [image, grid], attributes, { name: "sampler" }), undefined, { keepDims: false });
    expect(() => differentiate(b.graph, { loss, wrt: ["image"] })).toThrow(new RegExp(`GridSample node "sampler" \\(.*${what}`));
  });
});

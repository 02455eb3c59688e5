import { describe } from "vitest";
import { int } from "../../../src/engine/onnx/builder.js";
import { checkGradients, fedInts, floats, type GradientCase, ints, positive, spread } from "./check-gradient.js";

const keep = (value: number) => ({ keepdims: int(value) });
const sum = (x: number[]) => x.reduce((total, value) => total + value, 0);

const known: Readonly<Record<string, (x: number[]) => number>> = {
  ReduceSum: sum,
  ReduceMean: (x) => sum(x) / x.length,
  ReduceMax: (x) => Math.max(...x),
  ReduceMin: (x) => Math.min(...x),
  ReduceL1: (x) => sum(x.map(Math.abs)),
  ReduceL2: (x) => Math.hypot(...x),
  ReduceSumSquare: (x) => sum(x.map((value) => value * value)),
  ReduceProd: (x) => x.reduce((product, value) => product * value, 1),
  ReduceLogSumExp: (x) => Math.log(sum(x.map(Math.exp))),
};

const rows = Object.entries(known).flatMap(([op, forward]): GradientCase[] => {
  const x = spread(2, 3, 2);
  return [
    { name: "everything", op, inputs: [x], attributes: keep(0), forward: (elements) => [forward(elements)] },
    { name: "everything, axes kept", op, inputs: [x], forward: (elements) => [forward(elements)] },
    { name: "last axis", op, inputs: [x, ints(-1)], attributes: keep(1) },
    { name: "middle axis dropped", op, inputs: [x, ints(1)], attributes: keep(0) },
    { name: "two axes dropped", op, inputs: [x, ints(0, -1)], attributes: keep(0) },
    { name: "axes fed, kept", op, inputs: [x, fedInts(2, 0)], attributes: keep(1) },
    { name: "no axes: unchanged", op, inputs: [x, ints()], attributes: { noop_with_empty_axes: int(1) } },
    { name: "a vector", op, inputs: [positive(3), ints(0)], attributes: keep(0) },
  ];
});

describe("reductions", () => {
  checkGradients(rows);
  checkGradients([
    {
      name: "everything",
      op: "ReduceLogSum",
      inputs: [positive(2, 3)],
      attributes: keep(0),
      forward: (x) => [Math.log(sum(x))],
    },
    { name: "middle axis dropped", op: "ReduceLogSum", inputs: [positive(2, 3, 2), ints(1)], attributes: keep(0) },
    { name: "last axis", op: "ReduceLogSum", inputs: [positive(2, 3), ints(-1)] },
  ]);
  checkGradients([
    { name: "a size of one", op: "ReduceMean", inputs: [floats(2, 1), ints(1)], attributes: keep(0) },
    { name: "zeros among the factors", op: "ReduceProd", inputs: [{ dims: [2, 2], range: [0, 0] }, ints(1)] },
  ]);
});

import { describe } from "vitest";
import { int } from "../../../src/engine/onnx/builder.js";
import { int64Tensor } from "../../../src/engine/onnx/tensor.js";
import { bools, checkGradients, fedInts, floats, type GradientCase, positive, scalar, spread } from "./check-gradient.js";

const each = (f: (x: number) => number) => (x: number[]) => x.map(f);
const pair = (f: (a: number, b: number) => number) => (a: number[], b: number[]) => a.map((x, i) => f(x, b[i % b.length]!));

const below = (limit: number) => ({ dims: [2, 3], range: [-limit, limit] }) as const;

const broadcastInputs = {
  "equal shapes": [spread(2, 3), spread(2, 3)],
  "missing axis": [spread(2, 3), spread(3)],
  "scalar on the right": [spread(2, 3), spread()],
  "one element on the left": [spread(1), spread(3, 2)],
  "both stretched": [spread(2, 1, 3), spread(4, 1)],
  "ones kept": [spread(1, 3, 1), spread(3, 1)],
  "empty axis": [floats(0, 3), floats(3)],
} as const;

const broadcasting = ["Add", "Sub", "Mul", "Min", "Max"].flatMap((op): GradientCase[] =>
  Object.entries(broadcastInputs).map(([name, inputs]) => ({ name, op, inputs })),
);

describe("arithmetic with broadcasting", () => {
  checkGradients([
    ...broadcasting,
    { name: "known sum", op: "Add", inputs: [floats(2, 3), floats(3)], forward: pair((a, b) => a + b) },
    { name: "known difference", op: "Sub", inputs: [floats(2, 3), floats(3)], forward: pair((a, b) => a - b) },
    { name: "known product", op: "Mul", inputs: [floats(2, 3), floats(3)], forward: pair((a, b) => a * b) },
    { name: "known quotient", op: "Div", inputs: [floats(2, 3), positive(3)], forward: pair((a, b) => a / b) },
    { name: "both stretched", op: "Div", inputs: [floats(2, 1, 3), positive(4, 1)] },
    { name: "negative divisor", op: "Div", inputs: [floats(3), { dims: [2, 1], range: [-2, -0.5] }] },
    { name: "three operands", op: "Max", inputs: [spread(2, 3), spread(3), spread(2, 1)] },
    { name: "one operand", op: "Min", inputs: [spread(2, 3)] },
    { name: "three operands", op: "Sum", inputs: [floats(2, 3), floats(3), floats(1, 1)] },
    { name: "one operand", op: "Sum", inputs: [floats(2)] },
    { name: "three operands", op: "Mean", inputs: [floats(2, 3), floats(3), floats(1, 1)] },
    { name: "known mean", op: "Mean", inputs: [floats(2, 3), floats(3)], forward: pair((a, b) => (a + b) / 2) },
  ]);
});

describe("powers", () => {
  checkGradients([
    { name: "square", op: "Pow", inputs: [floats(2, 3), scalar(2)], forward: each((x) => x * x) },
    { name: "cube", op: "Pow", inputs: [floats(2, 3), scalar(3)], forward: each((x) => x ** 3) },
    { name: "root", op: "Pow", inputs: [positive(2, 3), scalar(0.5)], forward: each(Math.sqrt) },
    { name: "constant power 0", op: "Pow", inputs: [floats(2, 3), scalar(0)], forward: each(() => 1) },
    { name: "integer exponent that is fed", op: "Pow", inputs: [positive(2, 3), fedInts(0, 2, 3)] },
    {
      name: "integer exponent",
      op: "Pow",
      inputs: [floats(2, 3), { constant: int64Tensor([3], []) }],
      forward: each((x) => x ** 3),
    },
    { name: "exponent differentiated", op: "Pow", inputs: [positive(2, 3), floats(3)], forward: pair((a, b) => a ** b) },
    { name: "one base, many exponents", op: "Pow", inputs: [positive(1), floats(2, 2)] },
  ]);
});

describe("functions of one value", () => {
  checkGradients([
    { name: "known value", op: "Neg", inputs: [floats(2, 3)], forward: each((x) => -x) },
    { name: "known value", op: "Sqrt", inputs: [positive(2, 3)], forward: each(Math.sqrt) },
    { name: "known value", op: "Reciprocal", inputs: [positive(2, 3)], forward: each((x) => 1 / x) },
    { name: "known value", op: "Exp", inputs: [floats(2, 3)], forward: each(Math.exp) },
    { name: "known value", op: "Log", inputs: [positive(2, 3)], forward: each(Math.log) },
    { name: "known value", op: "Erf", inputs: [floats(2, 3)], forward: each(erf) },
    { name: "known value", op: "Sin", inputs: [floats(2, 3)], forward: each(Math.sin) },
    { name: "known value", op: "Cos", inputs: [floats(2, 3)], forward: each(Math.cos) },
    { name: "known value", op: "Tan", inputs: [below(1)], forward: each(Math.tan) },
    { name: "known value", op: "Asin", inputs: [below(0.6)], forward: each(Math.asin) },
    { name: "known value", op: "Acos", inputs: [below(0.6)], forward: each(Math.acos) },
    { name: "known value", op: "Atan", inputs: [floats(2, 3)], forward: each(Math.atan) },
    { name: "known value", op: "Sinh", inputs: [floats(2, 3)], forward: each(Math.sinh) },
    { name: "known value", op: "Cosh", inputs: [floats(2, 3)], forward: each(Math.cosh) },
    { name: "known value", op: "Asinh", inputs: [floats(2, 3)], forward: each(Math.asinh) },
    { name: "known value", op: "Acosh", inputs: [{ dims: [2, 3], range: [1.4, 3] }], forward: each(Math.acosh) },
    { name: "known value", op: "Atanh", inputs: [below(0.6)], forward: each(Math.atanh) },
    { name: "known value", op: "Abs", inputs: [spread(2, 3)], forward: each(Math.abs) },
    { name: "scalar", op: "Exp", inputs: [floats()], forward: each(Math.exp) },
    { name: "empty", op: "Exp", inputs: [floats(0, 2)], forward: () => [] },
    { name: "known value", op: "Identity", inputs: [floats(2, 3)], forward: each((x) => x) },
    { name: "float to float", op: "Cast", inputs: [floats(2, 3)], attributes: { to: int(1) }, forward: each((x) => x) },
    { name: "inference", op: "Dropout", inputs: [floats(2, 3)], forward: each((x) => x) },
    {
      name: "training mode, nothing dropped",
      op: "Dropout",
      inputs: [floats(2, 3), scalar(0), bools([true], [])],
      forward: each((x) => x),
    },
    {
      name: "inference, mask given",
      op: "Dropout",
      inputs: [floats(2, 3), scalar(0.5), bools([false], [])],
      outputs: 2,
      used: [0],
    },
  ]);
});

describe("choices", () => {
  const clamp = (low: number, high: number) => each((x) => Math.min(high, Math.max(low, x)));
  checkGradients([
    { name: "both bounds", op: "Clip", inputs: [spread(2, 4), scalar(-0.5), scalar(0.5)], forward: clamp(-0.5, 0.5) },
    { name: "lower bound", op: "Clip", inputs: [spread(2, 4), scalar(-0.5)], forward: clamp(-0.5, Infinity) },
    { name: "upper bound", op: "Clip", inputs: [spread(2, 4), null, scalar(0.5)], forward: clamp(-Infinity, 0.5) },
    { name: "no bound", op: "Clip", inputs: [spread(2, 4)] },
    {
      name: "known value",
      op: "Where",
      inputs: [bools([true, false, true]), floats(3), floats(3)],
      forward: (a, b) => [a[0]!, b[1]!, a[2]!],
    },
    { name: "all stretched", op: "Where", inputs: [bools([true, false], [2, 1]), floats(1, 3), floats(2, 1, 1)] },
    { name: "scalars", op: "Where", inputs: [bools([true, false, false]), floats(), floats(3)] },
  ]);
});

/** Series of the error function, for |x| < 2. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

describe("CastLike and Mod", () => {
  checkGradients([
    { name: "float32", op: "CastLike", inputs: [floats(3), scalar(1)], forward: (x) => x },
    {
      name: "known value",
      op: "Mod",
      inputs: [
        { dims: [3], range: [2.3, 2.6] },
        { dims: [], range: [1, 1.05] },
      ],
      attributes: { fmod: int(1) },
      forward: (a, [b]) => a.map((value) => value % b!),
    },
    {
      name: "negative, broadcast",
      op: "Mod",
      inputs: [
        { dims: [2, 3], range: [-2.6, -2.3] },
        { dims: [3], range: [1, 1.05] },
      ],
      attributes: { fmod: int(1) },
    },
  ]);
});

import { describe } from "vitest";
import { int, ints as intsAttribute, string } from "../../../src/engine/onnx/builder.js";
import { int64Tensor } from "../../../src/engine/onnx/tensor.js";
import { checkGradients, fedInts, floats, ints, scalar } from "./check-gradient.js";

const axis = (value: number) => ({ axis: int(value) });
const same = (x: number[]) => x;
/** Of the test's 5 rows of 4. */
const reversedRows = (x: number[]) => x.map((_, i) => x[i - (i % 4) + (3 - (i % 4))]!);
const int64 = (value: number) => ({ constant: int64Tensor([value], []) });

describe("other shapes of the same elements", () => {
  checkGradients([
    { name: "constant shape", op: "Reshape", inputs: [floats(2, 3, 2), ints(3, 4)], forward: same },
    { name: "0 and -1", op: "Reshape", inputs: [floats(2, 3, 2), ints(0, -1)], forward: same },
    { name: "fed shape", op: "Reshape", inputs: [floats(2, 3, 2), fedInts(6, 2)], forward: same },
    { name: "to a scalar", op: "Reshape", inputs: [floats(1, 1), ints()], forward: same },
    { name: "no elements", op: "Reshape", inputs: [floats(0, 3), ints(3, 0)], attributes: { allowzero: int(1) }, forward: same },
    { name: "default axis", op: "Flatten", inputs: [floats(2, 3, 2)], forward: same },
    { name: "axis 0", op: "Flatten", inputs: [floats(2, 3)], attributes: axis(0), forward: same },
    { name: "one axis", op: "Squeeze", inputs: [floats(2, 1, 3), ints(1)], forward: same },
    { name: "all ones", op: "Squeeze", inputs: [floats(1, 3, 1)], forward: same, shapes: "static" },
    { name: "two axes", op: "Unsqueeze", inputs: [floats(2, 3), ints(0, -1)], forward: same },
    { name: "default permutation", op: "Transpose", inputs: [floats(2, 3, 4)] },
    { name: "a cycle of axes", op: "Transpose", inputs: [floats(2, 3, 4)], attributes: { perm: intsAttribute([1, 2, 0]) } },
    { name: "heads", op: "Transpose", inputs: [floats(2, 3, 2, 2)], attributes: { perm: intsAttribute([0, 2, 1, 3]) } },
    { name: "known value", op: "Transpose", inputs: [floats(2, 2)], forward: ([a, b, c, d]) => [a!, c!, b!, d!] },
  ]);
});

describe("joining and cutting", () => {
  checkGradients([
    { name: "known value", op: "Concat", inputs: [floats(2), floats(1)], attributes: axis(0), forward: (a, b) => [...a, ...b] },
    { name: "middle axis", op: "Concat", inputs: [floats(2, 1, 2), floats(2, 3, 2), floats(2, 2, 2)], attributes: axis(1) },
    { name: "last axis", op: "Concat", inputs: [floats(2, 1), floats(2, 3)], attributes: axis(-1) },
    { name: "an empty part", op: "Concat", inputs: [floats(2, 0), floats(2, 3)], attributes: axis(1) },
    { name: "sizes", op: "Split", inputs: [floats(2, 6), ints(1, 3, 2)], attributes: axis(1), outputs: 3 },
    { name: "equal parts", op: "Split", inputs: [floats(4, 2)], attributes: { ...axis(0), num_outputs: int(2) }, outputs: 2 },
    { name: "uneven parts", op: "Split", inputs: [floats(5)], attributes: { num_outputs: int(2) }, outputs: 2 },
    {
      name: "one part unused",
      op: "Split",
      inputs: [floats(2, 6), ints(1, 3, 2)],
      attributes: axis(-1),
      outputs: 3,
      used: [0, 2],
    },
    { name: "one part", op: "Split", inputs: [floats(3), ints(3)], outputs: 1 },
  ]);
});

describe("Slice", () => {
  const op = "Slice";
  const x = floats(5, 4);
  checkGradients([
    { name: "known value", op, inputs: [floats(4), ints(1), ints(3)], forward: (elements) => elements.slice(1, 3) },
    { name: "no axes given", op, inputs: [x, ints(1, 0), ints(4, 2)] },
    { name: "ends beyond the size", op, inputs: [x, ints(2), ints(1000), ints(0)] },
    { name: "negative axis", op, inputs: [x, ints(1), ints(3), ints(-1)] },
    { name: "from the end", op, inputs: [x, ints(1, -3), ints(-1, -1), ints(0, 1)] },
    { name: "start before the beginning", op, inputs: [x, ints(-100), ints(2), ints(0)] },
    { name: "start beyond the end", op, inputs: [x, ints(7), ints(9), ints(0)] },
    { name: "every other", op, inputs: [x, ints(0), ints(5), ints(0), ints(2)] },
    { name: "backwards", op, inputs: [x, ints(4, -1), ints(-100, 0), ints(0, 1), ints(-2, -1)] },
    { name: "every third, cut off", op, inputs: [floats(8), ints(1), ints(8), ints(0), ints(3)] },
    { name: "every other, from the end", op, inputs: [x, ints(-2), ints(-100), ints(0), ints(-2)] },
    { name: "round", op, inputs: [x, ints(-1), ints(-(2 ** 31)), ints(-1), ints(-1)], forward: reversedRows },
    { name: "patches", op, inputs: [floats(2, 5, 4, 3), ints(1, 0), ints(100, 100), ints(1, 2), ints(2, 2)] },
    { name: "steps that take nothing", op, inputs: [x, ints(4), ints(1), ints(0), ints(2)] },
    { name: "step and cut", op, inputs: [x, ints(0, 1), ints(5, 3), ints(0, 1), ints(2, 1)] },
    { name: "steps of one", op, inputs: [x, ints(1), ints(5), ints(1), ints(1)] },
    { name: "fed bounds", op, inputs: [x, fedInts(1, -3), fedInts(4, 100), ints(0, 1)] },
    { name: "fed axes and steps", op, inputs: [x, fedInts(4), fedInts(0), fedInts(0), fedInts(-1)] },
  ]);
});

describe("repeating and framing", () => {
  const x = floats(2, 3);
  checkGradients([
    { name: "new axis", op: "Expand", inputs: [floats(3), ints(2, 3)] },
    { name: "a one stretched", op: "Expand", inputs: [floats(2, 1, 3), ints(4, 2, 2, 1)] },
    { name: "shape smaller than x", op: "Expand", inputs: [floats(2, 3), ints(1)] },
    { name: "fed shape", op: "Expand", inputs: [floats(1, 3), fedInts(2, 1)] },
    { name: "two axes", op: "Tile", inputs: [x, ints(2, 3)] },
    { name: "known value", op: "Tile", inputs: [floats(2), ints(2)], forward: (elements) => [...elements, ...elements] },
    { name: "fed repeats", op: "Tile", inputs: [x, fedInts(1, 2)] },
    { name: "zeros", op: "Pad", inputs: [x, ints(1, 0, 0, 2)] },
    { name: "known value", op: "Pad", inputs: [floats(2), ints(1, 1), scalar(3)], forward: ([a, b]) => [3, a!, b!, 3] },
    { name: "axes", op: "Pad", inputs: [x, ints(1, 2), null, ints(-1)] },
    { name: "cropping", op: "Pad", inputs: [floats(4, 3), ints(-1, 1, 0, -1)] },
    { name: "fed pads", op: "Pad", inputs: [x, fedInts(0, 1, 1, 0)] },
    { name: "edge", op: "Pad", inputs: [x, ints(1, 2, 0, 1)], attributes: { mode: string("edge") } },
    { name: "reflect", op: "Pad", inputs: [x, ints(1, 2, 0, 1)], attributes: { mode: string("reflect") } },
    {
      name: "reflect images",
      op: "Pad",
      inputs: [floats(1, 2, 3, 4), ints(0, 0, 1, 2, 0, 0, 2, 3)],
      attributes: { mode: string("reflect") },
    },
    {
      name: "edge of chosen axes",
      op: "Pad",
      inputs: [floats(2, 3, 2), ints(2, 1), null, ints(1)],
      attributes: { mode: string("edge") },
    },
  ]);
});

describe("triangles and running sums", () => {
  const x = floats(2, 3, 3);
  checkGradients([
    { name: "upper", op: "Trilu", inputs: [x] },
    { name: "lower", op: "Trilu", inputs: [x], attributes: { upper: int(0) } },
    { name: "off the diagonal", op: "Trilu", inputs: [x, int64(1)], attributes: { upper: int(1) } },
    { name: "known value", op: "CumSum", inputs: [floats(3), int64(0)], forward: ([a, b, c]) => [a!, a! + b!, a! + b! + c!] },
    { name: "negative axis", op: "CumSum", inputs: [x, int64(-2)] },
    { name: "exclusive", op: "CumSum", inputs: [x, int64(1)], attributes: { exclusive: int(1) } },
    { name: "reverse", op: "CumSum", inputs: [x, int64(1)], attributes: { reverse: int(1) } },
    { name: "both", op: "CumSum", inputs: [x, int64(2)], attributes: { exclusive: int(1), reverse: int(1) } },
  ]);
});

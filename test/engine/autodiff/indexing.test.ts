import { describe } from "vitest";
import { int, string } from "../../../src/engine/onnx/builder.js";
import { int64Tensor } from "../../../src/engine/onnx/tensor.js";
import { bools, checkGradients, fedInts, floats, type InputSpec, ints, spread } from "./check-gradient.js";

const axis = (value: number) => ({ axis: int(value) });
const at = (values: number[], dims: number[]): InputSpec => ({ constant: int64Tensor(values, dims) });
const fedAt = (values: number[], dims: number[]): InputSpec => ({ fed: int64Tensor(values, dims) });

describe("Gather", () => {
  const op = "Gather";
  const x = floats(3, 4, 2);
  checkGradients([
    { name: "known value", op, inputs: [floats(3), ints(2, 0)], forward: ([a, , c]) => [c!, a!] },
    { name: "repeated rows", op, inputs: [x, ints(2, 0, 2, 2)] },
    { name: "a table of indices", op, inputs: [x, at([0, 1, 1, 2, 0, 0], [2, 3])] },
    { name: "fed indices", op, inputs: [x, fedAt([0, 1, 1, -1], [2, 2])] },
    { name: "middle axis", op, inputs: [x, ints(3, 3, 0)], attributes: axis(1) },
    { name: "last axis, negative index", op, inputs: [x, ints(-1, 0)], attributes: axis(-1) },
    { name: "first token", op, inputs: [x, at([0], [])], attributes: axis(1) },
    { name: "last token", op, inputs: [x, at([-1], [])], attributes: axis(1) },
    { name: "one slot, axis kept", op, inputs: [x, ints(2)], attributes: axis(-2) },
    { name: "one slot, two axes", op, inputs: [x, at([2], [1, 1])], attributes: axis(1) },
    { name: "one fed slot", op, inputs: [x, fedAt([1], [])], attributes: axis(1) },
  ]);
});

describe("GatherElements and GatherND", () => {
  const x = floats(3, 4);
  checkGradients([
    { name: "first axis", op: "GatherElements", inputs: [x, at([0, 2, 1, 1, 2, 2, 1, 1], [2, 4])], attributes: axis(0) },
    { name: "repeated", op: "GatherElements", inputs: [x, fedAt([0, 0, 1, 1, -1, -1], [3, 2])], attributes: axis(1) },
    { name: "single elements", op: "GatherND", inputs: [x, at([0, 1, 2, 3, 0, 1], [3, 2])] },
    { name: "rows", op: "GatherND", inputs: [x, fedAt([2, 2, 0], [3, 1])] },
    { name: "batch axis", op: "GatherND", inputs: [floats(2, 3, 2), at([2, 0], [2, 1])], attributes: { batch_dims: int(1) } },
  ]);
});

describe("writing", () => {
  const x = floats(3, 4);
  const add = { reduction: string("add") };
  checkGradients([
    { name: "rows", op: "ScatterND", inputs: [x, at([2, 0], [2, 1]), floats(2, 4)] },
    { name: "elements", op: "ScatterND", inputs: [x, fedAt([2, 0, 1, 3], [2, 2]), floats(2)] },
    { name: "rows added, one twice", op: "ScatterND", inputs: [x, at([2, 0, 2], [3, 1]), floats(3, 4)], attributes: add },
    { name: "last axis", op: "ScatterElements", inputs: [x, at([0, 2, 1, 3, 3, 0], [3, 2]), floats(3, 2)], attributes: axis(1) },
    {
      name: "added, one twice",
      op: "ScatterElements",
      inputs: [x, at([2, 1, 2, 0], [2, 2]), floats(2, 2)],
      attributes: { ...axis(0), ...add },
    },
  ]);
});

describe("picking", () => {
  const x = spread(3, 4);
  checkGradients([
    {
      name: "known value",
      op: "TopK",
      inputs: [spread(4), ints(2)],
      outputs: 2,
      used: [0],
      forward: (v) => v.sort((a, b) => b - a).slice(0, 2),
    },
    {
      name: "smallest of the first axis",
      op: "TopK",
      inputs: [x, fedInts(2)],
      outputs: 2,
      used: [0],
      attributes: { ...axis(0), largest: int(0) },
    },
    { name: "two rows", op: "Compress", inputs: [x, bools([true, false, true])], attributes: axis(0) },
    { name: "of all elements", op: "Compress", inputs: [x, bools([false, true, true, false, true])] },
    {
      name: "batch first",
      op: "ReverseSequence",
      inputs: [floats(3, 4, 2), ints(4, 1, 3)],
      attributes: { time_axis: int(1), batch_axis: int(0) },
    },
    {
      name: "time first",
      op: "ReverseSequence",
      inputs: [floats(4, 2), fedInts(3, 2)],
      attributes: { time_axis: int(0), batch_axis: int(1) },
    },
  ]);
});

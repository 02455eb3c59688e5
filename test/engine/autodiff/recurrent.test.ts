import { describe, expect, it } from "vitest";
import { differentiate } from "../../../src/engine/autodiff/differentiate.js";
import { float, graphBuilder, int, string } from "../../../src/engine/onnx/builder.js";
import { type Attribute, createGraph } from "../../../src/engine/onnx/graph.js";
import { checkGradients, floats, type GradientCase, type InputSpec, weight } from "./check-gradient.js";

const [TIME, BATCH, INPUT, HIDDEN] = [4, 3, 2, 2];
const GATES = { RNN: 1, GRU: 3, LSTM: 4 } as const;
type Op = keyof typeof GATES;

const strings = (...value: string[]): Attribute => ({ kind: "strings", value });
const lengths = (...values: number[]): InputSpec => ({
  fed: { dtype: "int32", dims: [values.length], data: Int32Array.from(values) },
});

interface Form {
  readonly directions?: number;
  readonly bias?: boolean;
  readonly lengths?: InputSpec;
  readonly states?: boolean;
}

function inputs(op: Op, { directions = 1, bias = true, lengths: given = null, states = true }: Form): InputSpec[] {
  const gates = GATES[op] * HIDDEN;
  const state = states ? floats(directions, BATCH, HIDDEN) : null;
  const all = [
    floats(TIME, BATCH, INPUT),
    weight(directions, gates, INPUT),
    weight(directions, gates, HIDDEN),
    bias ? weight(directions, 2 * gates) : null,
    given,
    state,
    ...(op === "LSTM" ? [state] : []),
  ];
  while (all.at(-1) === null) all.pop();
  return all;
}

function row(op: Op, name: string, form: Form = {}, more: Partial<GradientCase> = {}): GradientCase {
  const hidden = { hidden_size: int(HIDDEN) };
  const outputs = op === "LSTM" ? 3 : 2;
  return { name, op, inputs: inputs(op, form), outputs, ...more, attributes: { ...hidden, ...more.attributes } };
}

const both = { direction: string("bidirectional") };
const ragged = lengths(4, 1, 3);

describe.each(["RNN", "GRU", "LSTM"] as const)("%s", (op) => {
  checkGradients([
    row(op, "all inputs and outputs"),
    row(op, "backwards", {}, { attributes: { direction: string("reverse") } }),
    row(op, "both directions", { directions: 2 }, { attributes: both }),
    row(op, "no bias, no states", { bias: false, states: false }, { used: [0] }),
    row(op, "only the last state", { states: false }, { used: [1] }),
    row(op, "sequences of different lengths", { lengths: ragged }),
    row(op, "different lengths, both directions", { lengths: ragged, directions: 2 }, { attributes: both }),
  ]);
});

describe("forms of a cell", () => {
  const linear = { linear_before_reset: int(1) };
  checkGradients([
    row("GRU", "reset after the product, as PyTorch has it", {}, { attributes: linear }),
    row(
      "GRU",
      "reset after the product, both directions",
      { lengths: ragged, directions: 2 },
      { attributes: { ...linear, ...both } },
    ),
    row("RNN", "sigmoid", {}, { attributes: { activations: strings("Sigmoid") } }),
    row(
      "RNN",
      "tanh by name, both directions",
      { directions: 2 },
      { attributes: { ...both, activations: strings("Tanh", "Tanh") } },
    ),
    row("LSTM", "activations by name", {}, { attributes: { activations: strings("Sigmoid", "Tanh", "Tanh") } }),
    row("LSTM", "only the last cell", {}, { used: [2] }),
  ]);
});

describe("a form without a gradient is refused by name", () => {
  it.each<[string, Record<string, Attribute>, RegExp]>([
    [
      "activations",
      { activations: strings("HardSigmoid", "Tanh", "Tanh") },
      /LSTM node "layer" uses the activations hardsigmoid/,
    ],
    ["clip", { clip: float(3) }, /clips its gates/],
    ["coupled gates", { input_forget: int(1) }, /couples input and forget gates/],
    ["layout", { layout: int(1) }, /batch as first axis/],
  ])("%s", (_, attributes, message) => {
    const builder = graphBuilder(createGraph("refused"));
    const x = builder.input("x", { dtype: "float32", shape: [TIME, BATCH, INPUT] });
    const [w, r] = [builder.parameter("w", [1, 4 * HIDDEN, INPUT]), builder.parameter("r", [1, 4 * HIDDEN, HIDDEN])];
    const y = builder.op("LSTM", [x, w, r], { hidden_size: int(HIDDEN), ...attributes }, { name: "layer" });
    const loss = builder.reduceSum(y, undefined, { keepDims: false });
    expect(() => differentiate(builder.graph, { loss, wrt: ["w"] })).toThrow(message);
  });
});

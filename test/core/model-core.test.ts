import { describe, expect, it } from "vitest";
import { clipGradients } from "../../src/core/clip-gradients.js";
import { drawRequest, outputTable } from "../../src/core/draws.js";
import { ParameterTable } from "../../src/core/parameter-table.js";

const tensor = (...numbers: number[]) => ({ dims: [numbers.length], data: Float32Array.from(numbers) });

describe("a table of parameters", () => {
  const made = () =>
    new Map([
      ["a", tensor(1, 2)],
      ["b", tensor(3)],
    ]);

  it("counts, gives its own arrays, and copies what is loaded", () => {
    const tensors = made();
    const table = new ParameterTable(tensors);
    expect(table.count).toBe(3);
    expect(table.stateDict().get("a")!.data).toBe(tensors.get("a")!.data);
    const state = new Map([
      ["a", tensor(5, 6)],
      ["b", tensor(7)],
    ]);
    table.load(state);
    expect([...tensors.get("a")!.data]).toEqual([5, 6]);
    state.get("a")!.data[0] = 9;
    expect(tensors.get("a")!.data[0]).toBe(5);
  });

  it("goes back to its first numbers, or to those adopted, but for fresh ones", () => {
    const tensors = made();
    const table = new ParameterTable(tensors);
    table.load(
      new Map([
        ["a", tensor(5, 6)],
        ["b", tensor(7)],
      ]),
    );
    table.reset((name) => (name === "b" ? Float32Array.of(8) : undefined));
    expect([...tensors.get("a")!.data, ...tensors.get("b")!.data]).toEqual([1, 2, 8]);
    table.adoptAsInitial();
    tensors.get("b")!.data[0] = 0;
    table.reset();
    expect(tensors.get("b")!.data[0]).toBe(8);
  });

  it.each<[string, Map<string, ReturnType<typeof tensor>>, RegExp]>([
    ["a name that is missing", new Map([["a", tensor(1, 2)]]), /Missing: b; not in the model: none\. Name the layers\./],
    ["a name too many", new Map([...made(), ["c", tensor(1)]]), /Missing: none; not in the model: c/],
    [
      "another shape",
      new Map([
        ["a", tensor(1)],
        ["b", tensor(1)],
      ]),
      /Weight a has the shape \[2\] in the model and \[1\]/,
    ],
  ])("refuses %s, unchanged", (_name, state, message) => {
    const tensors = made();
    const table = new ParameterTable(tensors, { advice: "Name the layers." });
    expect(() => table.load(state)).toThrow(
      expect.objectContaining({ code: "E_CHECKPOINT", message: expect.stringMatching(message) }),
    );
    expect([...tensors.get("a")!.data]).toEqual([1, 2]);
  });
});

describe("which draws are asked for", () => {
  const patched = { isStochastic: true, maxIterations: 3 };
  it("is random where the model is patched, unless said otherwise", () => {
    expect(drawRequest(patched, { iterations: 2, seed: 4 })).toEqual({ draws: 2, firstDraw: 0, seed: 4, isRandom: true });
    expect(drawRequest(patched, { mode: "deterministic" })).toEqual({ draws: 1, firstDraw: 0, seed: 0, isRandom: false });
    expect(drawRequest({ isStochastic: false }, {})).toEqual({ draws: 1, firstDraw: 0, seed: 0, isRandom: false });
  });

  it.each([
    [patched, { iterations: 4 }, "E_ARGUMENT", /at most that many/],
    [patched, { iterations: 1.5 }, "E_ARGUMENT", /1.5 came/],
    [patched, { iterations: 2, mode: "deterministic" as const }, "E_MODEL_DETERMINISTIC", /2 random draws/],
    [{ isStochastic: false }, { mode: "mc" as const }, "E_MODEL_DETERMINISTIC", /not patched/],
  ])("refuses of %j: %j", (model, options, code, message) => {
    expect(() => drawRequest(model, options)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});

describe("the table of outputs", () => {
  const examples = [7, 8].map((index) => ({ index, input: null, target: undefined }));

  it("has items, classes and draws in order, whatever the order of the batches", () => {
    const table = outputTable(examples, { draws: 2 });
    table.write([{ position: 1, draw: 0 }], Float32Array.of(1, 2));
    table.write(
      [
        { position: 0, draw: 1 },
        { position: 0, draw: 0 },
      ],
      Float32Array.of(3, 4, 5, 6),
    );
    table.write([{ position: 1, draw: 1 }], Float32Array.of(7, 8));
    expect([...table.collected()]).toEqual([5, 3, 6, 4, 1, 7, 2, 8]);
  });

  it("names the item, the class and the draw of a number that is not finite", () => {
    const table = outputTable(examples, { draws: 2, outputName: "feature" });
    const rows = [0, 1].map((draw) => ({ position: 1, draw }));
    expect(() => table.write(rows, Float32Array.of(1, 2, 3, Number.NaN))).toThrow(/feature 1 for item 8 \(draw 1\) is NaN/);
  });
});

describe("clipping", () => {
  const gradients = [
    { kind: "dense" as const, data: Float32Array.of(3, 0) },
    { kind: "dense" as const, data: Float32Array.of(4) },
  ];
  const step = { loss: 1, step: 2, learningRate: 0.1 };

  it("scales down to the norm, never up", () => {
    expect(clipGradients(gradients, { ...step, maxGradNorm: 1 }).gradientScale).toBeCloseTo(0.2, 6);
    expect(clipGradients(gradients, { ...step, maxGradNorm: Number.POSITIVE_INFINITY })).toEqual({
      gradientNorm: 5,
      gradientScale: 1,
    });
  });

  it("refuses a loss or a gradient that is not finite", () => {
    const code = "E_NOT_FINITE";
    expect(() => clipGradients(gradients, { ...step, loss: Number.NaN, maxGradNorm: 1 })).toThrow(
      expect.objectContaining({ code }),
    );
    const broken = [{ kind: "dense" as const, data: Float32Array.of(Number.POSITIVE_INFINITY) }];
    expect(() => clipGradients(broken, { ...step, maxGradNorm: 1 })).toThrow(/norm Infinity at step 2/);
  });
});

import { describe, expect, it } from "vitest";
import { AdamW } from "../../../src/engine/optimizers/adamw.js";
import { Sgd } from "../../../src/engine/optimizers/sgd.js";

const table = () =>
  new Map([
    ["w", { dims: [2], data: Float32Array.of(1, 2) }],
    ["frozen", { dims: [1], data: Float32Array.of(7) }],
  ] as const);

describe("a step on a table of parameters", () => {
  it("changes the arrays of those that have a gradient, and says how long the gradient was", () => {
    const parameters = table();
    const norm = new Sgd().apply(parameters, { w: Float32Array.of(3, 4) }, { learningRate: 0.5 });
    expect(norm).toBe(5);
    expect(parameters.get("w")!.data).toEqual(Float32Array.of(1 - 1.5, 2 - 2));
    expect(parameters.get("frozen")!.data).toEqual(Float32Array.of(7));
  });

  it("takes what a session gives, and clips to a norm", () => {
    const parameters = table();
    const gradients = new Map([["w", { dims: [2], data: Float32Array.of(3, 4) }]]);
    new Sgd().apply(parameters, gradients, { learningRate: 1, maxGradNorm: 0.5 });
    expect(parameters.get("w")!.data[0]).toBeCloseTo(1 - 0.3, 5);
    expect(parameters.get("w")!.data[1]).toBeCloseTo(2 - 0.4, 5);
  });

  it("goes on from the moments of the steps before", () => {
    const [apart, together] = [table(), table()];
    const optimizer = new AdamW();
    const other = new AdamW();
    for (const gradient of [Float32Array.of(1, -1), Float32Array.of(0.5, 2)]) {
      optimizer.apply(apart, { w: gradient }, { learningRate: 0.1 });
      const { dims, data } = together.get("w")!;
      const update = { name: "w", dims, weights: data, gradient: { kind: "dense", data: gradient } } as const;
      other.step([update], { learningRate: 0.1, gradientScale: 1 });
    }
    expect(apart).toEqual(together);
    expect(optimizer.stateDict()).toEqual(other.stateDict());
  });

  const wrong = [
    ["a gradient without a parameter", { v: Float32Array.of(1) }, "E_ARGUMENT", '"v"'],
    ["another size", { w: Float32Array.of(1) }, "E_SHAPE", "2 weights and 1 gradients"],
    ["a gradient that is not finite", { w: Float32Array.of(1, NaN) }, "E_NOT_FINITE", '"w"'],
  ] as const;
  it.each(wrong)("refuses %s, and changes nothing", (_, gradients, code, message) => {
    const parameters = table();
    const step = () => new AdamW().apply(parameters, gradients, { learningRate: 1 });
    expect(step).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
    expect(parameters).toEqual(table());
  });
});

import { describe, expect, it } from "vitest";
import { AdamW } from "../../../src/engine/optimizers/adamw.js";
import { Sgd } from "../../../src/engine/optimizers/sgd.js";
import { dense, expectClose, runGolden, runRows } from "./golden.js";

describe("AdamW", () => {
  it("follows PyTorch 1.13 over six steps, without decay on the bias", () => {
    const weights = runGolden(new AdamW({ beta1: 0.9, beta2: 0.99, epsilon: 1e-3, weightDecay: 0.1 }));
    expectClose(weights, [0.221841618, -1.30298471, 1.83195412, 0.133186623, -0.124132819, -0.195940971], 4e-7);
  });

  it.each([0, 0.1])("gives the same weights for rows as for dense gradients, bit for bit (weight decay %d)", (weightDecay) => {
    const create = () => new AdamW({ weightDecay });
    const expected = runRows(create, "dense");
    expect(runRows(create, "rows")).toEqual(expected);
    expect(runRows(create, "mixed")).toEqual(expected);
    expect(runRows(create, "rows, saved and loaded")).toEqual(expected);
  });

  it("multiplies gradients by the scale", () => {
    const run = (gradient: number, gradientScale: number) => {
      const weights = Float32Array.of(1);
      new AdamW({ epsilon: 1 }).step([{ name: "w", dims: [1], weights, gradient: dense(Float32Array.of(gradient)) }], {
        learningRate: 0.1,
        gradientScale,
      });
      return weights[0];
    };
    expect(run(4, 0.5)).toBe(run(2, 1));
    expect(run(4, 0.5)).not.toBe(run(4, 1));
  });

  it("refuses bad rows and sizes before it changes a weight", () => {
    const weights = Float32Array.of(1, 2, 3, 4);
    const step = (rows: number[], data: number[]) => () =>
      new AdamW().step(
        [
          {
            name: "w",
            dims: [2, 2],
            weights,
            gradient: { kind: "rows", rows: Int32Array.from(rows), data: Float32Array.from(data) },
          },
        ],
        { learningRate: 1, gradientScale: 1 },
      );
    expect(step([2], [1, 1])).toThrow(/row 2; its rows run from 0 to 1/);
    expect(step([1, 1], [1, 1, 1, 1])).toThrow(/row 1 twice/);
    expect(step([1], [1, 1, 1])).toThrow(/holds 3 numbers/);
    const wrong = { name: "w", dims: [2, 2], weights, gradient: dense(new Float32Array(3)) };
    expect(() => new AdamW().step([wrong], { learningRate: 1, gradientScale: 1 })).toThrow(/4 weights and 3 gradients/);
    expect([...weights]).toEqual([1, 2, 3, 4]);
  });

  it("refuses the state of another optimizer or of another shape", () => {
    expect(() => new AdamW().loadStateDict(new Sgd().stateDict())).toThrow(expect.objectContaining({ code: "E_CHECKPOINT" }));
    const optimizer = new AdamW();
    optimizer.step([{ name: "w", dims: [2], weights: new Float32Array(2), gradient: dense(new Float32Array(2)) }], {
      learningRate: 1,
      gradientScale: 1,
    });
    const loaded = new AdamW();
    loaded.loadStateDict(optimizer.stateDict());
    const larger = { name: "w", dims: [3], weights: new Float32Array(3), gradient: dense(new Float32Array(3)) };
    expect(() => loaded.step([larger], { learningRate: 1, gradientScale: 1 })).toThrow(
      /has 3 weights; the optimizer state for it has 2/,
    );
  });
});

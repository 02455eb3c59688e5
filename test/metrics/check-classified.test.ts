import { describe, expect, it } from "vitest";
import { checkClassified } from "../../src/metrics/metric.js";
import { probs_N_C, targets_N } from "./hand-checked.js";

const error = (code: string, message: RegExp) => expect.objectContaining({ code, message: expect.stringMatching(message) });

describe("checkClassified", () => {
  it("finds the number of classes", () => {
    expect(checkClassified(probs_N_C, targets_N)).toBe(3);
    expect(checkClassified(Float32Array.from(probs_N_C), Int32Array.from(targets_N))).toBe(3);
  });

  it("refuses what cannot be measured", () => {
    expect(() => checkClassified([], [])).toThrow(error("E_ARGUMENT", /at least one/));
    expect(() => checkClassified([1, 0, 1], [0, 1])).toThrow(error("E_SHAPE", /3 probabilities .* 2 targets/));
    for (const target of [3, -1, 0.5, Number.NaN]) {
      expect(() => checkClassified(probs_N_C, [0, target, 0, 0])).toThrow(error("E_ARGUMENT", /Item 1 .* from 0 to 2/));
    }
    expect(() => checkClassified([0.5, 0.5, Number.NaN, 1], [0, 0])).toThrow(error("E_NOT_FINITE", /Item 1 .* class 0/));
  });
});

import { expect, it } from "vitest";
import { macroF1 } from "../../src/metrics/classification-metrics.js";
import { probs_N_C, targets_N } from "./hand-checked.js";

it("counts each class alike; a class that is predicted but never right counts 0", () => {
  // Class 0: TP 1, FN 1; class 1: FP 2; class 2: TP 1, FN 1.
  expect(macroF1(probs_N_C, targets_N)).toBeCloseTo((2 / 3 + 0 + 2 / 3) / 3, 12);
});

it("leaves out classes that nothing is about", () => {
  expect(macroF1([1, 0, 0, 0, 1, 0], [0, 1])).toBe(1);
});

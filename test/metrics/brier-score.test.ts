import { expect, it } from "vitest";
import { brierScore } from "../../src/metrics/classification-metrics.js";
import { probs_N_C, targets_N } from "./hand-checked.js";

it("sums squared distances over the classes", () => {
  expect(brierScore(probs_N_C, targets_N)).toBeCloseTo((0.14 + 0.78 + 0.56 + 0.06) / 4, 12);
  expect(brierScore([1, 0], [0])).toBe(0);
  expect(brierScore([1, 0], [1])).toBe(2);
});

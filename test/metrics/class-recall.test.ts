import { expect, it } from "vitest";
import { classRecall } from "../../src/metrics/classification-metrics.js";
import { probs_N_C, targets_N } from "./hand-checked.js";

it("is the share of a class's items that are found", () => {
  expect(classRecall(probs_N_C, targets_N, 2)).toBe(0.5);
  expect(classRecall(probs_N_C, [0, 1, 1, 0], 1)).toBe(1);
});

it("is not defined for a class without items", () => {
  expect(() => classRecall(probs_N_C, targets_N, 1)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
});

import { describe, expect, it } from "vitest";
import { accuracy } from "../../src/metrics/classification-metrics.js";
import { probs_N_C, targets_N } from "./hand-checked.js";

describe("accuracy", () => {
  it("counts a tie as the lower class", () => {
    expect(accuracy(probs_N_C, targets_N)).toBe(0.5);
    expect(accuracy([0.5, 0.5, 0.5, 0.5], [0, 1])).toBe(0.5);
  });

  it("of the two and three most probable classes", () => {
    expect(accuracy(probs_N_C, targets_N, { topK: 2 })).toBe(1);
    expect(accuracy(probs_N_C, [2, 2, 0, 1], { topK: 2 })).toBe(0);
    expect(accuracy(probs_N_C, [2, 2, 0, 1], { topK: 9 })).toBe(1);
  });

  it.each([0, -1, 1.5])("refuses topK %s", (topK) => {
    expect(() => accuracy(probs_N_C, targets_N, { topK })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});

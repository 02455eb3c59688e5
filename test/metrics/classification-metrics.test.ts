import { describe, expect, it } from "vitest";
import { computeClassificationMetrics } from "../../src/metrics/classification-metrics.js";
import { probs_N_C, targets_N } from "./hand-checked.js";

const USUAL = ["accuracy", "macroF1", "negativeLogLikelihood", "brierScore", "expectedCalibrationError"];

describe("computeClassificationMetrics", () => {
  it("gives the usual figures", () => {
    const metrics = computeClassificationMetrics(probs_N_C, targets_N);
    expect(Object.keys(metrics)).toEqual(USUAL);
    expect(metrics.accuracy).toBe(0.5);
    expect(metrics.expectedCalibrationError).toBeCloseTo(0.35, 12);
  });

  it("adds what is known about the out-of-scope class", () => {
    const metrics = computeClassificationMetrics(probs_N_C, targets_N, { outOfScopeClass: 2 });
    expect(metrics).toMatchObject({ outOfScopeRecall: 0.5, outOfScopeAuroc: 1 });
  });

  it("leaves out what the items cannot tell", () => {
    expect(Object.keys(computeClassificationMetrics(probs_N_C, targets_N, { outOfScopeClass: 1 }))).toEqual(USUAL);
    const onlyOutOfScope = computeClassificationMetrics([0.1, 0.9], [1], { outOfScopeClass: 1 });
    expect(onlyOutOfScope).toMatchObject({ outOfScopeRecall: 1 });
    expect(onlyOutOfScope).not.toHaveProperty("outOfScopeAuroc");
  });
});

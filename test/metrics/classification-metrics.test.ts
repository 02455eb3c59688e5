import { describe, expect, it } from "vitest";
import { computeClassificationMetrics } from "../../src/metrics/classification-metrics.js";
import { probs_N_C, targets_N } from "./hand-checked.js";
import { sineProbs_N_C, sineTargets_N } from "./sine-data.js";

const USUAL = ["accuracy", "balancedAccuracy", "macroF1", "negativeLogLikelihood", "brierScore", "expectedCalibrationError"];

describe("computeClassificationMetrics", () => {
  it("gives the usual figures", () => {
    const metrics = computeClassificationMetrics(probs_N_C, targets_N);
    expect(Object.keys(metrics)).toEqual(USUAL);
    expect(metrics.accuracy).toBe(0.5);
    expect(metrics.expectedCalibrationError).toBeCloseTo(0.35, 12);
  });

  it("adds what is known about the out-of-scope class", () => {
    const metrics = computeClassificationMetrics(probs_N_C, targets_N, { outOfScopeClass: 2 });
    expect(metrics).toMatchObject({ outOfScopeRecall: 0.5, outOfScopeAuroc: 1, outOfScopeFpr95: 0 });
  });

  it.each([0, 1, 2, 3])("measures the probability of the out-of-scope class %i as a score: brute force", (outOfScopeClass) => {
    const { outOfScopeAuroc, outOfScopeFpr95 } = computeClassificationMetrics(sineProbs_N_C, sineTargets_N, { outOfScopeClass });
    const scoresOf = (isWanted: (target: number) => boolean) =>
      sineTargets_N.flatMap((target, i) => (isWanted(target) ? [sineProbs_N_C[4 * i + outOfScopeClass]!] : []));
    const outside = scoresOf((target) => target === outOfScopeClass).sort((a, b) => b - a);
    const inside = scoresOf((target) => target !== outOfScopeClass);
    const won = outside.flatMap((a) => inside.map((b) => (Math.sign(a - b) + 1) / 2));
    expect(outOfScopeAuroc).toBeCloseTo(won.reduce((a, b) => a + b) / won.length, 12);
    const threshold = outside[Math.ceil(0.95 * outside.length) - 1]!;
    expect(outOfScopeFpr95).toBeCloseTo(inside.filter((score) => score >= threshold).length / inside.length, 12);
  });

  it("leaves out what the items cannot tell", () => {
    expect(Object.keys(computeClassificationMetrics(probs_N_C, targets_N, { outOfScopeClass: 1 }))).toEqual(USUAL);
    const onlyOutOfScope = computeClassificationMetrics([0.1, 0.9], [1], { outOfScopeClass: 1 });
    expect(onlyOutOfScope).toMatchObject({ outOfScopeRecall: 1 });
    expect(onlyOutOfScope).not.toHaveProperty("outOfScopeAuroc");
    expect(onlyOutOfScope).not.toHaveProperty("outOfScopeFpr95");
  });
});

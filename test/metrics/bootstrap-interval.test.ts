import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { bootstrapDifference, bootstrapInterval } from "../../src/metrics/bootstrap-interval.js";
import { accuracy, negativeLogLikelihood } from "../../src/metrics/classification-metrics.js";
import { auroc } from "../../src/metrics/ranking-metrics.js";
import { otherProbs_N_C, sineProbs_N_C, sineTargets_N, tiedPositives_N, tiedScores_N } from "./sine-data.js";

const many = { resamples: 20_000, random: createRandom(7) };

describe("bootstrapInterval", () => {
  // The bounds are those of scipy.stats.bootstrap with 200,000 resamples (20,000 for the AUROC).
  it("is scipy's percentile interval of a mean", () => {
    const { value, low, high, standardError } = bootstrapInterval(negativeLogLikelihood, sineProbs_N_C, sineTargets_N, many);
    expect(value).toBeCloseTo(1.1039639364403693, 12);
    expect(Math.abs(low - 0.7461)).toBeLessThan(0.01);
    expect(Math.abs(high - 1.5072)).toBeLessThan(0.015);
    expect(Math.abs(standardError - 0.1945)).toBeLessThan(0.003);
  });

  it("is scipy's BCa interval, which leans towards the longer tail", () => {
    const bca = bootstrapInterval(negativeLogLikelihood, sineProbs_N_C, sineTargets_N, { ...many, method: "bca" });
    expect(Math.abs(bca.low - 0.7829)).toBeLessThan(0.012);
    expect(Math.abs(bca.high - 1.5629)).toBeLessThan(0.025);
  });

  it("is scipy's BCa interval of an AUROC", () => {
    const { value, low, high, standardError } = bootstrapInterval(auroc, tiedScores_N, tiedPositives_N, {
      ...many,
      method: "bca",
    });
    expect(value).toBeCloseTo(0.69866666, 6);
    expect(Math.abs(low - 0.494)).toBeLessThan(0.015);
    expect(Math.abs(high - 0.8494)).toBeLessThan(0.015);
    expect(Math.abs(standardError - 0.0896)).toBeLessThan(0.003);
  });

  it("covers the true accuracy about as often as it says", () => {
    const random = createRandom(3);
    let covered = 0;
    for (let run = 0; run < 300; run++) {
      const targets = Array.from({ length: 100 }, () => (random.uniform() < 0.7 ? 0 : 1));
      const { low, high } = bootstrapInterval(
        accuracy,
        targets.flatMap(() => [1, 0]),
        targets,
        { resamples: 200, level: 0.9, random },
      );
      if (low <= 0.7 && 0.7 <= high) covered++;
    }
    expect(covered / 300).toBeGreaterThan(0.83);
    expect(covered / 300).toBeLessThan(0.96);
  });

  it("gives the same interval for the same data and generator", () => {
    const run = (seed: number) =>
      bootstrapInterval(accuracy, sineProbs_N_C, sineTargets_N, { resamples: 50, random: createRandom(seed) });
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  it("counts the resamples that do not define the metric, and gives up where most do not", () => {
    const scores = Array.from({ length: 20 }, (_, i) => i);
    const oneInTwenty = scores.map((i) => i === 19);
    const { undefinedResamples, resamples } = bootstrapInterval(auroc, scores, oneInTwenty, { resamples: 2000 });
    expect(undefinedResamples + resamples).toBe(2000);
    expect(Math.abs(undefinedResamples / 2000 - 0.95 ** 20)).toBeLessThan(0.05); // the one positive item is not drawn
    // Two of three resamples hold one of the two items twice.
    const cycle = [0, 0, 1, 1, 0, 1];
    let drawn = 0;
    const random = { ...createRandom(5), integer: () => cycle[drawn++ % cycle.length]! };
    expect(() => bootstrapInterval(auroc, [1, 2], [0, 1], { random })).toThrow(/667 of 1000 .* too few items/);
  });

  it("is a point where the metric cannot vary", () => {
    for (const method of ["percentile", "bca"] as const) {
      expect(bootstrapInterval(accuracy, [1, 0, 1, 0], [0, 0], { method })).toMatchObject({ value: 1, low: 1, high: 1 });
    }
  });

  it("checks its options", () => {
    for (const options of [{ resamples: 1 }, { level: 1 }, { level: 0 }, { method: "normal" as "bca" }]) {
      expect(() => bootstrapInterval(accuracy, sineProbs_N_C, sineTargets_N, options)).toThrow(
        expect.objectContaining({ code: "E_ARGUMENT" }),
      );
    }
    const signal = AbortSignal.abort();
    expect(() => bootstrapInterval(accuracy, sineProbs_N_C, sineTargets_N, { signal })).toThrow(
      expect.objectContaining({ code: "E_ABORTED" }),
    );
  });
});

describe("bootstrapDifference", () => {
  it("is scipy's interval of the mean paired difference", () => {
    const models = { first: sineProbs_N_C, second: otherProbs_N_C };
    const { value, low, high } = bootstrapDifference(negativeLogLikelihood, models, sineTargets_N, many);
    expect(value).toBeCloseTo(-1.1345061924844628, 10);
    expect(Math.abs(low + 1.639)).toBeLessThan(0.02);
    expect(Math.abs(high + 0.6147)).toBeLessThan(0.02);
  });

  it("sees no difference between a model and itself", () => {
    const models = { first: sineProbs_N_C, second: sineProbs_N_C };
    expect(bootstrapDifference(accuracy, models, sineTargets_N)).toMatchObject({ value: 0, low: 0, high: 0 });
  });
});

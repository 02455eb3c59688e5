import { describe, expect, it } from "vitest";
import { varianceScaling } from "../../src/calibration/variance-scaling.js";
import { predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import { gaussianIntervals, predictiveMoments } from "../../src/metrics/predictive-moments.js";
import { intervalCoverage } from "../../src/metrics/regression-metrics.js";

describe("varianceScaling", () => {
  it("is the mean of squared error over variance, output by output, without what is unknown", () => {
    const means_N_C = [1, 0, 2, 0, 3, 0];
    const variances_N_C = [1, 4, 2, 4, 1, 4];
    const { scales_C, calibrate, fit } = varianceScaling({ means_N_C, variances_N_C }, [2, 2, 0, null, 3, 4], { outputs: 2 });
    expect(scales_C[0]).toBeCloseTo((1 + 4 / 2 + 0) / 3, 12);
    expect(scales_C[1]).toBeCloseTo((4 / 4 + 16 / 4) / 2, 12);
    expect([...calibrate([1, 1])]).toEqual([...scales_C]);
    expect(fit.items).toBe(3);
    expect(fit.nllAfter).toBeLessThan(fit.nllBefore);
  });

  it("makes intervals cover what they say", () => {
    const random = createRandom(3);
    const size = 4000;
    const means_N_C = Array.from({ length: size }, () => random.normal());
    const variances_N_C = means_N_C.map(() => 0.1 + random.uniform());
    // Errors twice as large as the model believes.
    const targets = means_N_C.map((mean, i) => mean + 2 * Math.sqrt(variances_N_C[i]!) * random.normal());
    const { calibrate } = varianceScaling({ means_N_C, variances_N_C }, targets);
    const coverage = (variances: ArrayLike<number>) =>
      intervalCoverage(gaussianIntervals({ means_N_C, variances_N_C: variances }, 0.9), targets);
    expect(coverage(variances_N_C)).toBeLessThan(0.65);
    expect(coverage(calibrate(variances_N_C))).toBeCloseTo(0.9, 1.7);
  });

  it.each([
    ["sizes that differ", [1], [1, 1], [1], "E_SHAPE"],
    ["a variance of 0", [1], [0], [2], "E_ARGUMENT"],
    ["nothing known", [1], [1], [null], "E_DATA"],
    ["no error at all", [1], [1], [1], "E_DATA"],
    ["a mean that is none", [Number.NaN], [1], [1], "E_NOT_FINITE"],
  ])("refuses %s", (_, means_N_C, variances_N_C, targets, code) => {
    expect(() => varianceScaling({ means_N_C, variances_N_C }, targets)).toThrow(expect.objectContaining({ code }));
  });
});

describe("predictiveMoments", () => {
  it("parts what the draws and what the noise scatter by", () => {
    const draws = predictions("values", [2, 1, 2], Float32Array.of(1, 3, 5, 5));
    const logVariances = Float32Array.of(0, Math.log(3), Math.log(2), Math.log(2));
    const moments = predictiveMoments({ ...draws, logVariances });
    expect([...moments.means_N_C]).toEqual([2, 5]);
    expect([...moments.epistemic_N_C]).toEqual([1, 0]);
    [2, 2].forEach((noise, i) => {
      expect(moments.aleatoric_N_C[i]).toBeCloseTo(noise, 6);
      expect(moments.variances_N_C[i]).toBeCloseTo(noise + (i === 0 ? 1 : 0), 6);
    });
    expect([...predictiveMoments(draws).aleatoric_N_C]).toEqual([0, 0]);
  });

  it("refuses what are no numbers, and a level that is none", () => {
    expect(() => predictiveMoments(predictions("logits", [1, 1, 1], new Float32Array(1)))).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT" }),
    );
    expect(() => gaussianIntervals({ means_N_C: [1], variances_N_C: [1] }, 1)).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT" }),
    );
    expect(() => gaussianIntervals({ means_N_C: [1], variances_N_C: [] }, 0.5)).toThrow(
      expect.objectContaining({ code: "E_SHAPE" }),
    );
  });
});

import { describe, expect, it } from "vitest";
import type { Calibrator } from "../../src/calibration/calibrator.js";
import { type CalibrationTarget, crossCalibrate } from "../../src/calibration/cross-calibrate.js";
import { plattScaling } from "../../src/calibration/label-scaling.js";
import { temperatureScaling } from "../../src/calibration/scaling.js";
import { type Predictions, predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import { meanProbabilities } from "../../src/heuristics/predictive-distribution.js";
import { negativeLogLikelihood } from "../../src/metrics/classification-metrics.js";

/** Logits of three classes, four times as sure as the classes that are drawn from them. */
function tooSure(items: number, draws = 2) {
  const random = createRandom(3);
  const data = new Float32Array(items * 3 * draws);
  const targets = Array.from({ length: items }, (_, i) => {
    const logits = [0, 1, 2].map(() => 1.5 * random.normal());
    const weights = logits.map(Math.exp);
    const total = weights.reduce((a, b) => a + b);
    const at = random.uniform() * total;
    logits.forEach((z, c) => {
      for (let k = 0; k < draws; k++) data[(i * 3 + c) * draws + k] = 4 * z + 0.1 * random.normal();
    });
    return at < weights[0]! ? 0 : at < weights[0]! + weights[1]! ? 1 : 2;
  });
  const names = targets.map((_, i) => 10 * i + 7);
  return { given: predictions("logits", [items, 3, draws], data, names, { isConsistent: true }), targets };
}

const ofClasses = (given: Predictions, targets: readonly CalibrationTarget[]) =>
  temperatureScaling(given, targets as readonly number[]);

describe("crossCalibrate", () => {
  it("calibrates each item by what was fitted to the others, each class spread over five parts, and gives the calibrator of all", async () => {
    const { given, targets } = tooSure(200);
    const fits: { indices: readonly number[]; targets: readonly CalibrationTarget[]; calibrator: Calibrator }[] = [];
    const { calibrator, held, folds } = await crossCalibrate(
      async (part, some) => {
        const one = await ofClasses(part, some);
        fits.push({ indices: part.indices, targets: some, calibrator: one });
        return one;
      },
      given,
      targets,
      createRandom(1),
    );
    expect(folds).toBe(5);
    expect(fits).toHaveLength(6);
    expect(calibrator).toBe(fits[0]!.calibrator);
    expect(fits[0]!.indices).toEqual(given.indices);
    expect(held.indices).toEqual(given.indices);
    expect(held.isConsistent).toBe(true);
    given.indices.forEach((index, i) => {
      const without = fits.slice(1).filter(({ indices }) => !indices.includes(index));
      expect(without).toHaveLength(1);
      const own = predictions("logits", [1, 3, 2], given.data.slice(6 * i, 6 * i + 6), [index]);
      expect([...held.data.subarray(6 * i, 6 * i + 6)]).toEqual([...without[0]!.calibrator.calibrate(own).data]);
    });
    for (const { indices, targets: some } of fits.slice(1)) {
      expect(some).toEqual(indices.map((index) => targets[(index - 7) / 10]));
      for (const c of [0, 1, 2]) {
        const all = targets.filter((target) => target === c).length;
        expect(Math.abs(some.filter((target) => target === c).length - 0.8 * all)).toBeLessThan(1);
      }
    }
  });

  it("finds what calibration is worth on others: better than none, and no better than on the very items", async () => {
    const { given, targets } = tooSure(400);
    const { calibrator, held } = await crossCalibrate(ofClasses, given, targets, createRandom(1));
    const nll = (one: Predictions) => negativeLogLikelihood(meanProbabilities(one), targets);
    expect(nll(held)).toBeLessThan(0.8 * nll(given));
    expect(nll(held)).toBeGreaterThan(nll(calibrator.calibrate(given)));
  });

  it("takes labels that are each predicted by itself, unknown entries too", async () => {
    const random = createRandom(9);
    const targets = Array.from({ length: 60 }, (_, i) => [Number(i % 3 === 0), i % 7 === 0 ? null : Number(i % 2)]);
    const data = Float32Array.from(
      targets.flatMap((row) => row.map((entry) => 6 * ((entry ?? 0.5) - 0.5) + 4 * random.normal())),
    );
    const given = predictions("sigmoidLogits", [60, 2, 1], data);
    const { held, calibrator } = await crossCalibrate((part, some) => plattScaling(part, some.flat()), given, targets, random);
    expect(calibrator.method).toBe("platt");
    expect(held.shape).toEqual([60, 2, 1]);
    expect(held.data.every(Number.isFinite)).toBe(true);
    expect([...held.data]).not.toEqual([...given.data]);
  });

  it("says what the calibration says, where a part has too little", async () => {
    // The first item is right, the other one wrong.
    const given = predictions("logits", [2, 2, 1], Float32Array.of(4, 0, 1, 0));
    await expect(crossCalibrate(ofClasses, given, [0, 1], createRandom(1))).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringMatching(/^Of 2 items 1 are left out .*at least 2 items; 1 came\. Hold out more\.$/),
    });
  });
});

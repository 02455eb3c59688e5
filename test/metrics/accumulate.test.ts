import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  adaptiveCalibrationError,
  classwiseCalibrationError,
  expectedCalibrationError,
  reliabilityBins,
} from "../../src/metrics/calibration-error.js";
import {
  accuracy,
  brierScore,
  classScores,
  confusionMatrix,
  f1Score,
  macroF1,
  negativeLogLikelihood,
  precision,
  recall,
} from "../../src/metrics/classification-metrics.js";
import { accumulate, type MetricDefinition } from "../../src/metrics/metric.js";
import { auroc, averagePrecision, fprAtTpr } from "../../src/metrics/ranking-metrics.js";
import { sineProbs_N_C, sineTargets_N, tiedPositives_N, tiedScores_N } from "./sine-data.js";

type Call<Target extends number | boolean> = MetricDefinition<unknown, Target> &
  ((values: ArrayLike<number>, targets: ArrayLike<Target>) => unknown);

const OF_CLASSES: Readonly<Record<string, Call<number>>> = {
  accuracy,
  adaptiveCalibrationError,
  brierScore,
  classScores,
  classwiseCalibrationError,
  confusionMatrix,
  expectedCalibrationError,
  f1Score,
  macroF1,
  negativeLogLikelihood,
  precision,
  recall,
  reliabilityBins,
};
const OF_SCORES: Readonly<Record<string, Call<number | boolean>>> = { auroc, averagePrecision, fprAtTpr };

function expectEqualForAnySplit<Target extends number | boolean>(
  metric: Call<Target>,
  values: readonly number[],
  targets: readonly Target[],
): void {
  const classes = values.length / targets.length;
  const whole = metric(values, targets);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 25 }), { minLength: targets.length, maxLength: targets.length }), (sizes) => {
      const running = accumulate(metric);
      for (let start = 0, i = 0; start < targets.length; start += sizes[i++]!) {
        const end = Math.min(targets.length, start + sizes[i]!);
        running.update(values.slice(start * classes, end * classes), targets.slice(start, end));
      }
      expect(running.compute()).toStrictEqual(whole); // to the last bit
    }),
    { numRuns: 20 },
  );
}

describe("accumulate", () => {
  it.each(Object.entries(OF_CLASSES))("%s: any split into batches gives what all items at once give", (_, metric) => {
    expectEqualForAnySplit(metric, sineProbs_N_C, sineTargets_N);
  });

  it.each(Object.entries(OF_SCORES))("%s: any split into batches gives what all items at once give", (_, metric) => {
    expectEqualForAnySplit(metric, tiedScores_N, tiedPositives_N);
  });

  it("takes a metric with options", () => {
    const running = accumulate(accuracy.with({ topK: 2 }));
    running.update(sineProbs_N_C, sineTargets_N);
    expect(running.compute()).toBe(accuracy(sineProbs_N_C, sineTargets_N, { topK: 2 }));
    expect(running.compute()).toBeGreaterThan(accuracy(sineProbs_N_C, sineTargets_N));
  });

  it("can be read in between, and starts over after a reset", () => {
    const running = accumulate(accuracy);
    running.update([1, 0], [1]);
    expect(running.compute()).toBe(0);
    running.update([1, 0], [0]);
    expect(running.compute()).toBe(0.5);
    running.reset();
    running.update([0, 0, 1], [2]);
    expect(running.compute()).toBe(1);
  });

  it("is as it was after a batch that throws", () => {
    const running = accumulate(negativeLogLikelihood);
    running.update([0.5, 0.5], [1]);
    expect(() => running.update([0.5, 0.5, 0.5, Number.NaN], [0, 1])).toThrow(expect.objectContaining({ code: "E_NOT_FINITE" }));
    expect(() => running.update([0.2, 0.3, 0.5], [1])).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
    expect(running.compute()).toBe(Math.LN2);
  });

  it("keeps what it gave out apart from what comes later", () => {
    const running = accumulate(confusionMatrix);
    running.update([1, 0], [0]);
    const before = running.compute();
    running.update([1, 0], [0]);
    expect([...before]).toEqual([1, 0, 0, 0]);
  });

  it("has nothing to say before the first item", () => {
    expect(() => accumulate(accuracy).compute()).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});

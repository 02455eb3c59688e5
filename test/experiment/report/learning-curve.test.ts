import { describe, expect, it } from "vitest";
import type { ExperimentResult } from "../../../src/experiment/experiment-results.js";
import { differenceCurve, learningCurve } from "../../../src/experiment/report/learning-curve.js";
import type { Series } from "../../../src/experiment/report/merged-runs.js";

/** Accuracies by seed and step, of 10 labels at first and 5 more with each step. */
function seedsOf(accuracies: Readonly<Record<number, readonly number[]>>): Series["seeds"] {
  const resultsOf = (values: readonly number[]) =>
    values.map((accuracy, step) => ({ step, labels: 10 + 5 * step, metrics: { accuracy } }) as unknown as ExperimentResult);
  return new Map(Object.entries(accuracies).map(([seed, values]) => [Number(seed), resultsOf(values)]));
}

const random = { seeds: seedsOf({ 1: [0.5, 0.6], 2: [0.2, 0.4, 0.7] }), baseline: undefined } as unknown as Series;

describe("learningCurve", () => {
  it("has the quartiles over the seeds that came so far", () => {
    expect(learningCurve(random, "accuracy")).toMatchObject([
      { step: 0, labels: 10, seeds: 2, median: 0.35 },
      { labels: 15, seeds: 2, low: 0.45, median: 0.5, high: expect.closeTo(0.55, 12) },
      { labels: 20, seeds: 1, median: 0.7 },
    ]);
    expect(learningCurve(random, "macroF1")).toEqual([]);
  });
});

describe("differenceCurve", () => {
  it("pairs seeds and numbers of labels", () => {
    const seeds = seedsOf({ 1: [0.5, 0.7], 2: [0.25, 0.4, 0.6, 0.9], 3: [0.9] });
    expect(differenceCurve({ seeds, baseline: random }, "accuracy")).toMatchObject([
      { labels: 10, seeds: 2, median: expect.closeTo(0.025, 12) },
      { labels: 15, seeds: 2, median: expect.closeTo(0.05, 12), high: expect.closeTo(0.075, 12) },
      { labels: 20, seeds: 1, median: expect.closeTo(-0.1, 12) },
    ]);
  });

  it("is zero for random sampling itself", () => {
    expect(differenceCurve(random, "accuracy").every(({ low, high }) => low === 0 && high === 0)).toBe(true);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { auroc, averagePrecision, fprAtTpr, outOfScopeMetrics } from "../../src/metrics/ranking-metrics.js";
import { tiedPositives_N, tiedScores_N } from "./sine-data.js";

describe("metrics of scores", () => {
  it("are numpy's, ties included", () => {
    const { auroc: area, fpr95, prAuc } = outOfScopeMetrics(tiedScores_N, tiedPositives_N);
    expect(area).toBeCloseTo(1 - 0.30133333333333334, 12);
    expect(fpr95).toBeCloseTo(0.76, 12);
    expect(prAuc).toBeCloseTo(0.6755380186262538, 12);
    expect(fprAtTpr(tiedScores_N, tiedPositives_N, { tpr: 0.8 })).toBeCloseTo(0.6, 12);
  });

  it("average precision by hand: scikit-learn's example", () => {
    expect(averagePrecision([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBeCloseTo(0.8333333333, 9);
  });

  it("a constant score says nothing", () => {
    expect(outOfScopeMetrics([1, 1, 1, 1], [true, false, false, false])).toEqual({ auroc: 0.5, fpr95: 1, prAuc: 0.25 });
  });

  it("a perfect score is perfect", () => {
    expect(outOfScopeMetrics([3, 2, 1, 0], [1, 1, 0, 0])).toEqual({ auroc: 1, fpr95: 0, prAuc: 1 });
  });

  it("agree with counting pairs and thresholds", () => {
    const item = fc.record({ score: fc.integer({ min: -3, max: 3 }), positive: fc.boolean() });
    const some = fc
      .array(item, { minLength: 2, maxLength: 30 })
      .filter((items) => new Set(items.map(({ positive }) => positive)).size === 2);
    fc.assert(
      fc.property(some, fc.double({ min: 0.01, max: 1, noNaN: true }), (items, tpr) => {
        const positives = items.filter(({ positive }) => positive);
        const negatives = items.filter(({ positive }) => !positive);
        const scores_N = items.map(({ score }) => score);
        const flags_N = items.map(({ positive }) => positive);
        const reach = (group: typeof items, threshold: number) => group.filter(({ score }) => score >= threshold).length;
        const wins = positives.flatMap((p) => negatives.map((n) => (p.score > n.score ? 1 : p.score === n.score ? 0.5 : 0)));
        expect(auroc(scores_N, flags_N)).toBeCloseTo(wins.reduce((a: number, b) => a + b, 0) / wins.length, 12);
        const thresholds = [3, 2, 1, 0, -1, -2, -3];
        const enough = thresholds.find((threshold) => reach(positives, threshold) / positives.length >= tpr)!;
        expect(fprAtTpr(scores_N, flags_N, { tpr })).toBeCloseTo(reach(negatives, enough) / negatives.length, 12);
        // The mean over the positives of the precision where each is found.
        const precisions = positives.map(
          ({ score }) => reach(positives, score) / (reach(positives, score) + reach(negatives, score)),
        );
        expect(averagePrecision(scores_N, flags_N)).toBeCloseTo(precisions.reduce((a, b) => a + b) / precisions.length, 12);
      }),
    );
  });

  it("need both kinds of items, finite scores, marks that are marks and a sensible rate", () => {
    const code = (name: string) => expect.objectContaining({ code: name });
    expect(() => averagePrecision([1, 2], [1, 1])).toThrow(code("E_ARGUMENT"));
    expect(() => fprAtTpr([1, 2], [0, 0])).toThrow(code("E_ARGUMENT"));
    expect(() => averagePrecision([1, Number.NaN], [1, 0])).toThrow(code("E_NOT_FINITE"));
    expect(() => averagePrecision([1, 2], [1])).toThrow(code("E_SHAPE"));
    expect(() => averagePrecision([1, 2], [0, 2])).toThrow(code("E_ARGUMENT"));
    expect(() => fprAtTpr.with({ tpr: 0 })).toThrow(code("E_ARGUMENT"));
  });
});

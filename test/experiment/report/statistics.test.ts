import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signedRankTest } from "../../../src/experiment/report/area-under-curve.js";
import { quartiles } from "../../../src/experiment/report/learning-curve.js";

describe("signedRankTest", () => {
  // scipy.stats.wilcoxon(differences, mode="exact")
  it.each([
    [[0.1, 0.2, 0.3], 6, 0.25],
    [[0.1, -0.2, 0.3, 0.4, 0.55], 13, 0.1875],
    [[1, 2, 3, -4, 5, 6, 7, -8, 9.5], 33, 0.25],
  ])("of %j is scipy's", (differences, statistic, pValue) => {
    const found = signedRankTest(differences);
    expect(found.statistic).toBe(statistic);
    expect(found.pValue).toBeCloseTo(pValue, 12);
  });

  it("counts all signs, with ties as well", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 9 }), (differences) => {
        const kept = differences.filter((value) => value !== 0);
        const ranks = kept.map((value) => {
          const below = kept.filter((other) => Math.abs(other) < Math.abs(value)).length;
          const same = kept.filter((other) => Math.abs(other) === Math.abs(value)).length;
          return below + (same + 1) / 2;
        });
        const total = ranks.reduce((a, b) => a + b, 0);
        const sumOf = (isPositive: (i: number) => boolean) =>
          ranks.reduce((sum, rank, i) => (isPositive(i) ? sum + rank : sum), 0);
        const positive = sumOf((i) => kept[i]! > 0);
        const sums = Array.from({ length: 2 ** kept.length }, (_, signs) => sumOf((i) => ((signs >> i) & 1) === 1));
        const tail = sums.filter((sum) => sum <= Math.min(positive, total - positive)).length / sums.length;
        const found = signedRankTest(differences);
        expect(found).toMatchObject({ statistic: positive, pairs: kept.length });
        expect(found.pValue).toBeCloseTo(Math.min(1, 2 * tail), 12);
      }),
    );
  });
});

describe("quartiles", () => {
  it("are numpy's", () => {
    expect(quartiles([3, 1, 2, 10])).toEqual({ low: 1.75, median: 2.5, high: 4.75 });
    expect(quartiles([7])).toEqual({ low: 7, median: 7, high: 7 });
  });

  it("take what never came for the highest", () => {
    expect(quartiles([100, Number.POSITIVE_INFINITY, 200]).median).toBe(200);
    expect(quartiles([100, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]).median).toBe(Number.POSITIVE_INFINITY);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { auroc } from "../../src/metrics/ranking-metrics.js";

describe("auroc", () => {
  it("is the share of pairs in the right order, ties counting half", () => {
    const items = fc.array(fc.record({ score: fc.integer({ min: -5, max: 5 }), positive: fc.boolean() }), { minLength: 2 });
    const bothKinds = items.filter((list) => new Set(list.map(({ positive }) => positive)).size === 2);
    fc.assert(
      fc.property(bothKinds, (list) => {
        const pairs = list.flatMap((a) => list.flatMap((b) => (a.positive && !b.positive ? [a.score - b.score] : [])));
        const won = pairs.reduce((sum, distance) => sum + (Math.sign(distance) + 1) / 2, 0);
        const value = auroc(
          list.map(({ score }) => score),
          list.map(({ positive }) => positive),
        );
        expect(value).toBeCloseTo(won / pairs.length, 12);
      }),
    );
  });

  it.each([
    ["one kind only", [1, 2], [1, 1], "E_ARGUMENT"],
    ["nothing", [], [], "E_ARGUMENT"],
    ["different lengths", [1, 2], [1], "E_SHAPE"],
    ["NaN", [1, Number.NaN], [1, 0], "E_NOT_FINITE"],
  ])("refuses %s", (_what, scores, positives, code) => {
    expect(() => auroc(scores, positives)).toThrow(expect.objectContaining({ code }));
  });
});

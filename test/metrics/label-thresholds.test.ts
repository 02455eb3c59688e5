import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelThresholds } from "../../src/metrics/label-thresholds.js";
import { multiLabelScores } from "../../src/metrics/multi-label-metrics.js";

describe("labelThresholds", () => {
  it("has the highest F1 of all thresholds, whatever the items", () => {
    const entry = fc.record({
      prob: fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10),
      target: fc.constantFrom(0, 1, null),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(entry, entry), { minLength: 1, maxLength: 12 }), (items) => {
        const probs = items.flatMap((item) => item.map(({ prob }) => prob));
        const targets = items.flatMap((item) => item.map(({ target }) => target));
        const thresholds = labelThresholds(probs, targets, { labels: 2 });
        const found = multiLabelScores(probs, targets, { labels: 2, thresholds }).f1_C;
        for (let tried = -0.05; tried < 1.1; tried += 0.05) {
          const { f1_C } = multiLabelScores(probs, targets, { labels: 2, thresholds: tried });
          f1_C.forEach((f1, c) => {
            if (!Number.isNaN(f1)) expect(found[c]).toBeGreaterThanOrEqual(f1 - 1e-12);
          });
        }
      }),
    );
  });

  it.each([
    ["the middle between two probabilities", [0.3, 0.2, 0.1], [1, 1, 0], 0.15],
    ["0.5 where it parts the items as well", [0.9, 0.7, 0.1], [1, 1, 0], 0.5],
    ["0.5 where all above it are right", [0.9, 0.8], [1, 1], 0.5],
    ["the lowest probability where all items have the label", [0.3, 0.2], [1, 1], 0.2],
    ["0.5 for a label that no item has", [0.9, 0.2], [0, 0], 0.5],
    ["0.5 for a label that nothing is known of", [0.9, 0.2], [null, null], 0.5],
    ["the one nearest to 0.5 of equals", [0.95, 0.9, 0.6, 0.55, 0.3, 0.2], [1, 0, 0, 1, 0, 0], 0.5],
  ] as const)("gives %s", (_, probs, targets, threshold) => {
    expect(labelThresholds(probs, targets, { labels: 1 })[0]).toBeCloseTo(threshold, 12);
  });

  it("parts neighbours of which no number lies in between", () => {
    const [low, high] = [0.1, 0.1 + 2 ** -56];
    const [threshold = 0] = labelThresholds([high, low], [1, 0], { labels: 1 });
    expect(threshold).toBe(high);
  });

  it("refuses what cannot be read", () => {
    expect(() => labelThresholds([0.5], [3], { labels: 1 })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});

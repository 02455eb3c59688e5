import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { niceRange, niceTicks } from "../../../src/studio/page/parts/scale.js";
import { sentence } from "../../../src/studio/page/progress/forecast-words.js";

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe("axes", () => {
  it("have round steps, within their range and not too many", () => {
    fc.assert(
      fc.property(
        finite,
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 12 }),
        (low, width, most) => {
          const ticks = niceTicks(low, low + width, most);
          expect(ticks.length).toBeLessThanOrEqual(most + 1);
          const slack = 1e-6 * Math.max(1, Math.abs(low), width);
          for (const tick of ticks) {
            expect(tick).toBeGreaterThanOrEqual(low - slack);
            expect(tick).toBeLessThanOrEqual(low + width + slack);
          }
        },
      ),
    );
    expect(niceTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });

  it("hold all values, and stop where there is nothing beyond", () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 20 }), (values) => {
        const [low, high] = niceRange(values);
        expect(low).toBeLessThanOrEqual(Math.min(...values) + 1e-6);
        expect(high).toBeGreaterThanOrEqual(Math.max(...values) - 1e-6);
      }),
    );
    expect(niceRange([0.02, 0.97], { floor: 0, ceiling: 1 })).toEqual([0, 1]);
    expect(niceRange([])).toEqual([0, 1]);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 3 }), (value, times) => {
        const [low, high] = niceRange(Array(times).fill(value), { floor: 0, ceiling: 1 });
        expect(low).toBeLessThanOrEqual(value + 1e-6);
        expect(high).toBeGreaterThanOrEqual(value - 1e-6);
        const words = niceTicks(low, high, 5).map((tick) => `${Number((100 * tick).toFixed(1))} %`);
        expect(words.length).toBeGreaterThan(1);
        expect(new Set(words).size).toBe(words.length);
      }),
    );
  });
});

describe("what a forecast comes to", () => {
  const point = { labelled: 120, value: 0.84, low: 0.8, high: 0.88, version: "v4" };
  const forecast = { a: 0, b: 1, c: 0.5, points: [], target: 0.9, more: [147, 312] as const };

  it("is said in a sentence", () => {
    const said = (more: readonly [number, number] | undefined, curve = [point]) =>
      sentence({ metric: "accuracy", curve, forecast: { ...forecast, more } });
    expect(said([147, 312])).toBe("84.0 % accuracy with 120 labels. About 150–310 more labels for 90 %.");
    expect(said([200, 204])).toContain("About 200 more labels for 90 %.");
    expect(said(undefined)).toContain("More labels alone will hardly bring it to 90 %.");
    expect(said([0, 0], [{ ...point, value: 0.92 }])).toContain("90 % is reached.");
  });

  it("is not said from too few points", () => {
    expect(sentence({ metric: "macro F1", curve: [point], forecast: undefined })).toBe("84.0 % macro F1 with 120 labels now.");
    expect(sentence({ metric: "accuracy", curve: [], forecast: undefined })).toBe("How far it is, and how good.");
  });
});

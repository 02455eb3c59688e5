import fc from "fast-check";
import { expect, it } from "vitest";
import { quickExp, softmaxWeight } from "../../src/heuristics/fast-math.js";

it("agrees with Math.exp within 44", () => {
  fc.assert(
    fc.property(fc.double({ min: -44, max: 44, noNaN: true }), (x) => {
      expect(Math.abs(quickExp(x) / Math.exp(x) - 1)).toBeLessThan(3e-12);
    }),
    { numRuns: 2000 },
  );
  expect(quickExp(0)).toBe(1);
});

it("a softmax's weight is 0 far below the highest, and NaN for NaN", () => {
  expect(softmaxWeight(-44.01)).toBe(0);
  expect(softmaxWeight(-1e300)).toBe(0);
  expect(softmaxWeight(-Infinity)).toBe(0);
  expect(softmaxWeight(-43)).toBeCloseTo(Math.exp(-43), 25);
  expect(softmaxWeight(0)).toBe(1);
  expect(softmaxWeight(Number.NaN)).toBeNaN();
});

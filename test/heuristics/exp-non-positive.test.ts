import fc from "fast-check";
import { expect, it } from "vitest";
import { expNonPositive } from "../../src/heuristics/exp-non-positive.js";

it("agrees with Math.exp", () => {
  fc.assert(
    fc.property(fc.double({ min: -699, max: 0, noNaN: true }), (x) => {
      expect(Math.abs(expNonPositive(x) / Math.exp(x) - 1)).toBeLessThan(2e-13);
    }),
    { numRuns: 2000 },
  );
  expect(expNonPositive(0)).toBe(1);
  expect(expNonPositive(-1e300)).toBe(0);
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { quickExp } from "../../src/heuristics/quick-exp.js";

it("agrees with Math.exp", () => {
  fc.assert(
    fc.property(fc.double({ min: -699, max: 699, noNaN: true }), (x) => {
      expect(Math.abs(quickExp(x) / Math.exp(x) - 1)).toBeLessThan(2e-13);
    }),
    { numRuns: 2000 },
  );
  expect(quickExp(0)).toBe(1);
  expect(quickExp(-1e300)).toBe(0);
  expect(quickExp(-Infinity)).toBe(0);
});

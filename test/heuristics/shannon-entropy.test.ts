import fc from "fast-check";
import { expect, it } from "vitest";
import { shannonEntropy } from "../../src/heuristics/fast-math.js";

it("agrees with Math.log", () => {
  const probability = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1e-37, noNaN: true }));
  fc.assert(
    fc.property(fc.array(probability, { maxLength: 20 }), (probs) => {
      const expected = probs.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
      expect(Math.abs(shannonEntropy(Float64Array.from(probs)) - expected)).toBeLessThan(1e-14 * (1 + probs.length));
    }),
    { numRuns: 1000 },
  );
});

it("is 0 for certainty and ln C for ignorance", () => {
  expect(shannonEntropy(Float64Array.of(0, 1, 0))).toBeCloseTo(0, 15);
  expect(shannonEntropy(new Float64Array(150).fill(1 / 150))).toBeCloseTo(Math.log(150), 13);
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { negativePLogP } from "../../src/heuristics/fast-math.js";

function ofFloat32(value: number): number {
  const data = Float32Array.of(value);
  return negativePLogP(data[0]!, new Int32Array(data.buffer)[0]!);
}

it("agrees with Math.log", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.float({ min: 0, max: 2, noNaN: true }), fc.float({ min: 0, max: Math.fround(1e-30), noNaN: true })),
      (p) => {
        const expected = p === 0 ? 0 : -p * Math.log(p);
        expect(Math.abs(ofFloat32(p) - expected)).toBeLessThan(1e-14);
      },
    ),
    { numRuns: 5000 },
  );
});

it("is exact where a draw is certain, and for powers of 2", () => {
  expect(ofFloat32(1)).toBe(-0);
  expect(ofFloat32(0)).toBe(0);
  expect(ofFloat32(0.25)).toBe(-0.25 * Math.log(0.25));
});

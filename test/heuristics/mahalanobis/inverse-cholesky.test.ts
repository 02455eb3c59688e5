import fc from "fast-check";
import { expect, it } from "vitest";
import { inverseCholesky } from "../../../src/heuristics/mahalanobis/gaussian-classes.js";

it("makes the identity of the matrix: W M W' = I, W lower triangular", () => {
  const size = fc.integer({ min: 1, max: 7 });
  const factor = size.chain((n) =>
    fc
      .array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: n * n, maxLength: n * n })
      .map((values) => ({ n, values })),
  );
  fc.assert(
    fc.property(factor, ({ n, values }) => {
      const range = Array.from({ length: n }, (_, i) => i);
      const at = (i: number, j: number) => values[i * n + j]!;
      const product = (i: number, j: number) => range.reduce((sum, k) => sum + at(i, k) * at(j, k), i === j ? 0.5 : 0);
      const matrix = Float64Array.from({ length: n * n }, (_, cell) => product(Math.floor(cell / n), cell % n));
      const copy = matrix.slice();
      const w = inverseCholesky(matrix, n);
      expect(matrix).toEqual(copy);
      for (const i of range)
        for (const j of range) {
          let sum = 0;
          for (const a of range) for (const b of range) sum += w[i * n + a]! * matrix[a * n + b]! * w[j * n + b]!;
          expect(sum).toBeCloseTo(i === j ? 1 : 0, 8);
          if (j > i) expect(w[i * n + j]).toBeCloseTo(0, 15);
        }
    }),
  );
});

it.each([
  ["singular", [1, 1, 1, 1]],
  ["indefinite", [1, 2, 2, 1]],
  ["not finite", [Number.NaN, 0, 0, 1]],
])("refuses a matrix that is %s, with the remedy", (_what, matrix) => {
  expect(() => inverseCholesky(Float64Array.from(matrix), 2)).toThrow(
    expect.objectContaining({ code: "E_NOT_FINITE", message: expect.stringMatching(/more shrinkage/) }),
  );
});

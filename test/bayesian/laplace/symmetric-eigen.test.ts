import { describe, expect, it } from "vitest";
import { symmetricEigen } from "../../../src/bayesian/laplace/symmetric-eigen.js";
import { createRandom } from "../../../src/core/random.js";

/** Rows of V: V A V' = diag and V V' = I, up to `tolerance`. */
function check(matrix: Float64Array, n: number, tolerance = 1e-11): Float64Array {
  const { values, vectors_N_N: v } = symmetricEigen(matrix, n);
  const scale = Math.max(1, ...matrix.map(Math.abs));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let [product, form] = [0, 0];
      for (let k = 0; k < n; k++) {
        product += v[i * n + k]! * v[j * n + k]!;
        for (let l = 0; l < n; l++) form += v[i * n + k]! * matrix[k * n + l]! * v[j * n + l]!;
      }
      expect(Math.abs(product - Number(i === j))).toBeLessThan(tolerance);
      expect(Math.abs(form - (i === j ? values[i]! : 0))).toBeLessThan(tolerance * scale * n);
    }
  }
  return values.slice().sort();
}

function gram(n: number, rank: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const rows = Array.from({ length: rank }, () => Array.from({ length: n }, () => random.normal()));
  return Float64Array.from({ length: n * n }, (_, at) =>
    rows.reduce((sum, row) => sum + row[Math.floor(at / n)]! * row[at % n]!, 0),
  );
}

describe("the eigendecomposition of a symmetric matrix", () => {
  it.each([1, 2, 3, 8, 31])("is one, for %i rows of any rank", (n) => {
    check(gram(n, n + 2, 1), n);
    const values = check(gram(n, Math.ceil(n / 2), 2), n);
    expect(values.filter((value) => value > 1e-9)).toHaveLength(Math.ceil(n / 2));
    const indefinite = gram(n, n, 3);
    for (let i = 0; i < n; i++) indefinite[i * n + i]! -= n;
    check(indefinite, n);
  });

  it("knows closed forms", () => {
    expect([...check(Float64Array.of(2, 1, 1, 2), 2)]).toEqual([expect.closeTo(1, 12), expect.closeTo(3, 12)]);
    expect([...check(Float64Array.of(4, 0, 0, 0, 5, 0, 0, 0, 6), 3)]).toEqual([4, 5, 6]);
    expect([...check(new Float64Array(16), 4)]).toEqual([0, 0, 0, 0]);
    // Second differences: 2 - 2 cos(pi k / (n + 1))
    const n = 12;
    const differences = Float64Array.from({ length: n * n }, (_, at) => {
      const distance = Math.abs(Math.floor(at / n) - (at % n));
      return distance === 0 ? 2 : distance === 1 ? -1 : 0;
    });
    check(differences, n).forEach((value, k) => {
      expect(value).toBeCloseTo(2 - 2 * Math.cos((Math.PI * (k + 1)) / (n + 1)), 11);
    });
  });

  it("leaves the matrix alone, and refuses one that is not finite", () => {
    const matrix = gram(5, 5, 4);
    const before = matrix.slice();
    symmetricEigen(matrix, 5);
    expect(matrix).toEqual(before);
    matrix[7] = matrix[11] = Number.NaN;
    expect(() => symmetricEigen(matrix, 5)).toThrow(/holds NaN, where finite numbers were expected/);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conjugateGradient } from "../../../src/hygiene/label-propagation/label-propagation.js";
import {
  multiply,
  normalizeSymmetrically,
  type SparseMatrix,
  symmetricSum,
} from "../../../src/hygiene/label-propagation/sparse-matrix.js";

function dense({ size, rowStart, columns, values }: SparseMatrix): number[][] {
  const rows = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let row = 0; row < size; row++) {
    for (let at = rowStart[row]!; at < rowStart[row + 1]!; at++) {
      expect(rows[row]![columns[at]!], "each column once per row").toBe(0);
      rows[row]![columns[at]!] = values[at]!;
    }
  }
  return rows;
}

const graphs = fc.integer({ min: 1, max: 9 }).chain((n) =>
  fc.integer({ min: 1, max: n }).chain((k) =>
    fc.record({
      k: fc.constant(k),
      // Distinct columns per row, some missing.
      columns: fc
        .array(
          fc.shuffledSubarray(
            Array.from({ length: n }, (_, i) => i),
            { minLength: k, maxLength: k },
          ),
          { minLength: n, maxLength: n },
        )
        .map((rows) => rows.flatMap((row, i) => row.map((column) => (column === i ? -1 : column)))),
      seed: fc.integer({ min: 1, max: 50 }),
    }),
  ),
);

describe("sparse matrices", () => {
  it("A + A', its normalisation and its product are those of dense matrices", () => {
    fc.assert(
      fc.property(graphs, ({ k, columns, seed }) => {
        const n = columns.length / k;
        const values = columns.map((_, at) => 1 + ((at * seed) % 7));
        const expected = Array.from({ length: n }, () => new Array<number>(n).fill(0));
        columns.forEach((column, at) => {
          if (column < 0) return;
          const row = Math.floor(at / k);
          expected[row]![column]! += values[at]!;
          expected[column]![row]! += values[at]!;
        });
        const matrix = symmetricSum(Int32Array.from(columns), Float64Array.from(values), k);
        expect(dense(matrix)).toEqual(expected);
        normalizeSymmetrically(matrix);
        const sums = expected.map((row) => row.reduce((a, b) => a + b, 0));
        const normalized = expected.map((row, i) =>
          row.map((value, j) => (value === 0 ? 0 : value / Math.sqrt(sums[i]! * sums[j]!))),
        );
        for (const [at, value] of dense(matrix).flat().entries()) expect(value).toBeCloseTo(normalized.flat()[at]!, 12);
        const x = Float64Array.from({ length: n }, (_, i) => Math.sin(i + seed));
        const product = new Float64Array(n);
        multiply(matrix, x, product);
        for (const [i, value] of product.entries()) {
          const sum = normalized[i]!.reduce((total, entry, j) => total + entry * x[j]!, 0);
          expect(value).toBeCloseTo(sum, 10);
        }
      }),
    );
  });

  it("an empty matrix is empty", () => {
    expect(symmetricSum(new Int32Array(0), new Float64Array(0), 3)).toMatchObject({ size: 0 });
  });
});

describe("conjugateGradient", () => {
  it("solves a system in as many iterations as it has unknowns", () => {
    const rows = [
      [4, 1, 0],
      [1, 3, -1],
      [0, -1, 2],
    ];
    const apply = (v: Float64Array, product: Float64Array) =>
      rows.forEach((row, i) => {
        product[i] = row.reduce((sum, entry, j) => sum + entry * v[j]!, 0);
      });
    const x = conjugateGradient(apply, Float64Array.of(1, 2, 3), { tolerance: 1e-12, maxIterations: 4 });
    const back = new Float64Array(3);
    apply(x, back);
    for (const [i, value] of back.entries()) expect(value).toBeCloseTo(i + 1, 10);
    expect(() => conjugateGradient(apply, Float64Array.of(1, 2, 3), { tolerance: 1e-12, maxIterations: 2 })).toThrow(
      /2 iterations/,
    );
  });

  it("of nothing is nothing", () => {
    const fail = () => expect.unreachable();
    expect([...conjugateGradient(fail, new Float64Array(2), { tolerance: 0.1, maxIterations: 1 })]).toEqual([0, 0]);
  });
});

import { describe, expect, it } from "vitest";
import { matrixProduct } from "../../../src/engine/runtime/matrix-product.js";

const matrix = (...rows: number[][]) => ({ rows: rows.length, columns: rows[0]!.length, data: Float32Array.from(rows.flat()) });

describe("a matrix product", () => {
  const a = matrix([1, 2, 3], [4, 5, 6]);
  const turned = matrix([1, 4], [2, 5], [3, 6]);
  const b = matrix([1, 0], [0, 1], [2, -1]);
  const turnedB = matrix([1, 0, 2], [0, 1, -1]);
  const product = matrix([7, -1], [16, -1]);

  it("is one, with either side transposed", async () => {
    expect(await matrixProduct(a, b)).toEqual(product);
    expect(await matrixProduct(turned, b, { transposeA: true })).toEqual(product);
    expect(await matrixProduct(a, turnedB, { transposeB: true })).toEqual(product);
    expect(await matrixProduct(turned, turnedB, { transposeA: true, transposeB: true })).toEqual(product);
  });
});

import { describe, expect, it } from "vitest";
import type { Matrix } from "../../../src/engine/runtime/matrix-product.js";
import { shrinkCovariance } from "../../../src/heuristics/mahalanobis/gaussian-classes.js";
import { sineFeatures } from "../sine-features.js";

/** Rows less their mean, and the sum of their outer products. */
function centredRows([rows, columns]: readonly [number, number]): { readonly centred: Matrix; readonly scatter: Matrix } {
  const { data } = sineFeatures([rows, columns], { phase: 0.2, lift: 1.5 });
  const means = Array.from({ length: columns }, (_, d) => data.reduce((sum, v, at) => (at % columns === d ? sum + v : sum), 0));
  const centred = data.map((value, at) => value - means[at % columns]! / rows);
  const scatter = Float32Array.from({ length: columns * columns }, (_, cell) => {
    let sum = 0;
    for (let at = 0; at < centred.length; at += columns)
      sum += centred[at + Math.floor(cell / columns)]! * centred[at + (cell % columns)]!;
    return sum;
  });
  return {
    centred: { rows, columns, data: centred },
    scatter: { rows: columns, columns, data: scatter },
  };
}

const diagonal = (matrix: Float64Array, width: number) => matrix.filter((_, cell) => cell % (width + 1) === 0);

describe("shrinkCovariance", () => {
  const { centred, scatter } = centredRows([60, 4]);
  const plain = scatter.data.map((value) => value / 60);
  const mean = plain.reduce((sum, value, cell) => (cell % 5 === 0 ? sum + value / 4 : sum), 0);

  it.each([0.25, 1])("replaces the share %s by the identity times the mean variance", (shrinkage) => {
    shrinkCovariance(scatter, centred, shrinkage).forEach((value, cell) => {
      expect(value).toBeCloseTo((1 - shrinkage) * plain[cell]! + (cell % 5 === 0 ? shrinkage * mean : 0), 6);
    });
  });

  it("chooses the share of Ledoit and Wolf: the error of the covariance over its distance from that identity", () => {
    let error = 0;
    let distance = 0;
    for (let cell = 0; cell < 16; cell++) {
      distance += (plain[cell]! - (cell % 5 === 0 ? mean : 0)) ** 2;
      for (let row = 0; row < 60; row++) {
        const product = centred.data[4 * row + Math.floor(cell / 4)]! * centred.data[4 * row + (cell % 4)]!;
        error += (product - plain[cell]!) ** 2 / 3600;
      }
    }
    const share = error / distance;
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(1);
    shrinkCovariance(scatter, centred).forEach((value, cell) => {
      expect(value).toBeCloseTo((1 - share) * plain[cell]! + (cell % 5 === 0 ? share * mean : 0), 5);
    });
  });

  it("is invertible, and keeps the sum of the variances, with fewer rows than columns", () => {
    const few = centredRows([3, 6]);
    const shrunk = shrinkCovariance(few.scatter, few.centred, 0);
    const total = diagonal(shrunk, 6).reduce((a, b) => a + b);
    expect(total).toBeCloseTo(
      diagonal(Float64Array.from(few.scatter.data), 6).reduce((a, b) => a + b / 3, 0),
      5,
    );
    expect(Math.min(...diagonal(shrunk, 6))).toBeGreaterThan(0);
  });

  it("is the identity where nothing varies", () => {
    const nothing = { rows: 2, columns: 2, data: new Float32Array(4) };
    for (const shrinkage of [undefined, 0, 0.5, 1])
      expect(shrinkCovariance(nothing, nothing, shrinkage)).toEqual(Float64Array.of(1, 0, 0, 1));
  });
});

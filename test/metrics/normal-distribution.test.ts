import { expect, it } from "vitest";
import { normalCdf, normalQuantile } from "../../src/metrics/bootstrap-interval.js";

it.each([
  [0, 0.5],
  [1, 0.8413447460685429],
  [-1.96, 0.024997895148220435],
  [2.9999, 0.998649658717045],
  [3.5, 0.9997673709209645],
  [-6, 9.865876450376946e-10],
])("the distribution function at %d is scipy's", (x, p) => {
  expect(Math.abs(normalCdf(x) / p - 1)).toBeLessThan(1e-10);
});

it("the quantile inverts it", () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 10);
  for (const p of [1e-6, 0.2, 0.5, 0.999]) expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 11);
});

import { describe, expect, it } from "vitest";
import { minimiseLbfgs, type SmoothFunction } from "../../../src/engine/optimizers/lbfgs.js";

/** (1 - x)^2 + 100 (y - x^2)^2, least at (1, 1): Rosenbrock 1960. */
const valley: SmoothFunction = ([x = 0, y = 0], gradient) => {
  gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
  gradient[1] = 200 * (y - x * x);
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
};

/** sum_i i x_i^2 / 2 - x_i, least at x_i = 1 / i; its curvatures differ by the factor n. */
const bowl: SmoothFunction = (x, gradient) => {
  let value = 0;
  for (let i = 0; i < x.length; i++) {
    gradient[i] = (i + 1) * x[i]! - 1;
    value += ((i + 1) * x[i]! ** 2) / 2 - x[i]!;
  }
  return value;
};

describe("minimiseLbfgs", () => {
  it("finds the end of a curved valley", async () => {
    const x = Float64Array.of(-1.2, 1);
    const { hasConverged, value } = await minimiseLbfgs(x, valley, { tolerance: 1e-8 });
    expect(hasConverged).toBe(true);
    expect(value).toBeLessThan(1e-12);
    expect(x[0]).toBeCloseTo(1, 6);
    expect(x[1]).toBeCloseTo(1, 6);
  });

  it("solves a bowl of 1,000 dimensions in far fewer steps than it has dimensions", async () => {
    const x = new Float64Array(1000);
    const { iterations, hasConverged } = await minimiseLbfgs(x, bowl);
    expect(hasConverged).toBe(true);
    expect(iterations).toBeLessThan(250);
    for (const i of [0, 9, 999]) expect(x[i]).toBeCloseTo(1 / (i + 1), 4);
  });

  it("never goes up, whatever the number of steps", async () => {
    let before = Infinity;
    for (const maxIterations of [0, 1, 2, 5, 10, 20, 40]) {
      const x = Float64Array.of(-1.2, 1);
      const { value, iterations } = await minimiseLbfgs(x, valley, { maxIterations, tolerance: 0 });
      expect(value).toBeLessThanOrEqual(before);
      expect(value).toBe(await valley(x, new Float64Array(2)));
      expect(iterations).toBeLessThanOrEqual(maxIterations);
      before = value;
    }
  });

  it("is done at once where it begins at the minimum, and gives the same numbers each time", async () => {
    expect(await minimiseLbfgs(Float64Array.of(1, 1), valley)).toMatchObject({
      iterations: 0,
      evaluations: 1,
      hasConverged: true,
    });
    const runs = await Promise.all(
      [1, 2].map(async () => {
        const x = Float64Array.of(3, -2);
        return { ...(await minimiseLbfgs(x, valley)), x };
      }),
    );
    expect(runs[0]).toEqual(runs[1]);
  });

  it("ends without having converged where rounding lets it go no further, with the best that it met", async () => {
    const rough: SmoothFunction = ([x = 0], gradient) => {
      gradient[0] = 1; // a slope that the values do not have
      return Math.abs(x);
    };
    const x = Float64Array.of(0);
    expect(await minimiseLbfgs(x, rough)).toMatchObject({ value: 0, hasConverged: false });
    expect(x[0]).toBe(0);
  });

  it("stops when its signal fires", async () => {
    const signal = AbortSignal.abort();
    await expect(minimiseLbfgs(Float64Array.of(3, 3), valley, { signal })).rejects.toMatchObject({ code: "E_ABORTED" });
  });
});

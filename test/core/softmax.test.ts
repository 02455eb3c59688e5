import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logSoftmax, logSumExp, quickExp, sigmoid, softmax, softmaxRows, softmaxWeight } from "../../src/core/softmax.js";

describe("quickExp", () => {
  it("agrees with Math.exp within 44", () => {
    fc.assert(
      fc.property(fc.double({ min: -44, max: 44, noNaN: true }), (x) => {
        expect(Math.abs(quickExp(x) / Math.exp(x) - 1)).toBeLessThan(2e-14);
      }),
      { numRuns: 2000 },
    );
    expect(quickExp(0)).toBe(1);
  });

  it("as a softmax's weight is 0 far below the highest, and NaN for NaN", () => {
    expect(softmaxWeight(-44.01)).toBe(0);
    expect(softmaxWeight(-1e300)).toBe(0);
    expect(softmaxWeight(-Infinity)).toBe(0);
    expect(softmaxWeight(-43)).toBeCloseTo(Math.exp(-43), 25);
    expect(softmaxWeight(0)).toBe(1);
    expect(softmaxWeight(Number.NaN)).toBeNaN();
  });
});

describe("softmax and its logarithm", () => {
  const logits = fc.array(fc.double({ min: -2000, max: 2000, noNaN: true }), { minLength: 1, maxLength: 12 });

  it("make distributions of any finite logits, the same whatever is added to all", () => {
    fc.assert(
      fc.property(logits, fc.integer({ min: -500, max: 500 }), (values, shift) => {
        const probs_C = Float64Array.from(values);
        softmax(probs_C);
        expect(probs_C.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
        const moved_C = Float64Array.from(values, (value) => value + shift);
        softmax(moved_C);
        for (const [c, p] of probs_C.entries()) expect(moved_C[c]).toBeCloseTo(p, 9);
        const logs_C = Float64Array.from(values);
        expect(logSoftmax(logs_C)).toBe(true);
        for (const [c, log] of logs_C.entries()) expect(Math.exp(log)).toBeCloseTo(probs_C[c]!, 9);
        expect(logSumExp([...logs_C])).toBeCloseTo(0, 9);
      }),
    );
  });

  it("have known values, row by row too", () => {
    const probs = [Math.log(1), Math.log(3)];
    softmax(probs);
    expect(probs[1]).toBeCloseTo(0.75, 15);
    expect(logSumExp([1000, 1000])).toBe(1000 + Math.LN2);
    const rows = softmaxRows(Float32Array.of(0, 0, 5000, -5000), 2);
    expect([...rows]).toEqual([0.5, 0.5, 1, 0]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("show a logit of %f", (value) => {
    const values = [value, 0];
    expect(logSoftmax(values)).toBe(false);
    expect(values).toEqual([value, 0]);
    expect(logSumExp(values)).toBeNaN();
    softmax(values);
    expect(values).toEqual([Number.NaN, Number.NaN]);
  });
});

it("sigmoid is the softmax of two classes", () => {
  for (const logit of [-800, -3, 0, 0.5, 800]) {
    const pair = [0, logit];
    softmax(pair);
    expect(sigmoid(logit)).toBeCloseTo(pair[1]!, 15);
  }
});

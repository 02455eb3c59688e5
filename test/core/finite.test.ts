import { describe, expect, it } from "vitest";
import { checkFinitePredictions, firstNotFinite, sumOfSizes } from "../../src/core/finite.js";

const WRONG = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

describe("firstNotFinite", () => {
  it("finds nothing in finite numbers, the largest and smallest included", () => {
    for (let length = 0; length < 12; length++) expect(firstNotFinite(new Float32Array(length).fill(-3.4e38))).toBe(-1);
    expect(firstNotFinite(Float64Array.of(Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, -0))).toBe(-1);
  });

  it.each(WRONG)("finds %f at every place, the first of several", (wrong) => {
    for (let length = 1; length < 12; length++) {
      for (let at = 0; at < length; at++) {
        const values = new Float32Array(length).fill(1);
        values[at] = wrong;
        values[length - 1] = wrong;
        expect(firstNotFinite(values)).toBe(at);
      }
    }
  });
});

describe("sumOfSizes", () => {
  it("adds up numbers without their signs, whatever their number", () => {
    for (let length = 0; length < 12; length++)
      expect(sumOfSizes(Float32Array.from({ length }, (_, i) => (-1) ** i * i))).toBe(Math.abs((length * (length - 1)) / 2));
  });

  it.each(WRONG)("is not finite where %f is at any place", (wrong) => {
    for (let at = 0; at < 7; at++)
      expect(Number.isFinite(sumOfSizes(new Float32Array(7).fill(1).fill(wrong, at, at + 1)))).toBe(false);
  });
});

describe("checkFinitePredictions", () => {
  it("names dataset item, class and draw, for dense predictions too", () => {
    const data = new Float32Array(2 * 3 * 4);
    const shape = [2, 3, 4];
    expect(() => checkFinitePredictions({ shape, data, indices: [70, 71] })).not.toThrow();
    data[12 + 2 * 4 + 1] = Number.NaN;
    expect(() => checkFinitePredictions({ shape, data, indices: [70, 71] })).toThrow(
      expect.objectContaining({ code: "E_NOT_FINITE", message: expect.stringMatching(/item 71 .* NaN for class 2 in draw 1/) }),
    );
    expect(() => checkFinitePredictions({ shape: [2, 3, 2, 2], data, indices: [70, 71] })).toThrow(
      /item 71 .* class 2 in draw 1/,
    );
  });
});

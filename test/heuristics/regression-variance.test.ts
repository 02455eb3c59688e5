import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { regressionDraws } from "../../src/core/predictions.js";
import { regressionVariance } from "../../src/heuristics/regression-variance.js";
import { logitsOf } from "./draws-of.js";

const refused = (code: string, message: RegExp) => expect.objectContaining({ code, message: expect.stringMatching(message) });

/** Two outputs of two items in three draws. */
const draws = [1, 2, 6, 5, 5, 5, 0, 0, 3, -1, 1, 0];

describe("regressionVariance", () => {
  it("is the population variance over the draws, averaged over the outputs", () => {
    // (4 + 1 + 9) / 3 and 0; (1 + 1 + 4) / 3 and 2 / 3
    const scores = regressionVariance().score(regressionDraws([2, 2, 3], Float32Array.from(draws)));
    expect(scores[0]).toBeCloseTo(14 / 3 / 2, 12);
    expect(scores[1]).toBeCloseTo((2 + 2 / 3) / 2, 12);
  });

  it.each([
    ["mean", (14 / 3 + 2) / 4 + 2 / 3 / 4],
    ["max", 14 / 3 / 2 + 2 / 2],
    ["min", 2 / 3 / 2],
    ["sum", (14 / 3 + 2) / 2 + 2 / 3 / 2],
  ] as const)("reduces the positions of dense draws by %s", (reduction, expected) => {
    // [N = 1, C = 2, positions = 2, K = 3]: the first position has the variances 14/3 and 2, the second 0 and 2/3.
    const dense = regressionDraws([1, 2, 2, 3], Float32Array.from(draws));
    expect(regressionVariance({ reduction }).score(dense)[0]).toBeCloseTo(expected, 12);
  });

  it("loses nothing beside a large mean, and is of the square of the unit", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 9 }), (values) => {
        const variance = (of: readonly number[]) =>
          regressionVariance().score(regressionDraws([1, 1, of.length], Float32Array.from(of)))[0]!;
        const mean = values.reduce((a, b) => a + b) / values.length;
        const expected = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
        expect(variance(values)).toBeCloseTo(expected, 9);
        expect(variance(values.map((value) => value + 2 ** 23))).toBeCloseTo(expected, 6);
        expect(variance(values.map((value) => 4 * value))).toBeCloseTo(16 * expected, 6);
      }),
    );
  });

  it("refuses a classifier's predictions, single draws, empty shapes and numbers that are not finite", () => {
    const classes = { ...logitsOf([[[1], [2]]]), kind: "values" as const };
    expect(() => regressionVariance().score({ ...classes, kind: "logits" as "values" })).toThrow(
      refused("E_ARGUMENT", /logits came, for which there is "variance"/),
    );
    expect(() => regressionVariance().score(classes)).toThrow(refused("E_ARGUMENT", /one draw per item came/));
    expect(regressionVariance({ allowSingleDraw: true }).score(classes)).toEqual(Float64Array.of(0));
    expect(() => regressionVariance().score(regressionDraws([1, 0, 3], new Float32Array(0)))).toThrow(
      refused("E_ARGUMENT", /at least one output/),
    );
    const broken = regressionDraws([1, 1, 2], Float32Array.of(1, Number.NaN), [77]);
    expect(() => regressionVariance().score(broken)).toThrow(refused("E_NOT_FINITE", /item 77 /));
    expect(regressionVariance().score(regressionDraws([0, 1, 2], new Float32Array(0)))).toEqual(new Float64Array(0));
  });

  it("is given draws whose sizes agree", () => {
    expect(() => regressionDraws([2, 3], new Float32Array(6))).toThrow(refused("E_SHAPE", /\[N, C, K\].*\[2,3\] came/));
    expect(() => regressionDraws([2, 1, 3], new Float32Array(5))).toThrow(refused("E_SHAPE", /need 6 numbers, 5 came/));
    expect(() => regressionDraws([2, 1, 3], new Float32Array(6), [1])).toThrow(refused("E_SHAPE", /1 dataset indices/));
  });
});

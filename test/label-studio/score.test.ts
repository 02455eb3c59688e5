import { describe, expect, it } from "vitest";
import { predictions } from "../../src/core/predictions.js";
import { labelStudioScore, normalisedUncertainty, scoreNames } from "../../src/label-studio/contract/score.js";

/** `[1, C, K]` from one list of class probabilities per draw. */
function draws(...draws_K_C: number[][]) {
  const classes = draws_K_C[0]!.length;
  const data = Array.from({ length: classes }, (_, c) => draws_K_C.map((draw) => draw[c]!)).flat();
  return predictions("probabilities", [1, classes, draws_K_C.length], new Float32Array(data));
}

describe("normalisedUncertainty", () => {
  const sure = draws([1, 0, 0], [1, 0, 0]);
  const flat = draws([1 / 3, 1 / 3, 1 / 3], [1 / 3, 1 / 3, 1 / 3]);
  const disagreeing = draws([1, 0, 0], [0, 1, 0], [0, 0, 1]);

  it.each(scoreNames)("%s is 0 for a sure model and 1 at most", (name) => {
    expect(normalisedUncertainty(sure, name)[0]).toBeCloseTo(0, 6);
    expect(normalisedUncertainty(disagreeing, name)[0]).toBeCloseTo(1, 6);
    expect(normalisedUncertainty(disagreeing, name)[0]).toBeLessThanOrEqual(1);
  });

  it("BALD alone tells disagreement from doubt", () => {
    expect(normalisedUncertainty(flat, "bald")[0]).toBeCloseTo(0, 6);
    expect(normalisedUncertainty(flat, "entropy")[0]).toBeCloseTo(1, 6);
  });

  it("divides by the largest value: H = ln 2 of three classes", () => {
    expect(normalisedUncertainty(draws([0.5, 0.5, 0]), "entropy")[0]).toBeCloseTo(Math.log(2) / Math.log(3), 6);
    expect(normalisedUncertainty(draws([0.5, 0.5, 0]), "certainty")[0]).toBeCloseTo(0.75, 6);
    expect(normalisedUncertainty(draws([0.5, 0.25, 0.25]), "margin")[0]).toBeCloseTo(0.75, 6);
  });

  it("is 0 for a single class and throws for what is not finite", () => {
    expect(normalisedUncertainty(draws([1], [1]), "bald")).toEqual([0]);
    expect(() => normalisedUncertainty(draws([Number.NaN, 1], [0, 1]), "bald")).toThrow(
      expect.objectContaining({ code: "E_NOT_FINITE" }),
    );
  });
});

describe("labelStudioScore", () => {
  it("serves uncertain tasks first by default, and stays in [0, 1]", () => {
    expect(labelStudioScore(0.25, "confidence")).toBe(0.75);
    expect(labelStudioScore(0.25, "uncertainty")).toBe(0.25);
    expect(labelStudioScore(1 + 1e-7, "confidence")).toBe(0);
    expect(labelStudioScore(1 + 1e-7, "uncertainty")).toBe(1);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OUT_OF_SCOPE_SCORES } from "../../src/experiment/out-of-scope-threshold.js";
import { applyThreshold, chooseThreshold } from "../../src/metrics/scope-threshold.js";

const items = fc
  .array(
    fc.record({ score: fc.integer({ min: 0, max: 8 }).map((n) => n / 8), isOutOfScope: fc.boolean(), isRight: fc.boolean() }),
    {
      minLength: 2,
      maxLength: 30,
    },
  )
  .filter((list) => new Set(list.map(({ isOutOfScope }) => isOutOfScope)).size === 2)
  .map((list) => ({
    scores_N: list.map(({ score }) => score),
    isOutOfScope_N: list.map(({ isOutOfScope }) => isOutOfScope),
    isRight_N: list.map(({ isOutOfScope, isRight }) => isRight && !isOutOfScope),
  }));

describe("chooseThreshold", () => {
  it("is as good as the best of all thresholds there are", () => {
    fc.assert(
      fc.property(items, (scoped) => {
        const right = (threshold: number) =>
          scoped.scores_N.filter((score, i) =>
            scoped.isOutOfScope_N[i] ? score > threshold : score <= threshold && scoped.isRight_N[i],
          ).length;
        const best = Math.max(...[-1, ...scoped.scores_N].map(right));
        expect(right(chooseThreshold(scoped))).toBe(best);
      }),
    );
  });

  it("needs both kinds of items", () => {
    expect(() => chooseThreshold({ scores_N: [1], isOutOfScope_N: [true], isRight_N: [false] })).toThrow(
      expect.objectContaining({ code: "E_DATA" }),
    );
  });
});

describe("applyThreshold", () => {
  it("counts a rejected item in scope as wrong", () => {
    const scoped = {
      scores_N: [0.1, 0.9, 0.2, 0.8],
      isOutOfScope_N: [false, false, false, true],
      isRight_N: [true, true, false, false],
    };
    expect(applyThreshold(scoped, 0.5)).toEqual({ inScopeAccuracy: 1 / 3, outOfScopeRecall: 1 });
  });
});

describe("OUT_OF_SCOPE_SCORES", () => {
  it("are lowest for a certain answer and highest for none", () => {
    const [certain, likely, flat] = [
      [1, 0, 0],
      [0.6, 0.3, 0.1],
      [1 / 3, 1 / 3, 1 / 3],
    ].map((probs) => Float64Array.from(probs));
    for (const score of Object.values(OUT_OF_SCOPE_SCORES)) {
      expect(score(certain!)).toBeCloseTo(0, 12);
      expect(score(likely!)).toBeGreaterThan(score(certain!));
      expect(score(flat!)).toBeGreaterThan(score(likely!));
    }
    expect(OUT_OF_SCOPE_SCORES.entropy(flat!)).toBeCloseTo(Math.log(3), 12);
  });
});

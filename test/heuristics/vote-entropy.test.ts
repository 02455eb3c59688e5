import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { voteEntropy } from "../../src/heuristics/disagreement.js";
import { logitsOf, probabilitiesOf } from "./draws-of.js";

/** Whole numbers, so that draws often have several highest ones; up to 5 classes and 6 draws. */
const coarseLogits = fc.tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 2, max: 6 })).chain(([classes, draws]) => {
  const row = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: draws, maxLength: draws });
  return fc.array(row, { minLength: classes, maxLength: classes });
});

describe("voteEntropy", () => {
  it("is the entropy of the votes, ties shared", () => {
    const votes = probabilitiesOf([
      [
        [0.6, 0.4, 0.9, 0.5],
        [0.4, 0.6, 0.1, 0.5],
      ],
    ]);
    const share = 2.5 / 4;
    const expected = -share * Math.log(share) - (1 - share) * Math.log(1 - share);
    expect(voteEntropy().score(votes)[0]).toBeCloseTo(expected, 6);
  });

  it("is 0 for a committee that votes alike, however unsure", () => {
    const alike = probabilitiesOf([
      [
        [0.51, 0.99],
        [0.49, 0.01],
      ],
    ]);
    expect(voteEntropy().score(alike)[0]).toBe(0);
  });

  it("is the entropy of the shares of the classes with the highest logit: brute force", () => {
    fc.assert(
      fc.property(coarseLogits, (item) => {
        const votes = item.map(() => 0);
        const draws = item[0]!.length;
        for (let k = 0; k < draws; k++) {
          const column = item.map((row) => row[k]!);
          const winners = column.flatMap((logit, c) => (logit === Math.max(...column) ? [c] : []));
          for (const c of winners) votes[c]! += 1 / (winners.length * draws);
        }
        const expected = votes.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0);
        expect(voteEntropy().score(logitsOf([item]))[0]).toBeCloseTo(expected, 9);
      }),
    );
  });
});

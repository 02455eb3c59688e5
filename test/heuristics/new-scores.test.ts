import { describe, expect, it } from "vitest";
import { bald } from "../../src/heuristics/bald.js";
import { certainty } from "../../src/heuristics/certainty.js";
import { combine } from "../../src/heuristics/combine.js";
import { energy } from "../../src/heuristics/energy.js";
import { entropy } from "../../src/heuristics/entropy.js";
import { epig } from "../../src/heuristics/epig.js";
import { klDisagreement } from "../../src/heuristics/kl-disagreement.js";
import { maxSoftmax } from "../../src/heuristics/max-softmax.js";
import { precomputed } from "../../src/heuristics/precomputed.js";
import { voteEntropy } from "../../src/heuristics/vote-entropy.js";
import type { Predictions } from "../../src/predictions.js";
import { createRandom } from "../../src/random.js";
import { logitsOf, probabilitiesOf, softmaxed } from "./draws-of.js";

const CLASSES = 3;
const DRAWS = 4;

function randomLogits(items: number, seed: number): number[][][] {
  const random = createRandom(seed);
  const draws = () => Array.from({ length: DRAWS }, () => 2 * random.normal());
  return Array.from({ length: items }, () => Array.from({ length: CLASSES }, draws));
}

const consistent = (given: Predictions): Predictions => ({ ...given, isConsistent: true });
const refused = expect.objectContaining({ code: "E_ARGUMENT" });

describe("epig", () => {
  const [pool, targets] = [randomLogits(5, 1), randomLogits(4, 2)];

  it("is the mutual information of the two labels, averaged over the targets: brute force", () => {
    const scores = epig().score(consistent(logitsOf(pool)), { target: consistent(logitsOf(targets)) });
    pool.map(softmaxed).forEach((p, item) => {
      let total = 0;
      for (const q of targets.map(softmaxed)) {
        for (const row of p) {
          for (const other of q) {
            const joint = row.reduce((sum, value, k) => sum + value * other[k]!, 0) / DRAWS;
            const mean = (values: number[]) => values.reduce((a, b) => a + b) / DRAWS;
            total += joint * Math.log(joint / (mean(row) * mean(other)));
          }
        }
      }
      expect(scores[item]).toBeCloseTo(total / targets.length, 5);
    });
  });

  it("is nothing for an item whose draws all agree", () => {
    const certain = probabilitiesOf([
      [
        [0.9, 0.9],
        [0.1, 0.1],
      ],
    ]);
    const target = consistent(
      probabilitiesOf([
        [
          [1, 0],
          [0, 1],
        ],
      ]),
    );
    expect(epig().score(consistent(certain), { target })[0]).toBeCloseTo(0, 6);
  });

  it("says what is missing: the target, its draws, that both are consistent", () => {
    const target = consistent(logitsOf(targets));
    expect(() => epig().score(consistent(logitsOf(pool)))).toThrow(refused);
    expect(() => epig().score(logitsOf(pool), { target })).toThrow(refused);
    expect(() => epig().score(consistent(logitsOf(pool)), { target: logitsOf(targets) })).toThrow(refused);
    const single = consistent(logitsOf([[[1], [2], [3]]]));
    expect(() => epig().score(consistent(logitsOf(pool)), { target: single })).toThrow(refused);
  });
});

describe("committee disagreement", () => {
  it("voteEntropy is the entropy of the votes, ties shared", () => {
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

  it("klDisagreement is BALD by another name", () => {
    const given = logitsOf(randomLogits(6, 3));
    expect(klDisagreement().score(given)).toEqual(bald().score(given));
    expect(klDisagreement().name).toBe("kldisagreement");
  });
});

describe("out of distribution", () => {
  it("maxSoftmax is certainty by another name", () => {
    const given = logitsOf(randomLogits(6, 4));
    expect(maxSoftmax().score(given)).toEqual(certainty().score(given));
  });

  it("energy is -T logsumexp(z / T), and refuses probabilities", () => {
    const given = logitsOf([
      [
        [1, 0],
        [2, 0],
      ],
    ]);
    const expected = -(Math.log(Math.E + Math.E ** 2) + Math.log(2)) / 2;
    expect(energy().score(given)[0]).toBeCloseTo(expected, 6);
    const warm = -(2 * Math.log(Math.exp(0.5) + Math.E) + 2 * Math.log(2)) / 2;
    expect(energy({ temperature: 2 }).score(given)[0]).toBeCloseTo(warm, 6);
    expect(() =>
      energy().score(
        probabilitiesOf([
          [
            [0.5, 0.5],
            [0.5, 0.5],
          ],
        ]),
      ),
    ).toThrow(refused);
    expect(() => energy({ temperature: 0 })).toThrow(refused);
  });
});

describe("made of other scores", () => {
  it("precomputed gives each item the score under its dataset index, and names one that has none", () => {
    const heuristic = precomputed(
      new Map([
        [7, 0.5],
        [3, 2],
      ]),
    );
    const given = logitsOf(randomLogits(2, 5), [3, 7]);
    expect([...heuristic.score(given)]).toEqual([2, 0.5]);
    expect(() => heuristic.score(logitsOf(randomLogits(1, 5), [4]))).toThrow(/4/);
  });

  it("combine weighs scores in units of their bounds", () => {
    const given = logitsOf(randomLogits(4, 6));
    const scores = combine([{ heuristic: bald(), weight: 3 }, { heuristic: entropy() }]).score(given);
    const [one, other] = [bald().score(given), entropy().score(given)];
    scores.forEach((score, i) => {
      expect(score).toBeCloseTo((0.75 * one[i]! + 0.25 * other[i]!) / Math.log(CLASSES), 9);
    });
  });
});

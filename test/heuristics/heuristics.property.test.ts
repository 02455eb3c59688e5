import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bald } from "../../src/heuristics/bald.js";
import { entropy } from "../../src/heuristics/confidence.js";
import { getHeuristic } from "../../src/heuristics/registry.js";
import { itemLogits, logitsOf, probabilitiesOf, softmaxed } from "./draws-of.js";

const deterministic = ["bald", "entropy", "margin", "certainty", "variance", "voteentropy"];

function shuffledBy<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, i) => ({ item, key: Math.sin(seed * 97 + i * 31) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

describe.each(deterministic)("%s", (name) => {
  const heuristic = getHeuristic(name);
  const scoreOf = (item: readonly (readonly number[])[]) => heuristic.score(logitsOf([item]))[0]!;

  it("lies between 0 and its upper bound", () => {
    fc.assert(
      fc.property(itemLogits, (item) => {
        const score = scoreOf(item);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(heuristic.upperBound(item.length) + 1e-12);
      }),
    );
  });

  it("does not depend on the order of the draws or of the classes", () => {
    fc.assert(
      fc.property(itemLogits, fc.nat(1000), (item, seed) => {
        const score = scoreOf(item);
        expect(scoreOf(shuffledBy(item, seed))).toBeCloseTo(score, 9);
        const order = shuffledBy([...item[0]!.keys()], seed);
        expect(scoreOf(item.map((row) => order.map((k) => row[k]!)))).toBeCloseTo(score, 9);
      }),
    );
  });

  // Rounding makes or breaks ties, and each of these is a vote.
  const moves = name === "voteentropy" ? [] : [64];
  it.each(moves)("does not depend on a constant up to %i added to all logits of a draw", (most) => {
    fc.assert(
      fc.property(itemLogits, fc.integer({ min: -most, max: most }), (item, shift) => {
        const moved = item.map((row) => row.map((logit, k) => Math.fround(logit) + shift * (k + 1)));
        // Rounding of the moved logits to float32 limits the agreement.
        expect(Math.abs(scoreOf(moved) - scoreOf(item))).toBeLessThan(5e-3);
      }),
    );
  });

  it("scores duplicates alike, and an item alike in any company", () => {
    fc.assert(
      fc.property(itemLogits, (item) => {
        const other = item.map((row) => row.map((logit) => -logit));
        const [first, between, last] = heuristic.score(logitsOf([item, other, item]));
        expect(first).toBe(last);
        expect(first).toBe(scoreOf(item));
        expect(between).toBe(scoreOf(other));
      }),
    );
  });
});

describe("logits and their softmax", () => {
  it.each(["bald", "certainty", "variance"])("score alike: %s", (name) => {
    fc.assert(
      fc.property(itemLogits, (item) => {
        const fromLogits = getHeuristic(name).score(logitsOf([item]))[0]!;
        expect(fromLogits).toBeCloseTo(getHeuristic(name).score(probabilitiesOf([softmaxed(item)]))[0]!, 5);
      }),
    );
  });

  it.each(["entropy", "margin", "certainty"])("score alike, since probabilities are averaged: %s", (name) => {
    fc.assert(
      fc.property(itemLogits, (item) => {
        const fromLogits = getHeuristic(name).score(logitsOf([item]))[0]!;
        expect(fromLogits).toBeCloseTo(getHeuristic(name).score(probabilitiesOf([softmaxed(item)]))[0]!, 5);
      }),
    );
  });
});

describe("BALD", () => {
  /** The entropies of the draws and of their mean are computed in two ways, which agree to the exponential's relative error. */
  const EXPONENTIAL = 1e-11;

  it("is never above the entropy of the mean probabilities", () => {
    fc.assert(
      fc.property(itemLogits, (item) => {
        const predicted = logitsOf([item]);
        const total = entropy({ average: "probabilities" }).score(predicted)[0]!;
        expect(bald().score(predicted)[0]!).toBeLessThanOrEqual(total + EXPONENTIAL);
      }),
    );
  });

  it("is 0 when all draws agree", () => {
    fc.assert(
      fc.property(itemLogits, (item) => {
        const agreed = item.map((row) => row.map(() => row[0]!));
        const score = bald().score(logitsOf([agreed]))[0]!;
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThan(EXPONENTIAL);
      }),
    );
  });
});

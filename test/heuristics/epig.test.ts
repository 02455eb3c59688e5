import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { predictions } from "../../src/core/predictions.js";
import { bald } from "../../src/heuristics/bald.js";
import { entropy } from "../../src/heuristics/confidence.js";
import { epig } from "../../src/heuristics/epig.js";
import { getHeuristic } from "../../src/heuristics/registry.js";
import { consistent, itemLogits, logitsOf, probabilitiesOf, randomLogits, softmaxed } from "./draws-of.js";

const [pool, targets] = [randomLogits([5, 3, 4], 1), randomLogits([4, 3, 4], 2)];

const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;

/** The mutual information of the labels of two items, from their joint distribution. */
function information(item: readonly (readonly number[])[], other: readonly (readonly number[])[]): number {
  let total = 0;
  for (const row of softmaxed(item)) {
    for (const column of softmaxed(other)) {
      const joint = meanOf(row.map((value, k) => value * column[k]!));
      if (joint > 0) total += joint * Math.log(joint / (meanOf(row) * meanOf(column)));
    }
  }
  return total;
}

describe("epig", () => {
  it("is the mutual information of the two labels, averaged over the targets: brute force", () => {
    const scores = epig().score(consistent(logitsOf(pool)), { target: consistent(logitsOf(targets)) });
    pool.forEach((item, i) => {
      expect(scores[i]).toBeCloseTo(meanOf(targets.map((target) => information(item, target))), 5);
    });
  });

  it("agrees with brute force where the target's rows fill several tiles, odd numbers of rows included", () => {
    const item = randomLogits([2, 5, 7], 3);
    const many = randomLogits([41, 3, 7], 4);
    const scores = epig().score(consistent(logitsOf(item)), { target: consistent(logitsOf(many)) });
    item.forEach((one, i) => {
      expect(scores[i]).toBeCloseTo(meanOf(many.map((target) => information(one, target))), 5);
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

  it("is BALD where the target's label settles which draw it was", () => {
    const item = randomLogits([1, 3, 2], 5);
    const target = consistent(
      probabilitiesOf([
        [
          [1, 0],
          [0, 1],
        ],
      ]),
    );
    const given = consistent(logitsOf(item));
    expect(epig().score(given, { target })[0]).toBeCloseTo(bald().score(given)[0]!, 9);
  });

  it("is never negative, and never above BALD, the entropy of the item's label or that of the target's", () => {
    fc.assert(
      fc.property(itemLogits, fc.integer({ min: 1, max: 99 }), (item, seed) => {
        const given = consistent(logitsOf([item]));
        const target = consistent(logitsOf(randomLogits([1, 3, item[0]!.length], seed)));
        const score = epig().score(given, { target })[0]!;
        const labelEntropy = entropy({ average: "probabilities" });
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(bald().score(given)[0]! + 1e-9);
        expect(score).toBeLessThanOrEqual(labelEntropy.score(given)[0]! + 1e-9);
        expect(score).toBeLessThanOrEqual(labelEntropy.score(target)[0]! + 1e-9);
      }),
    );
  });

  it("does not depend on the order of the targets, nor on that of the draws of both", () => {
    const scoresOf = (items: number[][][], others: number[][][]) =>
      epig().score(consistent(logitsOf(items)), { target: consistent(logitsOf(others)) });
    const scores = scoresOf(pool, targets);
    const swapped = (items: number[][][]) => items.map((rows) => rows.map(([a, b, c, d]) => [d!, b!, a!, c!]));
    for (const other of [scoresOf(pool, targets.toReversed()), scoresOf(swapped(pool), swapped(targets))]) {
      other.forEach((score, i) => {
        expect(score).toBeCloseTo(scores[i]!, 9);
      });
    }
    expect(scoresOf(swapped(pool), targets)[0]).not.toBeCloseTo(scores[0]!, 3);
  });

  it.each([
    ["there is no target", undefined, "E_ARGUMENT", /give the context its "target"/],
    ["the target is empty", consistent(predictions("logits", [0, 3, 4], new Float32Array(0))), "E_ARGUMENT", /its "target"/],
    ["the target's draws are not consistent", logitsOf(targets), "E_ARGUMENT", /consistent draws of the target/],
    [
      "the target has another number of draws",
      consistent(logitsOf([[[1], [2], [3]]])),
      "E_ARGUMENT",
      /as many draws .* 1 and 4 came/,
    ],
    [
      "the target is dense",
      consistent(predictions("logits", [1, 3, 2, 4], new Float32Array(24))),
      "E_SHAPE",
      /\[M, C, K\]; \[1,3,2,4\] came/,
    ],
    [
      "the target holds NaN",
      consistent(logitsOf([...targets, [[Number.NaN, 1, 1, 1], ...targets[0]!.slice(1)]], [90, 91, 92, 93, 94])),
      "E_NOT_FINITE",
      /item 94 .* class 0 in draw 0/,
    ],
  ])("says so when %s", (_what, target, code, message) => {
    expect(() => epig().score(consistent(logitsOf(pool)), target ? { target } : {})).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  it("says so when the items' draws are not consistent", () => {
    expect(() => epig().score(logitsOf(pool), { target: consistent(logitsOf(targets)) })).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringMatching(/consistent draws of the items/) }),
    );
  });
});

/** `[N][C][K]` logits of labels that are each predicted by itself. */
const labelsOf = (logits: readonly (readonly (readonly number[])[])[], indices?: readonly number[]) => {
  const shape = [logits.length, logits[0]!.length, logits[0]![0]!.length];
  return consistent(predictions("sigmoidLogits", shape, Float32Array.from(logits.flat(2)), indices));
};

/** A label's draws as logits of no and yes. */
const noAndYes = (row: readonly number[]) => [row.map(() => 0), [...row]];

/** Logits `[items][labels][draws]` of two sets of items with the same labels and draws. */
const itemsAndTargets = fc
  .tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 2, max: 6 }),
    fc.integer({ min: 1, max: 5 }),
    fc.constantFrom(0.1, 3, 40),
  )
  .chain(([labels, draws, targets, scale]) => {
    const logit = fc.double({ min: -scale, max: scale, noNaN: true }).map(Math.fround);
    const item = fc.array(fc.array(logit, { minLength: draws, maxLength: draws }), { minLength: labels, maxLength: labels });
    return fc.tuple(fc.array(item, { minLength: 1, maxLength: 3 }), fc.array(item, { minLength: targets, maxLength: targets }));
  });

describe("epig of labels that are each predicted by itself", () => {
  it("is the information about the targets' same label, summed over the labels or reduced otherwise: brute force", () => {
    fc.assert(
      fc.property(itemsAndTargets, ([items, others]) => {
        const [given, target] = [labelsOf(items), labelsOf(others)];
        const scoresOf = (labelReduction?: "max" | number) => epig({ labelReduction }).score(given, { target });
        const [sums, highest, last] = [scoresOf(), scoresOf("max"), scoresOf(items[0]!.length - 1)];
        expect(getHeuristic("epig:max").score(given, { target })).toEqual(highest);
        items.forEach((item, i) => {
          const ofLabels = item.map((row, label) =>
            meanOf(others.map((other) => information(noAndYes(row), noAndYes(other[label]!)))),
          );
          expect(sums[i]).toBeCloseTo(
            ofLabels.reduce((a, b) => a + b),
            4,
          );
          expect(highest[i]).toBeCloseTo(Math.max(...ofLabels), 4);
          expect(last[i]).toBeCloseTo(ofLabels.at(-1)!, 4);
          expect(sums[i]).toBeLessThanOrEqual(bald().score(given)[i]! + 1e-6);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("takes probabilities as it takes logits", () => {
    const sigmoid = (logits: typeof pool) => ({
      ...labelsOf(logits),
      kind: "sigmoid" as const,
      data: Float32Array.from(logits.flat(2), (z) => 1 / (1 + Math.exp(-z))),
    });
    const scores = epig().score(sigmoid(pool), { target: labelsOf(targets) });
    epig()
      .score(labelsOf(pool), { target: labelsOf(targets) })
      .forEach((score, i) => {
        expect(scores[i]).toBeCloseTo(score, 5);
      });
  });

  it.each([
    [
      "the target is of classes",
      consistent(logitsOf(targets)),
      "E_ARGUMENT",
      /target of the items' kind; logits and sigmoidLogits/,
    ],
    ["the target has other labels", labelsOf(randomLogits([2, 4, 4], 1)), "E_ARGUMENT", /the items' labels; 4 and 3 came/],
    [
      "the target is dense",
      consistent(predictions("sigmoidLogits", [1, 3, 2, 4], new Float32Array(24))),
      "E_SHAPE",
      /\[M, C, K\]; \[1,3,2,4\] came/,
    ],
    [
      "the target holds NaN",
      labelsOf([[...targets[0]!.slice(0, 2), [0, Number.NaN, 0, 0]]], [77]),
      "E_NOT_FINITE",
      /item 77 .* class 2 in draw 1/,
    ],
  ])("says so when %s", (_what, target, code, message) => {
    expect(() => epig().score(labelsOf(pool), { target })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  it("says so when items of classes come with a target of labels by themselves", () => {
    expect(() => epig().score(consistent(logitsOf(pool)), { target: labelsOf(targets) })).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringMatching(/the items' kind/) }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Predictions, predictions } from "../../src/core/predictions.js";
import { margin } from "../../src/heuristics/confidence.js";
import type { Heuristic } from "../../src/heuristics/heuristic.js";
import { labelProbabilities } from "../../src/heuristics/independent-labels.js";
import { getHeuristic, heuristicNames } from "../../src/heuristics/registry.js";
import { getStrategy } from "../../src/strategies/registry.js";
import { withCode } from "../training/trainer-fixtures.js";
import { itemLogits } from "./draws-of.js";

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const h = (p: number) => (p <= 0 || p >= 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log(1 - p));
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

/** The score of one label from its draws' probabilities, written down as plainly as can be. */
const OF_LABEL: Readonly<Record<string, (probs_K: readonly number[]) => number>> = {
  entropy: (probs_K) => h(mean(probs_K)),
  bald: (probs_K) => h(mean(probs_K)) - mean(probs_K.map(h)),
  kldisagreement: (probs_K) => h(mean(probs_K)) - mean(probs_K.map(h)),
  mutualinformation: (probs_K) => h(mean(probs_K)) - mean(probs_K.map(h)),
  margin: (probs_K) => 1 - 2 * Math.abs(mean(probs_K) - 0.5),
  certainty: (probs_K) => Math.min(mean(probs_K), 1 - mean(probs_K)),
  maxsoftmax: (probs_K) => Math.min(mean(probs_K), 1 - mean(probs_K)),
  variance: (probs_K) => mean(probs_K.map((p) => (p - mean(probs_K)) ** 2)),
  voteentropy: (probs_K) => h(mean(probs_K.map((p) => (p === 0.5 ? 0.5 : Number(p > 0.5))))),
};

function made(
  kind: "sigmoidLogits" | "sigmoid",
  items: readonly (readonly (readonly number[])[])[],
  indices?: number[],
): Predictions {
  const shape = [items.length, items[0]?.length ?? 3, items[0]?.[0]?.length ?? 2];
  const data = Float32Array.from(items.flat(2), (z) => (kind === "sigmoid" ? sigmoid(z) : z));
  return predictions(kind, shape, data, indices, { isConsistent: true });
}

const named = Object.keys(OF_LABEL);
const scoring = heuristicNames.filter((name) => !["random", "epig"].includes(name));

describe.each(named)("%s of labels that are each predicted by itself", (name) => {
  it("is the sum, the mean, the largest or one of the labels' scores: brute force", () => {
    fc.assert(
      fc.property(itemLogits, (logits_C_K) => {
        const ofLabels = logits_C_K.map((row) => OF_LABEL[name]!(row.map(sigmoid)));
        const expected = { sum: ofLabels.reduce((a, b) => a + b), mean: mean(ofLabels), max: Math.max(...ofLabels) };
        for (const kind of ["sigmoidLogits", "sigmoid"] as const) {
          const given = made(kind, [logits_C_K]);
          const score = (options?: object) => getHeuristic(name, options).score(given)[0]!;
          // Which way a draw votes whose probability is 1/2 but for rounding is nobody's concern.
          if (name === "voteentropy" && logits_C_K.flat().some((z) => Math.abs(z) < 1e-6)) continue;
          expect(score()).toBeCloseTo(expected.sum, 4);
          for (const labelReduction of ["sum", "mean", "max"] as const)
            expect(score({ labelReduction })).toBeCloseTo(expected[labelReduction], 4);
          expect(score({ labelReduction: logits_C_K.length - 1 })).toBeCloseTo(ofLabels.at(-1)!, 4);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("is 0 for an item that is surely none of the labels, and for one that is surely two", () => {
    const sure = (bits: readonly number[]) => bits.map((bit) => [60 * bit - 30, 60 * bit - 30]);
    const scores = getHeuristic(name).score(made("sigmoidLogits", [sure([0, 0, 0]), sure([1, 1, 0]), sure([1, 1, 1])]));
    for (const score of scores) expect(Math.abs(score)).toBeLessThan(1e-10);
  });
});

describe.each(scoring)("%s of labels", (name) => {
  const heuristic: Heuristic = getHeuristic(name);
  const items = Array.from({ length: 12 }, (_, i) =>
    [0, 1, 2].map((c) => [0, 1, 2, 3].map((k) => 3 * Math.sin(7 * i + 3 * c + k))),
  );
  const given = () =>
    made(
      "sigmoidLogits",
      items,
      items.map((_, i) => 5 * i + 1),
    );

  it("is finite, within its bounds, of each item by itself, and leaves its input alone", () => {
    const input = given();
    const copy = structuredClone(input);
    const scores = heuristic.score(input);
    expect(input).toEqual(copy);
    for (const [i, score] of scores.entries()) {
      expect(score).toBeLessThanOrEqual(heuristic.upperBound(2, 1, 3) + 1e-12);
      expect(score).toBeGreaterThanOrEqual(name === "energy" ? -Infinity : 0);
      expect(heuristic.score(made("sigmoidLogits", [items[i]!]))[0]).toBe(score);
    }
    expect(heuristic.score(made("sigmoidLogits", []))).toEqual(new Float64Array(0));
  });

  it("does not look at the order of labels or draws", () => {
    const turned = items.map((rows) => [...rows].reverse().map((row) => [...row].reverse()));
    heuristic.score(made("sigmoidLogits", turned)).forEach((score, i) => {
      expect(score).toBeCloseTo(heuristic.score(given())[i]!, 9);
    });
  });

  it("refuses what is not finite by item, label and draw, and what is no probability", () => {
    const broken = given();
    broken.data[(6 * 3 + 2) * 4 + 1] = Number.NaN;
    expect(() => heuristic.score(broken)).toThrow(
      withCode("E_NOT_FINITE", /item 31 has the prediction NaN for class 2 in draw 1/),
    );
    const wrong: Predictions = { ...given(), kind: "sigmoid" };
    expect(() => heuristic.score(wrong)).toThrow(withCode("E_ARGUMENT", /item \d+ has .* declare kind: "sigmoidLogits"/));
  });
});

describe("what does not score labels by themselves", () => {
  it("energy of probabilities", () => {
    expect(() =>
      getHeuristic("energy").score(
        made("sigmoid", [
          [
            [1, 2],
            [0, 1],
          ],
        ]),
      ),
    ).toThrow(withCode("E_ARGUMENT", /needs logits/));
  });
});

describe("the margin to a label's threshold", () => {
  const item = made("sigmoid", [
    [
      [-2, -1],
      [0, 1],
    ],
  ]);
  const [first = 0, second = 0] = labelProbabilities(item);

  it("is 1 at the threshold and 0 at both ends, on either side", () => {
    const at = (thresholds: number | number[], labelReduction: number) => margin({ thresholds, labelReduction }).score(item)[0]!;
    expect(at([first, 0.5], 0)).toBeCloseTo(1, 6);
    expect(at(0.9, 1)).toBeCloseTo(second / 0.9, 6);
    expect(at([0.5, 0.2], 1)).toBeCloseTo((1 - second) / 0.8, 6);
    expect(margin({ thresholds: [0.3, 0.7] }).score(item)[0]).toBeCloseTo(
      1 - Math.abs(first - 0.3) / (first >= 0.3 ? 0.7 : 0.3) + 1 - Math.abs(second - 0.7) / (second >= 0.7 ? 0.3 : 0.7),
      6,
    );
  });

  it("takes thresholds between 0 and 1, one per label, and of such predictions alone", () => {
    expect(() => margin({ thresholds: 1 })).toThrow(withCode("E_ARGUMENT", /between 0 and 1; 1 came/));
    expect(() => margin({ thresholds: [0.4] }).score(item)).toThrow(withCode("E_ARGUMENT", /1 thresholds, and none for label 1/));
    const single = predictions("logits", [1, 2, 1], Float32Array.of(1, 2));
    expect(() => margin({ thresholds: 0.4 }).score(single)).toThrow(withCode("E_ARGUMENT", /one label an item/));
  });
});

it("the labels of dense predictions are summed at each position, and the positions averaged", () => {
  // [N = 1, C = 2, positions = 3, K = 1]
  const logits = [0.5, -1, 2, 3, 0, -0.2];
  const dense = predictions("sigmoidLogits", [1, 2, 3, 1], Float32Array.from(logits));
  const expected = logits.reduce((sum, z) => sum + h(sigmoid(z)), 0) / 3;
  expect(getHeuristic("entropy").score(dense)[0]).toBeCloseTo(expected, 6);
  const worst = Math.max(...[0, 1, 2].map((p) => h(sigmoid(logits[p]!)) + h(sigmoid(logits[3 + p]!))));
  expect(getHeuristic("entropy", { reduction: "max" }).score(dense)[0]).toBeCloseTo(worst, 6);
});

it("a label's number is one of the labels", () => {
  const item = made("sigmoidLogits", [
    [
      [1, 2],
      [0, 1],
    ],
  ]);
  expect(() => getHeuristic("bald", { labelReduction: 2 }).score(item)).toThrow(
    withCode("E_ARGUMENT", /label 2 was asked for; there are 2/),
  );
  expect(() => getHeuristic("bald", { labelReduction: -1 })).toThrow(withCode("E_ARGUMENT", /whole number from 0 on; -1 came/));
});

it("the reduction over labels goes by name, too, of heuristics and of strategies", () => {
  const item = made("sigmoidLogits", [
    [
      [1, 2],
      [0, 1],
    ],
  ]);
  const score = (name: string, options?: object) => getHeuristic(name, options).score(item)[0];
  expect(score("Entropy:Max")).toBe(score("entropy", { labelReduction: "max" }));
  expect(score("bald:1")).toBe(score("bald", { labelReduction: 1 }));
  expect(getHeuristic("entropy:max").name).toBe("entropy:max");
  expect(getStrategy("TopK:BALD:1").name).toBe("topk:bald:1");
  expect(getStrategy("subset:50:power:entropy:mean", { beta: 4 }).needs).toEqual(["probabilities"]);
  expect(() => getHeuristic("random:max")).toThrow(withCode("E_ARGUMENT", /"random" has no score for each label/));
  expect(() => getHeuristic("entropy:most")).toThrow(withCode("E_ARGUMENT", /Unknown heuristic "entropy:most"/));
  expect(() => getStrategy("topk:entropy:most")).toThrow(withCode("E_ARGUMENT", /Unknown strategy "topk:entropy:most"/));
});

it("labelProbabilities are means over the draws, of these kinds alone", () => {
  expect([
    ...labelProbabilities(
      made("sigmoidLogits", [
        [
          [0, 0],
          [100, -100],
        ],
      ]),
    ),
  ]).toEqual([0.5, 0.5]);
  expect(() => labelProbabilities(predictions("logits", [1, 2, 1], Float32Array.of(1, 2)))).toThrow(
    withCode("E_ARGUMENT", /logits came.*meanProbabilities/),
  );
  expect(() => labelProbabilities(predictions("sigmoid", [1, 1, 1, 1], Float32Array.of(0.4)))).toThrow(
    withCode("E_SHAPE", /\[N, C, K\]/),
  );
});

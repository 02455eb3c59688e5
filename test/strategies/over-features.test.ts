import { describe, expect, it } from "vitest";
import { features } from "../../src/core/features.js";
import { createRandom } from "../../src/core/random.js";
import type { FeatureHeuristic, ScoreContext } from "../../src/heuristics/heuristic.js";
import { getFeatureHeuristic } from "../../src/heuristics/registry.js";
import { power, softmax, softRank, topK } from "../../src/strategies/ranked.js";
import { getStrategy } from "../../src/strategies/registry.js";
import { type CandidatePool, isScoreStrategy } from "../../src/strategies/strategy.js";
import { chiSquare } from "../chi-square.js";
import { cloud, featurePool } from "./feature-pool.js";

const clouds = featurePool(cloud(30, [0, 0, 0], { spread: 2, seed: 3 }), cloud(20, [1, 0, 0], { seed: 4 }));
const pool = { ...clouds, labelled: { ...clouds.labelled!, targets: clouds.labelled!.indices.map((index) => index % 3) } };
const DRAWS = 4000;

/** A heuristic that gives the first feature of each item as its score. */
const firstFeature: FeatureHeuristic = {
  name: "first",
  needs: ["features", "labelled"],
  scoreFeatures: async ({ shape, data }) => Float64Array.from({ length: shape[0] }, (_, i) => data[i * shape[1]]!),
};
const scored = featurePool([[1], [2], [3], [4]], [[9]]);

async function expectFirstPicks(strategy: ReturnType<typeof power<FeatureHeuristic>>, given: CandidatePool, weights: number[]) {
  const random = createRandom(8);
  const counts = weights.map(() => 0);
  for (let draw = 0; draw < DRAWS; draw++) counts[(await strategy.select(given, 1, random)).indices[0]! - 100]!++;
  const total = weights.reduce((a, b) => a + b);
  const { statistic, limit } = chiSquare(
    counts,
    weights.map((weight) => (DRAWS * weight) / total),
  );
  expect(statistic).toBeLessThan(limit);
}

describe("strategies over scores of features", () => {
  it.each(["knndistance", "mahalanobis", "relativemahalanobis"])("topk:%s picks the highest scores, best first", async (name) => {
    const scores = await getFeatureHeuristic(name).scoreFeatures(pool.features!, { labelled: pool.labelled });
    const best = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!).slice(0, 5);
    expect(await getStrategy(`topk:${name}`).select(pool, 5, createRandom(1))).toEqual({
      indices: best.map((position) => 100 + position),
      scores: best.map((position) => scores[position]),
    });
  });

  it("hand the options on by name", async () => {
    const one = await getStrategy("topk:knndistance", { neighbours: 1 }).select(pool, 5, createRandom(1));
    const { scores } = await getStrategy("topk:knndistance", { neighbours: 20 }).select(pool, 5, createRandom(1));
    expect(scores[0]).toBeGreaterThan(one.scores[0]!);
    expect(() => getStrategy("power:mahalanobis", { shrinkage: 2 })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });

  it("power samples in proportion to the score, softmax to its exponential, soft-rank to the inverse rank", async () => {
    await expectFirstPicks(power(firstFeature), scored, [1, 2, 3, 4]);
    await expectFirstPicks(
      softmax(firstFeature),
      scored,
      [1, 2, 3, 4].map((score) => Math.exp(score)),
    );
    await expectFirstPicks(softRank(firstFeature), scored, [1 / 4, 1 / 3, 1 / 2, 1]);
  });

  it("power keeps the order of negative scores, as relative Mahalanobis distances can be", async () => {
    await expectFirstPicks(power(firstFeature), featurePool([[-3], [-2], [-1]], [[0]]), [0, 1, 2]);
  });

  it.each([topK, power, softmax, softRank])("pick at random, with scores of 0, while nothing is labelled", async (make) => {
    const cold = featurePool([[1], [2], [3], [4]]);
    const untouched: FeatureHeuristic = {
      ...firstFeature,
      scoreFeatures: () => Promise.reject(new Error("there is nothing to compare with")),
    };
    await expectFirstPicks(make(untouched), cold, [1, 1, 1, 1]);
    const none = { ...cold, labelled: { indices: [], targets: [] } };
    expect((await make(untouched).select(none, 4, createRandom(2))).scores).toEqual([0, 0, 0, 0]);
  });

  it("give a heuristic the labelled items only if it needs them", async () => {
    let seen: ScoreContext | undefined;
    const own: FeatureHeuristic = {
      name: "own",
      needs: ["features"],
      scoreFeatures: async ({ indices }, context) => {
        seen = context;
        return Float64Array.from(indices);
      },
    };
    const bare = { ...scored, labelled: { indices: [7], targets: [0] } };
    expect((await topK(own).select(bare, 2, createRandom(1))).indices).toEqual([103, 102]);
    expect(seen).toEqual({});
  });

  it("cannot pick from ready-made scores, and say so by their type", () => {
    expect(isScoreStrategy(topK(firstFeature))).toBe(false);
  });

  it.each([
    ["pool features are missing", { ...pool, features: undefined }, "E_ARGUMENT", /needs features/],
    [
      "labelled features are missing",
      { ...pool, labelled: { indices: [7], targets: [0] } },
      "E_ARGUMENT",
      /features of the labelled/,
    ],
    [
      "labelled features are those of other items",
      { ...pool, labelled: { ...pool.labelled, indices: pool.labelled.indices.toReversed() } },
      "E_ARGUMENT",
      /other items than the labelled/,
    ],
    [
      "widths differ",
      { ...pool, labelled: { indices: [7], targets: [0], features: features([1, 2], new Float32Array(2), [7]) } },
      "E_SHAPE",
      /3 numbers, those of the labelled items 2/,
    ],
  ])("say so when %s", async (_what, given, code, message) => {
    const { features: vectors, ...rest } = given;
    const asked = { ...rest, ...(vectors ? { features: vectors } : {}) };
    await expect(getStrategy("topk:mahalanobis").select(asked, 2, createRandom(1))).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  it.each([
    ["NaN", Float64Array.of(1, Number.NaN, 1, 1), "E_NOT_FINITE", /item 101 has the score NaN/],
    ["too few", Float64Array.of(1), "E_SHAPE", /1 scores for 4 items/],
  ])("refuse a heuristic's scores that are %s", async (_what, scores, code, message) => {
    const broken: FeatureHeuristic = { ...firstFeature, scoreFeatures: async () => scores };
    await expect(topK(broken).select(scored, 2, createRandom(1))).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

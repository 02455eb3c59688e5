import { describe, expect, it } from "vitest";
import { predictions } from "../../src/core/predictions.js";
import { createRandom, itemKey, itemUniform } from "../../src/core/random.js";
import { margin } from "../../src/heuristics/confidence.js";
import { type ColdnessOptions, power } from "../../src/strategies/ranked.js";
import { chiSquare } from "../chi-square.js";

const DRAWS = 20_000;

/** How often each position comes first, out of `DRAWS`. */
function firstPicks(scores: readonly number[], options?: ColdnessOptions): number[] {
  const strategy = power(margin(), options);
  const random = createRandom(21);
  const counts = scores.map(() => 0);
  const indices = scores.map((_, i) => i);
  for (let draw = 0; draw < DRAWS; draw++) counts[strategy.selectFromScores(indices, scores, 1, random).indices[0]!]!++;
  return counts;
}

function expectDistribution(counts: readonly number[], weights: readonly number[]): void {
  const total = weights.reduce((a, b) => a + b);
  const { statistic, limit } = chiSquare(
    counts,
    weights.map((weight) => (counts.reduce((a, b) => a + b) * weight) / total),
  );
  expect(statistic).toBeLessThan(limit);
}

describe("power", () => {
  it.each([
    [1, 9],
    [3, 40],
    [0, 1],
  ])("passes nobody over that its noise brings to the top: beta %d, %i picks of many", (beta, picks) => {
    const [seed, items] = [77, 20_000];
    const source = createRandom(5);
    // A few zeros, and a few that stand out.
    const scores = Array.from({ length: items }, (_, i) => (i % 50 === 0 ? 0 : source.uniform() ** (i % 7)));
    const indices = scores.map((_, i) => 3 * i + 1);
    const key = itemKey(createRandom(seed));
    const keys = indices.map((index, i) => {
      const weight = beta === 0 ? 0 : beta * Math.log(scores[i]!);
      return weight - Math.log(-Math.log(itemUniform(key, index)));
    });
    const order = keys.map((_, i) => i).sort((a, b) => keys[b]! - keys[a]!);
    const picked = power(margin(), { beta }).selectFromScores(indices, scores, picks, createRandom(seed));
    expect(picked.indices).toEqual(order.slice(0, picks).map((i) => indices[i]));
  });

  it("picks in proportion to score^beta", () => {
    expectDistribution(firstPicks([1, 2, 3, 4]), [1, 2, 3, 4]);
    expectDistribution(firstPicks([1, 2, 3, 4], { beta: 2 }), [1, 4, 9, 16]);
  });

  it("picks uniformly with beta 0, items of score 0 included", () => {
    expectDistribution(firstPicks([0, 2, 3, 4], { beta: 0 }), [1, 1, 1, 1]);
  });

  it("picks uniformly when all scores are 0", () => {
    expectDistribution(firstPicks([0, 0, 0, 0]), [1, 1, 1, 1]);
  });

  it("draws whole batches as one would one by one without replacement", () => {
    const scores = [1, 2, 5];
    const random = createRandom(4);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < DRAWS; draw++) {
      const order = power(margin()).selectFromScores([0, 1, 2], scores, 2, random).indices.join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const pairs = [
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 2],
      [2, 0],
      [2, 1],
    ] as const;
    expectDistribution(
      pairs.map((pair) => counts.get(pair.join()) ?? 0),
      pairs.map(([first, second]) => (scores[first]! / 8) * (scores[second]! / (8 - scores[first]!))),
    );
  });

  it("leaves items of score 0 to the end", () => {
    const scores = [0, 1e-300, 0, 5];
    for (let seed = 0; seed < 50; seed++) {
      const { indices } = power(margin()).selectFromScores([0, 1, 2, 3], scores, 2, createRandom(seed));
      expect(indices.toSorted()).toEqual([1, 3]);
    }
  });

  it("over margin prefers the uncertain items", () => {
    const probabilities = predictions("probabilities", [2, 2, 1], Float32Array.from([0.99, 0.01, 0.55, 0.45]), [70, 71]);
    const strategy = power(margin());
    const random = createRandom(2);
    let uncertain = 0;
    for (let draw = 0; draw < 1000; draw++) {
      if (strategy.select({ indices: [70, 71], predictions: probabilities }, 1, random).indices[0] === 71) uncertain++;
    }
    expect(uncertain).toBeGreaterThan(950); // 0.9 against 0.02
  });

  it("keeps the order of a heuristic whose scores are negative", () => {
    expectDistribution(firstPicks([-4, -3, -2, -1]), [0, 1, 2, 3]);
  });

  it.each([-1, Number.NaN, Infinity])("refuses beta %s", (beta) => {
    expect(() => power(margin(), { beta })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});

import { describe, expect, it } from "vitest";
import { features } from "../../src/core/features.js";
import { predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import { type BadgeOptions, badge } from "../../src/strategies/badge.js";
import type { CandidatePool } from "../../src/strategies/strategy.js";
import { chiSquare } from "../chi-square.js";

/** Items of two classes with one feature: the embedding of [p, 1 - p] with p < 0.5 and h is `h p [1, -1]`. */
function pool(probabilities: readonly number[], values: readonly number[], indices = values.map((_, i) => i)): CandidatePool {
  const data = Float32Array.from(probabilities.flatMap((p) => [p, 1 - p]));
  return {
    indices,
    predictions: predictions("probabilities", [indices.length, 2, 1], data, indices),
    features: features([indices.length, 1], Float32Array.from(values), indices),
  };
}

const random = createRandom(11);
const select = async (candidates: CandidatePool, count: number, options?: BadgeOptions) =>
  badge(options).select(candidates, count, random);

async function countsOf(pick: () => Promise<number>, items: number, draws = 5000): Promise<number[]> {
  const counts = Array<number>(items).fill(0);
  for (let draw = 0; draw < draws; draw++) counts[await pick()]!++;
  return counts;
}

function expectDistribution(counts: readonly number[], weights: readonly number[]): void {
  const [total, sum] = [counts, weights].map((values) => values.reduce((a, b) => a + b)) as [number, number];
  const expected = weights.map((weight) => (weight / sum) * total);
  const { statistic, limit } = chiSquare(counts, expected);
  expect(statistic).toBeLessThan(limit);
  for (const [i, weight] of weights.entries()) if (weight === 0) expect(counts[i]).toBe(0);
}

describe("badge", () => {
  // Embeddings at 1/4 of these values along one line.
  const values = [8, -1, 0, 3, 5, 8];
  const line = pool(
    values.map(() => 0.25),
    values,
  );

  it("starts with the longest embedding, fairly where several are", async () => {
    expectDistribution(await countsOf(async () => (await select(line, 1)).indices[0]!, 6), [1, 0, 0, 0, 0, 1]);
  });

  it("starts anywhere where that is asked for", async () => {
    const first = async () => (await select(line, 1, { first: "uniform" })).indices[0]!;
    expectDistribution(await countsOf(first, 6), [1, 1, 1, 1, 1, 1]);
  });

  it("draws the second pick in proportion to its squared distance to the first", async () => {
    const second = async () => (await select(line, 2)).indices[1]!;
    // From 8; its duplicate is never drawn, whichever of the two came first.
    expectDistribution(await countsOf(second, 6), [0, 81, 64, 25, 9, 0]);
  });

  it("draws the third in proportion to its squared distance to the nearer of the two, the origin being none", async () => {
    const counts = Array<number>(6).fill(0);
    for (let draw = 0; draw < 12_000; draw++) {
      const { indices } = await select(line, 3);
      if (indices[1] === 1) counts[indices[2]!]!++;
    }
    // From 8 and -1: 0 is 1 from -1, 3 is 4 from it, 5 is 3 from 8.
    expectDistribution(counts, [0, 0, 1, 16, 9, 0]);
  });

  it("scores with the squared distance to what was picked before, and the squared norm of the first", async () => {
    // |u|^2 = 2 / 16
    const { indices, scores } = await select(line, 6);
    expect(scores[0]).toBeCloseTo(64 / 8, 10);
    for (let pick = 1; pick < 6; pick++) {
      const distances = indices.slice(0, pick).map((before) => (values[indices[pick]!]! - values[before]!) ** 2);
      expect(scores[pick]).toBeCloseTo(Math.min(...distances) / 8, 10);
    }
    expect(scores[5]).toBe(0); // the duplicate comes last
  });

  it("prefers items that the model is unsure of", async () => {
    const { indices } = await select(pool([0.01, 0.4, 0.02, 0.05], [1, 1, 1, 1], [30, 31, 32, 33]), 1);
    expect(indices).toEqual([31]);
  });

  it("takes the mean of the draws", async () => {
    // Sure of either class in each draw: on average unsure.
    const data = Float32Array.from([1, 0, 0, 1, 0.9, 0.9, 0.1, 0.1]);
    const candidates = {
      indices: [0, 1],
      predictions: predictions("probabilities", [2, 2, 2], data),
      features: features([2, 1], Float32Array.of(1, 1)),
    };
    const { indices, scores } = await select(candidates, 1);
    expect(indices).toEqual([0]);
    expect(scores[0]).toBeCloseTo(0.5, 10);
  });

  it("picks one of each content before any twice, and the rest fairly", async () => {
    const contents = Array.from({ length: 30 }, (_, i) => i % 5);
    const candidates = pool(
      contents.map((content) => 0.1 + 0.05 * content),
      contents.map((content) => 1 + content),
    );
    const sixth = async () => {
      const { indices, scores } = await select(candidates, 6);
      expect(new Set(indices.slice(0, 5).map((index) => index % 5)).size).toBe(5);
      expect(scores[5]).toBe(0);
      return indices[5]!;
    };
    expectDistribution(await countsOf(sixth, 30, 3000), Array(30).fill(1));
  });

  it("picks at random where the model is certain of everything", async () => {
    const certain = pool([0, 0, 0, 0], [1, 2, 3, 4]);
    expect(new Set((await select(certain, 4)).indices).size).toBe(4);
    expectDistribution(await countsOf(async () => (await select(certain, 1)).indices[0]!, 4), [1, 1, 1, 1]);
    expectDistribution(await countsOf(async () => (await select(certain, 3)).indices[2]!, 4), [1, 1, 1, 1]);
  });

  it("refuses dense predictions and an unknown first pick", async () => {
    const dense = { ...line, predictions: predictions("logits", [6, 2, 2, 1], new Float32Array(24)) };
    await expect(select(dense, 2)).rejects.toThrow(expect.objectContaining({ code: "E_SHAPE" }));
    expect(() => badge({ first: "last" as "uniform" })).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining("largest-norm, uniform") }),
    );
  });

  it("reports each pick, and stops when told to", async () => {
    const done: unknown[] = [];
    await select(line, 3, { onProgress: (event) => done.push(event) });
    expect(done).toEqual([1, 2, 3].map((picks) => ({ type: "select", done: picks, total: 3 })));
    await expect(select(line, 3, { signal: AbortSignal.abort() })).rejects.toThrow(
      expect.objectContaining({ code: "E_ABORTED", message: expect.stringContaining("1 of 3") }),
    );
  });
});

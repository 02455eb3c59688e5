import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { bald } from "../../src/heuristics/bald.js";
import { randomScores } from "../../src/heuristics/precomputed.js";
import { topK } from "../../src/strategies/ranked.js";
import { chiSquare } from "../chi-square.js";

describe("topK", () => {
  it("picks the highest scores, best first, by dataset index", () => {
    const { indices, scores } = topK(bald()).selectFromScores([50, 51, 52, 53], [0.1, 0.4, 0.2, 0.3], 3, createRandom(0));
    expect(indices).toEqual([51, 53, 52]);
    expect(scores).toEqual([0.4, 0.3, 0.2]);
  });

  it("orders negative scores and zeros of either sign", () => {
    const { indices } = topK(bald()).selectFromScores([1, 2, 3], [-3, -1, -2], 3, createRandom(0));
    expect(indices).toEqual([2, 3, 1]);
    const firsts = new Set(
      Array.from({ length: 50 }, (_, seed) => topK(bald()).selectFromScores([1, 2], [-0, 0], 1, createRandom(seed)).indices[0]),
    );
    expect(firsts).toEqual(new Set([1, 2]));
  });

  it("over random scores needs no predictions, and is fixed by the seed of the scores", () => {
    const select = (seed: number) => topK(randomScores({ seed: 3 })).select({ indices: [5, 6, 7, 8] }, 2, createRandom(seed));
    expect(select(1)).toEqual(select(2));
    expect(select(1).indices).toHaveLength(2);
  });

  it("breaks ties evenly over seeds", () => {
    const counts = [0, 0, 0, 0];
    for (let seed = 0; seed < 4000; seed++) {
      const [first = 0] = topK(bald()).selectFromScores([0, 1, 2, 3, 4], [7, 7, 7, 7, 1], 1, createRandom(seed)).indices;
      counts[first]!++;
    }
    const { statistic, limit } = chiSquare(counts, [1000, 1000, 1000, 1000]);
    expect(statistic).toBeLessThan(limit);
  });
});

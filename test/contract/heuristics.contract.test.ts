import { describe, expect, it } from "vitest";
import { getHeuristic, heuristicNames } from "../../src/heuristics/registry.js";
import { scoreChunks } from "../../src/heuristics/score-chunks.js";
import { type Predictions, predictions } from "../../src/predictions.js";
import { createRandom } from "../../src/random.js";

const CLASSES = 5;
const DRAWS = 7;

/** Random logits for the given dataset indices; an item's logits depend on its index only. */
function predicted(indices: readonly number[]): Predictions {
  const data = indices.flatMap((index) => {
    const random = createRandom(index + 1);
    return Array.from({ length: CLASSES * DRAWS }, () => 3 * random.normal());
  });
  return predictions("logits", [indices.length, CLASSES, DRAWS], Float32Array.from(data), indices);
}

const INDICES = Array.from({ length: 40 }, (_, i) => 3 * i + 2);

describe.each(heuristicNames)("heuristic %s", (name) => {
  const heuristic = getHeuristic(name);

  it("gives one finite score per item within its bounds", () => {
    const scores = heuristic.score(predicted(INDICES));
    expect(scores).toHaveLength(INDICES.length);
    for (const score of scores) {
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(heuristic.upperBound(CLASSES));
    }
    expect(new Set(scores).size).toBeGreaterThan(INDICES.length / 2);
  });

  it("gives the same scores again, and made anew", () => {
    const scores = heuristic.score(predicted(INDICES));
    expect(heuristic.score(predicted(INDICES))).toEqual(scores);
    expect(getHeuristic(name).score(predicted(INDICES))).toEqual(scores);
  });

  it("scores each item by itself: order and chunks do not matter", async () => {
    const byIndex = new Map(INDICES.map((index, i) => [index, heuristic.score(predicted(INDICES))[i]]));
    const order = createRandom(9).shuffled(INDICES);
    const { indices, scores } = await scoreChunks(heuristic, [predicted(order.slice(0, 13)), predicted(order.slice(13))]);
    expect(indices).toEqual(order);
    indices.forEach((index, i) => {
      expect(scores[i]).toBe(byIndex.get(index));
    });
  });

  it("scores an empty pool as nothing", () => {
    expect(heuristic.score(predicted([]))).toEqual(new Float64Array(0));
  });

  it("leaves its input as it is", () => {
    const input = predicted(INDICES);
    const copy = structuredClone(input);
    heuristic.score(input);
    expect(input).toEqual(copy);
  });
});

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
  return predictions("logits", [indices.length, CLASSES, DRAWS], Float32Array.from(data), indices, { isConsistent: true });
}

const CONTEXT = { target: predicted([1000, 1001, 1002]) };
const INDICES = Array.from({ length: 40 }, (_, i) => 3 * i + 2);

describe.each(heuristicNames)("heuristic %s", (name) => {
  const heuristic = getHeuristic(name);

  it("gives one finite score per item within its bounds", () => {
    const scores = heuristic.score(predicted(INDICES), CONTEXT);
    expect(scores).toHaveLength(INDICES.length);
    for (const score of scores) {
      expect(score).toBeGreaterThanOrEqual(name === "energy" ? Number.NEGATIVE_INFINITY : 0);
      expect(score).toBeLessThanOrEqual(heuristic.upperBound(CLASSES));
    }
    expect(new Set(scores).size).toBeGreaterThan(name === "voteentropy" ? 4 : INDICES.length / 2); // votes have few values
  });

  it("gives the same scores again, and made anew", () => {
    const scores = heuristic.score(predicted(INDICES), CONTEXT);
    expect(heuristic.score(predicted(INDICES), CONTEXT)).toEqual(scores);
    expect(getHeuristic(name).score(predicted(INDICES), CONTEXT)).toEqual(scores);
  });

  it("scores each item by itself: order and chunks do not matter", async () => {
    const byIndex = new Map(INDICES.map((index, i) => [index, heuristic.score(predicted(INDICES), CONTEXT)[i]]));
    const order = createRandom(9).shuffled(INDICES);
    const { indices, scores } = await scoreChunks(
      heuristic,
      [predicted(order.slice(0, 13)), predicted(order.slice(13))],
      CONTEXT,
    );
    expect(indices).toEqual(order);
    indices.forEach((index, i) => {
      expect(scores[i]).toBe(byIndex.get(index));
    });
  });

  it("scores an empty pool as nothing", () => {
    expect(heuristic.score(predicted([]), CONTEXT)).toEqual(new Float64Array(0));
  });

  it("leaves its input as it is", () => {
    const input = predicted(INDICES);
    const copy = structuredClone(input);
    heuristic.score(input, CONTEXT);
    expect(input).toEqual(copy);
  });
});

import { expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { random } from "../../src/strategies/ranked.js";
import { chiSquare } from "../chi-square.js";

it("picks every pair of items equally often", () => {
  const source = createRandom(1);
  const counts = new Map<string, number>();
  for (let draw = 0; draw < 12_000; draw++) {
    const pair = random()
      .select({ indices: [4, 5, 6, 7] }, 2, source)
      .indices.join();
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  expect(counts.size).toBe(12);
  const { statistic, limit } = chiSquare([...counts.values()], new Array<number>(12).fill(1000));
  expect(statistic).toBeLessThan(limit);
});

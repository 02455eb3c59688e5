import { describe, expect, it } from "vitest";
import { createRandom, itemKey, itemUniform } from "../../src/core/random.js";
import { chiSquare } from "../chi-square.js";

const BINS = 50;
const key = itemKey(createRandom(1));
const other = itemKey(createRandom(2));

function bin(value: number, bins: number): number {
  return Math.min(bins - 1, Math.floor(value * bins));
}

describe("itemUniform", () => {
  it("is uniform over consecutive dataset indices", () => {
    const counts = new Array<number>(BINS).fill(0);
    for (let index = 0; index < 50_000; index++) counts[bin(itemUniform(key, index), BINS)]!++;
    const { statistic, limit } = chiSquare(counts, new Array<number>(BINS).fill(1000));
    expect(statistic).toBeLessThan(limit);
  });

  it.each([
    ["neighbours", (index: number) => [itemUniform(key, index), itemUniform(key, index + 1)]],
    ["two keys", (index: number) => [itemUniform(key, index), itemUniform(other, index)]],
    ["indices beyond 32 bits", (index: number) => [itemUniform(key, index), itemUniform(key, index + 2 ** 32)]],
  ] as const)("is independent between %s", (_what, pair) => {
    const counts = new Array<number>(100).fill(0);
    for (let index = 0; index < 50_000; index++) {
      const [a = 0, b = 0] = pair(index);
      counts[10 * bin(a, 10) + bin(b, 10)]!++;
    }
    const { statistic, limit } = chiSquare(counts, new Array<number>(100).fill(500));
    expect(statistic).toBeLessThan(limit);
  });
});

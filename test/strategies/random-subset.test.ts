import { describe, expect, it } from "vitest";
import { predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import { entropy } from "../../src/heuristics/confidence.js";
import { randomSubset } from "../../src/strategies/random-subset.js";
import { topK } from "../../src/strategies/ranked.js";
import { getStrategy } from "../../src/strategies/registry.js";
import type { CandidatePool } from "../../src/strategies/strategy.js";

const INDICES = Array.from({ length: 30 }, (_, i) => 5 * i + 1);

/** The higher the index, the more uncertain the item. */
function poolOf(indices: readonly number[]): CandidatePool {
  const data = Float32Array.from(indices.flatMap((index) => [0, (200 - index) / 10]));
  return { indices, predictions: predictions("logits", [indices.length, 2, 1], data, indices) };
}

describe("randomSubset", () => {
  const strategy = randomSubset(topK(entropy()), { size: 10 });

  it("preselects so many items, in whatever order the indices come, and others next time", () => {
    const chosen = strategy.preselect!(INDICES, createRandom(3));
    expect(new Set(chosen).size).toBe(10);
    expect(INDICES).toEqual(expect.arrayContaining([...chosen]));
    expect(strategy.preselect!(createRandom(9).shuffled(INDICES), createRandom(3))).toEqual(chosen);
    expect(strategy.preselect!(INDICES, createRandom(4))).not.toEqual(chosen);
  });

  it("picks the best of a subset that it takes itself, with that subset's predictions", async () => {
    const { indices } = await strategy.select(poolOf(INDICES), 3, createRandom(3));
    const subset = strategy.preselect!(INDICES, createRandom(3)).toSorted((a, b) => b - a);
    expect(indices).toEqual(subset.slice(0, 3));
  });

  it("leaves a pool alone that is small enough, and keeps as many as are to be picked", async () => {
    const small = INDICES.slice(0, 8);
    const { indices } = await strategy.select(poolOf(small), 2, createRandom(3));
    expect(indices).toEqual([small[7], small[6]]);
    expect((await strategy.select(poolOf(INDICES), 20, createRandom(3))).indices).toHaveLength(20);
    expect(strategy.preselect!(INDICES, createRandom(3), 20)).toHaveLength(20);
    expect(strategy.preselect!(INDICES, createRandom(3), 4)).toHaveLength(10);
  });

  it.each([0, 1.5, Number.NaN])("refuses the size %s", (size) => {
    expect(() => randomSubset(topK(entropy()), { size })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});

it("is known by name, around any strategy", () => {
  const strategy = getStrategy("subset:500:Power:BALD");
  expect(strategy.name).toBe("subset:500:power:bald");
  expect(getStrategy(strategy.name).name).toBe(strategy.name);
  expect(
    strategy.preselect!(
      Array.from({ length: 2000 }, (_, i) => i),
      createRandom(1),
      10,
    ),
  ).toHaveLength(500);
  for (const name of ["subset:0:random", "subset:10:best", "subset:random"]) {
    expect(() => getStrategy(name)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  }
});

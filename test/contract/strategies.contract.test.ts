import { describe, expect, it } from "vitest";
import { predictions } from "../../src/predictions.js";
import { createRandom } from "../../src/random.js";
import { getStrategy, strategyNames } from "../../src/strategies/registry.js";
import { type CandidatePool, isScoreStrategy } from "../../src/strategies/strategy.js";

const CLASSES = 4;
const DRAWS = 5;
const INDICES = Array.from({ length: 60 }, (_, i) => 7 * i + 3);

/** A pool whose items' logits depend on `contentOf(index)` only, so that items can be made alike. */
function poolOf(indices: readonly number[], contentOf: (index: number) => number = (index) => index): CandidatePool {
  const data = indices.flatMap((index) => {
    const random = createRandom(contentOf(index) + 1);
    return Array.from({ length: CLASSES * DRAWS }, () => 2 * random.normal());
  });
  return { indices, predictions: predictions("logits", [indices.length, CLASSES, DRAWS], Float32Array.from(data), indices) };
}

describe.each(strategyNames)("strategy %s", (name) => {
  const strategy = getStrategy(name);
  const pick = (pool: CandidatePool, count: number, seed = 5) => strategy.select(pool, count, createRandom(seed));

  it("carries its name", () => {
    expect(strategy.name).toBe(name);
  });

  it.each([1, 2, 7, 59, 60])(
    "picks exactly %i different items of the pool, by dataset index, with a finite score each",
    (count) => {
      const { indices, scores } = pick(poolOf(INDICES), count);
      expect(indices).toHaveLength(count);
      expect(new Set(indices).size).toBe(count);
      for (const index of indices) expect(INDICES).toContain(index);
      expect(scores).toHaveLength(count);
      expect(scores.every(Number.isFinite)).toBe(true);
    },
  );

  it("picks the same with the same seed", () => {
    expect(pick(poolOf(INDICES), 9)).toEqual(pick(poolOf(INDICES), 9));
  });

  it("goes on with the generator: a second call has other randomness", () => {
    const random = createRandom(5);
    const before = random.state();
    strategy.select(poolOf(INDICES), 9, random);
    expect(random.state()).not.toEqual(before);
  });

  it("does not look at the pool's order", () => {
    const shuffled = createRandom(8).shuffled(INDICES);
    expect(pick(poolOf(shuffled), 9)).toEqual(pick(poolOf(INDICES), 9));
  });

  it("tells duplicate items apart by their dataset index, in any order of the pool", () => {
    const alike = (index: number) => index % 2;
    const shuffled = createRandom(8).shuffled(INDICES);
    const { indices } = pick(poolOf(INDICES, alike), 20);
    expect(new Set(indices).size).toBe(20);
    expect(pick(poolOf(shuffled, alike), 20).indices).toEqual(indices);
  });

  it("does not prefer low dataset indices where all items are alike", () => {
    const first = Array.from(
      { length: 200 },
      (_, seed) =>
        pick(
          poolOf(INDICES, () => 0),
          1,
          seed,
        ).indices[0]!,
    );
    expect(new Set(first).size).toBeGreaterThan(40);
  });

  it("picks nothing when 0 are asked for", () => {
    expect(pick(poolOf(INDICES), 0)).toEqual({ indices: [], scores: [] });
  });

  it("picks the whole pool when more are asked for", () => {
    const { indices } = pick(poolOf(INDICES), 61);
    expect(indices.toSorted((a, b) => a - b)).toEqual(INDICES);
  });

  it("picks from a pool of one", () => {
    expect(pick(poolOf([17]), 3).indices).toEqual([17]);
  });

  it.each([0, 1])("refuses an empty pool (%i asked for)", (count) => {
    expect(() => pick(poolOf([]), count)).toThrow(expect.objectContaining({ code: "E_POOL_EMPTY" }));
  });

  it.each([-1, 1.5, Number.NaN, Infinity])("refuses to pick %s items", (count) => {
    expect(() => pick(poolOf(INDICES), count)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });

  it("refuses a pool that lists an item twice", () => {
    expect(() => pick(poolOf([4, 5, 4]), 3)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });

  it("leaves its input as it is", () => {
    const pool = poolOf(INDICES);
    const copy = structuredClone(pool);
    pick(pool, 9);
    expect(pool).toEqual(copy);
  });

  it("needs predictions exactly when it says so", () => {
    const bare = { indices: INDICES };
    if (strategy.needs.length === 0) expect(pick(bare, 9)).toEqual(pick(poolOf(INDICES), 9));
    else
      expect(() => pick(bare, 9)).toThrow(
        expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining(name) }),
      );
  });

  if (!isScoreStrategy(strategy)) return;

  it("picks the same from ready-made scores", () => {
    const pool = poolOf(INDICES);
    const scores = strategy.heuristic.score(pool.predictions!);
    expect(strategy.selectFromScores(INDICES, scores, 9, createRandom(5))).toEqual(pick(pool, 9));
    const { indices, scores: picked } = pick(pool, 9);
    expect(picked).toEqual(indices.map((index) => scores[INDICES.indexOf(index)]));
  });

  it("refuses predictions of other items", () => {
    const pool = { indices: INDICES.map((_, position) => position), predictions: poolOf(INDICES).predictions! };
    expect(() => pick(pool, 9)).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining("other items") }),
    );
  });

  it("refuses scores that are not finite, naming the item, and too few of them", () => {
    const scores = INDICES.map((_, i) => (i === 4 ? Number.NaN : 1));
    expect(() => strategy.selectFromScores(INDICES, scores, 9, createRandom(5))).toThrow(
      expect.objectContaining({ code: "E_NOT_FINITE", message: expect.stringContaining(`item ${INDICES[4]} `) }),
    );
    expect(() => strategy.selectFromScores(INDICES, [1, 2], 1, createRandom(5))).toThrow(
      expect.objectContaining({ code: "E_SHAPE" }),
    );
  });
});

import { describe, expect, it } from "vitest";
import { features } from "../../src/core/features.js";
import { predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import { bald } from "../../src/heuristics/bald.js";
import { combine } from "../../src/heuristics/combine.js";
import { energy, entropy } from "../../src/heuristics/confidence.js";
import type { Need } from "../../src/heuristics/heuristic.js";
import { randomSubset } from "../../src/strategies/random-subset.js";
import { power, topK } from "../../src/strategies/ranked.js";
import { getStrategy, strategyNames } from "../../src/strategies/registry.js";
import { type CandidatePool, isScoreStrategy, type Strategy } from "../../src/strategies/strategy.js";

const CLASSES = 4;
const DRAWS = 5;
const WIDTH = 6;
const INDICES = Array.from({ length: 60 }, (_, i) => 7 * i + 3);

const ROWS = new Map<string, readonly number[]>();

/** A row of numbers that depends on the content only, so that items can be made alike. */
function rowOf(content: number, width: number, purpose: number): readonly number[] {
  const key = `${content} ${purpose}`;
  const random = createRandom(10_000 * purpose + content);
  const row = ROWS.get(key) ?? Array.from({ length: width }, () => 2 * random.normal());
  ROWS.set(key, row);
  return row;
}

const rowsOf = (contents: readonly number[], width: number, purpose: number) =>
  Float32Array.from(contents.flatMap((content) => rowOf(content, width, purpose)));

const drawsOf = (indices: readonly number[], contents: readonly number[]) =>
  predictions("logits", [indices.length, CLASSES, DRAWS], rowsOf(contents, CLASSES * DRAWS, 0), indices, { isConsistent: true });
const featuresOf = (indices: readonly number[], contents: readonly number[]) =>
  features([indices.length, WIDTH], rowsOf(contents, WIDTH, 1), indices);

const LABELLED = [1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007];

/** A pool with everything that a strategy may need. */
function poolOf(indices: readonly number[], contentOf: (index: number) => number = (index) => index): CandidatePool {
  const contents = indices.map(contentOf);
  return {
    indices,
    predictions: drawsOf(indices, contents),
    features: featuresOf(indices, contents),
    labelled: {
      indices: LABELLED,
      targets: LABELLED.map((index) => index % CLASSES),
      features: featuresOf(LABELLED, LABELLED),
      predictions: drawsOf(LABELLED, LABELLED),
    },
    target: drawsOf([2000, 2001, 2002], [2000, 2001, 2002]),
  };
}

/** What a need takes away from a pool when it is not met. */
const WITHOUT: Readonly<Record<Need, (pool: CandidatePool) => CandidatePool>> = {
  probabilities: ({ predictions: _, ...pool }) => pool,
  draws: ({ predictions: _, ...pool }) => pool,
  consistentDraws: (pool) => ({ ...pool, predictions: { ...pool.predictions!, isConsistent: false } }),
  features: ({ features: _, ...pool }) => pool,
  target: ({ target: _, ...pool }) => pool,
  labelled: (pool) => pool,
};

/** Those that more than a name makes. */
const MADE: readonly Strategy[] = [
  randomSubset(power(entropy()), { size: 25 }),
  randomSubset(getStrategy("coreset"), { size: 25 }),
  topK(
    combine([
      { heuristic: bald(), weight: 2 },
      { heuristic: energy(), scale: 3 },
    ]),
  ),
];
const STRATEGIES = [...strategyNames.map((name) => getStrategy(name)), ...MADE].map((strategy) => ({
  name: strategy.name,
  strategy,
}));

describe.each(STRATEGIES)("strategy $name", ({ name, strategy }) => {
  const pick = async (pool: CandidatePool, count: number, seed = 5) => strategy.select(pool, count, createRandom(seed));
  const refused = (code: string, part = "") => expect.objectContaining({ code, message: expect.stringContaining(part) });

  it.each(strategyNames.filter((known) => known === name))("is made again by its name, %s, in capitals too", () => {
    expect(getStrategy(name).name).toBe(name);
    expect(getStrategy(name.toUpperCase()).name).toBe(name);
  });

  it.each([1, 2, 7, 59, 60])(
    "picks exactly %i different items of the pool, by dataset index, with a finite score each",
    async (count) => {
      const { indices, scores } = await pick(poolOf(INDICES), count);
      expect(indices).toHaveLength(count);
      expect(new Set(indices).size).toBe(count);
      for (const index of indices) expect(INDICES).toContain(index);
      expect(scores).toHaveLength(count);
      expect(scores.every(Number.isFinite)).toBe(true);
    },
  );

  it("picks the same with the same seed", async () => {
    expect(await pick(poolOf(INDICES), 9)).toEqual(await pick(poolOf(INDICES), 9));
  });

  it("goes on with the generator: a second call has other randomness", async () => {
    const random = createRandom(5);
    const before = random.state();
    await strategy.select(poolOf(INDICES), 9, random);
    expect(random.state()).not.toEqual(before);
  });

  it("does not look at the pool's order", async () => {
    const shuffled = createRandom(8).shuffled(INDICES);
    expect(await pick(poolOf(shuffled), 9)).toEqual(await pick(poolOf(INDICES), 9));
  });

  it("tells duplicate items apart by their dataset index, in any order of the pool", async () => {
    const alike = (index: number) => index % 2;
    const shuffled = createRandom(8).shuffled(INDICES);
    const { indices } = await pick(poolOf(INDICES, alike), 20);
    expect(new Set(indices).size).toBe(20);
    expect((await pick(poolOf(shuffled, alike), 20)).indices).toEqual(indices);
  });

  it("does not prefer low dataset indices where all items are alike", async () => {
    const pool = poolOf(INDICES, () => 0);
    const first = new Set<number>();
    for (let seed = 0; seed < 200; seed++) first.add((await pick(pool, 1, seed)).indices[0]!);
    expect(first.size).toBeGreaterThan(40);
  });

  it("picks nothing when 0 are asked for", async () => {
    expect(await pick(poolOf(INDICES), 0)).toEqual({ indices: [], scores: [] });
  });

  it("picks the whole pool when more are asked for", async () => {
    const { indices } = await pick(poolOf(INDICES), 61);
    expect(indices.toSorted((a, b) => a - b)).toEqual(INDICES);
  });

  it("picks from a pool of one", async () => {
    expect((await pick(poolOf([17]), 3)).indices).toEqual([17]);
  });

  it.each([0, 1])("refuses an empty pool (%i asked for)", async (count) => {
    await expect(pick(poolOf([]), count)).rejects.toThrow(refused("E_POOL_EMPTY"));
  });

  it.each([-1, 1.5, Number.NaN, Infinity])("refuses to pick %s items", async (count) => {
    await expect(pick(poolOf(INDICES), count)).rejects.toThrow(refused("E_ARGUMENT"));
  });

  it("refuses a pool that lists an item twice", async () => {
    await expect(pick(poolOf([4, 5, 4]), 3)).rejects.toThrow(refused("E_ARGUMENT"));
  });

  it("leaves its input as it is", async () => {
    const pool = poolOf(INDICES);
    const copy = structuredClone(pool);
    await pick(pool, 9);
    expect(pool).toEqual(copy);
  });

  it("looks at what it needs and at nothing else", async () => {
    const asked: Partial<Record<Need, true>> = Object.fromEntries(strategy.needs.map((need) => [need, true]));
    const { indices, predictions: draws, features: vectors, labelled, target } = poolOf(INDICES);
    const needed: CandidatePool = {
      indices,
      ...(asked.probabilities || asked.draws || asked.consistentDraws ? { predictions: draws! } : {}),
      ...(asked.features ? { features: vectors! } : {}),
      ...(asked.labelled ? { labelled: labelled! } : {}),
      ...(asked.target ? { target: target! } : {}),
    };
    expect(await pick(needed, 9)).toEqual(await pick(poolOf(INDICES), 9));
  });

  it.each(strategy.needs.filter((need) => need !== "labelled"))("says so when it lacks the %s that it needs", async (need) => {
    await expect(pick(WITHOUT[need](poolOf(INDICES)), 9)).rejects.toThrow(
      refused("E_ARGUMENT", name.replace(/^subset:\d+:/, "")),
    );
  });

  it("picks before anything is labelled: in any order of the pool, and whether labels are missing or none", async () => {
    const { labelled: _, ...pool } = poolOf(INDICES);
    const picked = await pick(pool, 9);
    expect(new Set(picked.indices).size).toBe(9);
    const { labelled: __, ...shuffled } = poolOf(createRandom(8).shuffled(INDICES));
    expect(await pick(shuffled, 9)).toEqual(picked);
    expect(await pick({ ...pool, labelled: { indices: [], targets: [] } }, 9)).toEqual(picked);
  });

  it("picks when one item is labelled", async () => {
    const { labelled: _, ...pool } = poolOf(INDICES);
    const one = { indices: [1000], targets: [2], features: featuresOf([1000], [1000]), predictions: drawsOf([1000], [1000]) };
    const { indices, scores } = await pick({ ...pool, labelled: one }, 9);
    expect(new Set(indices).size).toBe(9);
    expect(scores.every(Number.isFinite)).toBe(true);
  });

  it.each(["predictions", "features"] as const)(
    "refuses %s that are not finite, if it needs any, naming the item",
    async (what) => {
      const pool = poolOf(INDICES);
      const { data } = pool[what]!;
      data[Math.floor((data.length / INDICES.length) * 11.5)] = Number.NaN;
      const isNeeded = strategy.needs.some((need) => (need === "features") === (what === "features") && need !== "labelled");
      const picking = pick(pool, 60);
      if (isNeeded) await expect(picking).rejects.toThrow(refused("E_NOT_FINITE", `item ${INDICES[11]} `));
      else expect((await picking).indices).toHaveLength(60);
    },
  );

  it.each(["predictions", "features"] as const)("picks from %s alone, or says what to pass beside them", async (what) => {
    const { indices, predictions: draws, features: vectors } = poolOf(INDICES);
    const alone = { predictions: draws!, features: vectors! }[what];
    const picking = (async () => strategy.select(alone, 9, createRandom(5)))();
    const missing = strategy.needs.find(
      (need) => need !== "labelled" && need !== what && (need === "features") !== (what === "features"),
    );
    const target = strategy.needs.find((need) => need === "target");
    if (missing ?? target) {
      await expect(picking).rejects.toThrow(
        refused("E_ARGUMENT", `${what} came alone. Pass a pool, { indices: ${what}.indices, ${what} }, and give the pool its`),
      );
    } else expect(await picking).toEqual(await pick({ indices, [what]: alone }, 9));
    await expect((async () => strategy.select(drawsOf([], []), 1, createRandom(5)))()).rejects.toThrow(refused("E_POOL_EMPTY"));
  });

  it("refuses predictions and features of other items", async () => {
    const indices = INDICES.map((_, position) => position);
    const { predictions: draws, features: vectors } = poolOf(INDICES);
    if (strategy.needs.some((need) => need === "features")) {
      const pool = { ...poolOf(indices), features: vectors! };
      await expect(pick(pool, 9)).rejects.toThrow(refused("E_ARGUMENT", "other items"));
    }
    if (strategy.needs.some((need) => need !== "features" && need !== "labelled")) {
      const pool = { ...poolOf(indices), predictions: draws! };
      await expect(pick(pool, 9)).rejects.toThrow(refused("E_ARGUMENT", "other items"));
    }
  });

  if (!isScoreStrategy(strategy)) return;

  it("picks the same from ready-made scores", async () => {
    const pool = poolOf(INDICES);
    const scores = strategy.heuristic.score(pool.predictions!, pool);
    const picked = await pick(pool, 9);
    expect(strategy.selectFromScores(INDICES, scores, 9, createRandom(5))).toEqual(picked);
    expect(picked.scores).toEqual(picked.indices.map((index) => scores[INDICES.indexOf(index)]));
  });

  it("refuses scores that are not finite, naming the item, and too few of them", () => {
    const scores = INDICES.map((_, i) => (i === 4 ? Number.NaN : 1));
    expect(() => strategy.selectFromScores(INDICES, scores, 9, createRandom(5))).toThrow(
      refused("E_NOT_FINITE", `item ${INDICES[4]} `),
    );
    expect(() => strategy.selectFromScores(INDICES, [1, 2], 1, createRandom(5))).toThrow(refused("E_SHAPE"));
  });
});

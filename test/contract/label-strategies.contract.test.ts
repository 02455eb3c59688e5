import { describe, expect, it } from "vitest";
import { features } from "../../src/core/features.js";
import { predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import { getStrategy, strategyNames } from "../../src/strategies/registry.js";
import type { CandidatePool } from "../../src/strategies/strategy.js";

const [LABELS, DRAWS, WIDTH] = [3, 4, 5];
const INDICES = Array.from({ length: 40 }, (_, i) => 7 * i + 3);
const LABELLED = [1000, 1001, 1002, 1003, 1004, 1005];

const numbersOf = (content: number, width: number, purpose: number) =>
  Array.from({ length: width }, (_, i) => 2 * Math.sin(97 * content + 13 * purpose + 5 * i + content * i));
const flat = (contents: readonly number[], width: number, purpose: number) =>
  Float32Array.from(contents.flatMap((content) => numbersOf(content, width, purpose)));

/** Of labels that are each predicted by itself, with everything that a strategy may need. */
function poolOf(indices: readonly number[], contentOf: (index: number) => number = (index) => index): CandidatePool {
  const drawsOf = (items: readonly number[], contents: readonly number[]) =>
    predictions("sigmoidLogits", [items.length, LABELS, DRAWS], flat(contents, LABELS * DRAWS, 0), items, { isConsistent: true });
  const featuresOf = (items: readonly number[], contents: readonly number[]) =>
    features([items.length, WIDTH], flat(contents, WIDTH, 1), items);
  const contents = indices.map(contentOf);
  return {
    indices,
    predictions: drawsOf(indices, contents),
    features: featuresOf(indices, contents),
    labelled: {
      indices: LABELLED,
      targets: [],
      targetLists: LABELLED.map((index) => [index % 2, null, Number(index % 3 === 0)]),
      features: featuresOf(LABELLED, LABELLED),
      predictions: drawsOf(LABELLED, LABELLED),
    },
    target: drawsOf([2000, 2001], [2000, 2001]),
  };
}

const REFUSING = /mahalanobis/;
const picking = strategyNames.filter((name) => !REFUSING.test(name));

describe.each(picking)("strategy %s on several labels an item", (name) => {
  const pick = async (pool: CandidatePool, count: number, seed = 5) => getStrategy(name).select(pool, count, createRandom(seed));

  it.each([0, 1, 9, 40, 50])("picks %i different items, or the pool, with a finite score each", async (count) => {
    const { indices, scores } = await pick(poolOf(INDICES), count);
    expect(indices).toHaveLength(Math.min(count, INDICES.length));
    expect(new Set(indices).size).toBe(indices.length);
    for (const index of indices) expect(INDICES).toContain(index);
    expect(scores.every(Number.isFinite)).toBe(true);
    expect(scores).toHaveLength(indices.length);
  });

  it("picks the same with the same seed, whatever the pool's order, and of items that are alike", async () => {
    const shuffled = createRandom(8).shuffled(INDICES);
    expect(await pick(poolOf(shuffled), 9)).toEqual(await pick(poolOf(INDICES), 9));
    const alike = (index: number) => index % 2;
    const { indices } = await pick(poolOf(INDICES, alike), 20);
    expect(new Set(indices).size).toBe(20);
    expect((await pick(poolOf(shuffled, alike), 20)).indices).toEqual(indices);
  });

  it("leaves the pool as it is", async () => {
    const pool = poolOf(INDICES);
    const copy = structuredClone(pool);
    await pick(pool, 5);
    expect(pool).toEqual(copy);
  });
});

it.each(strategyNames.filter((name) => REFUSING.test(name)))(
  "strategy %s says that it is not for several labels an item",
  async (name) => {
    await expect((async () => getStrategy(name).select(poolOf(INDICES), 3, createRandom(1)))()).rejects.toMatchObject({
      code: "E_ARGUMENT",
      message: expect.stringMatching(/several labels|each predicted by itself/),
    });
  },
);

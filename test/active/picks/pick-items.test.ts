import { describe, expect, it } from "vitest";
import { pickItems } from "../../../src/active/picks/pick-items.js";
import type { Target } from "../../../src/core/dataset.js";
import { createDataset } from "../../../src/core/dataset-view.js";
import { features } from "../../../src/core/features.js";
import { createRandom } from "../../../src/core/random.js";
import { FeatureDataset } from "../../../src/data/features/feature-dataset.js";
import { strategyNames } from "../../../src/strategies/registry.js";

const WIDTH = 8;
const GROUPS = 3;
const PER_GROUP = 20;
const labels = ["red card", "late train", "refund"];

/** Unit vectors around three axes; item n is of group n % 3. */
function groups(targetOf: (n: number) => Target): FeatureDataset {
  const random = createRandom(7);
  const vectors = Array.from({ length: GROUPS * PER_GROUP }, (_, n) => {
    const row = Array.from({ length: WIDTH }, (_, d) => Number(d === n % GROUPS) + 0.15 * (random.uniform() - 0.5));
    const length = Math.hypot(...row);
    return row.map((value) => value / length);
  });
  const source = createDataset(vectors.length, (index) => ({ index, input: 0, target: targetOf(index) }));
  return new FeatureDataset(source, features([vectors.length, WIDTH], Float32Array.from(vectors.flat())));
}

const names = Array.from({ length: GROUPS }, (_, c) => Float32Array.from({ length: WIDTH }, (_, d) => Number(d === c)));
const unlabelled = groups(() => undefined);
const labelled = groups((n) => (n < 12 ? n % GROUPS : undefined));

describe("pickItems", () => {
  it("picks from each region while there is no label, and suggests nothing", async () => {
    const { picks, strategy, heldOut } = await pickItems(unlabelled, [], { count: GROUPS });
    expect(strategy.name).toBe("kmeans");
    expect(new Set(picks.map(({ index }) => index % GROUPS)).size).toBe(GROUPS);
    expect(picks.map(({ suggestions }) => suggestions)).toEqual([[], [], []]);
    expect(heldOut).toBeUndefined();
  });

  it("suggests by the names alone where these are known", async () => {
    const { picks } = await pickItems(unlabelled, labels, { count: 9, names });
    for (const { index, suggestions } of picks) expect(suggestions[0]?.label).toBe(labels[index % GROUPS]);
  });

  it("goes by the border between classes once there are labels, and says how well these predict each other", async () => {
    const { picks, strategy, heldOut, pool, labelled: count } = await pickItems(labelled, labels, { count: 2 });
    expect(strategy.name).toBe("topk:margin");
    expect([pool, count]).toEqual([48, 12]);
    expect(picks.every(({ index }) => index >= 12)).toBe(true);
    expect(picks[0]!.score).toBeGreaterThanOrEqual(picks[1]!.score);
    for (const { index, suggestions } of picks) {
      expect(suggestions[0]?.label).toBe(labels[index % GROUPS]);
      expect(suggestions[0]!.probability).toBeLessThan(1);
    }
    expect(heldOut).toMatchObject({ accuracy: 1, items: 12, isNearChance: false });
    expect(heldOut?.chance).toBeCloseTo(1 / 3);
  });

  it("sees labels that say nothing about the items", async () => {
    const random = createRandom(3);
    const noise = Array.from({ length: 40 }, () => Math.floor(2 * random.uniform()));
    const { heldOut } = await pickItems(
      groups((n) => noise[n]),
      ["a", "b"],
      { count: 1 },
    );
    expect(heldOut?.isNearChance).toBe(true);
  });

  it("keeps what is excluded out, and picks all of a small pool", async () => {
    const excluded = [12, 13, 14];
    const { picks, pool } = await pickItems(labelled, labels, { count: 100, excluded });
    expect(pool).toBe(45);
    const sorted = picks.map(({ index }) => index).sort((a, b) => a - b);
    expect(sorted).toEqual(Array.from({ length: 45 }, (_, n) => n + 15));
  });

  it("is the same for the same seed", async () => {
    const ask = async (seed: number) => (await pickItems(labelled, labels, { count: 10, seed })).picks;
    expect(await ask(1)).toEqual(await ask(1));
    expect(await ask(1)).not.toEqual(await ask(2));
  });

  it.each(strategyNames.filter((name) => !/^(power|softmax|softrank):/.test(name)))("meets the needs of %s", async (strategy) => {
    const { picks } = await pickItems(labelled, labels, { count: 3, strategy });
    expect(new Set(picks.map(({ index }) => index)).size).toBe(3);
    for (const { score } of picks) expect(Number.isFinite(score)).toBe(true);
  });

  it("suggests what is out of scope to be called so, by a rule that held-out labels give, and never picks what is known to be", async () => {
    // Of the third group some are known to belong to no class.
    const two = groups((n) => (n < 18 && n % GROUPS < 2 ? n % GROUPS : undefined));
    const outside = [2, 5, 8, 11, 14, 17];
    const outOfScope = { label: "neither", items: outside };
    const { picks, pool } = await pickItems(two, labels.slice(0, 2), { count: 42, outOfScope });
    expect(pool).toBe(42);
    for (const { index, suggestions } of picks) {
      expect(outside).not.toContain(index);
      expect(suggestions[0]?.label).toBe(index % GROUPS === 2 ? "neither" : labels[index % GROUPS]);
    }
  });

  it("picks for any number of labels an item, by heads of their own: what is surely none of them is left for last", async () => {
    // The first group has one label, the second both, the third none.
    const held = [
      [1, 0],
      [1, 1],
      [0, 0],
    ] as const;
    const several = groups((n) => (n < 12 ? held[n % GROUPS] : undefined));
    const options = { count: 48, task: "multi" } as const;
    const { picks, strategy, labelled: count, heldOut } = await pickItems(several, ["a", "b"], options);
    expect([strategy.name, count, heldOut]).toEqual(["topk:margin", 12, undefined]);
    for (const { index, suggestions } of picks) {
      const expected = ["a", "b"].filter((_, c) => held[index % GROUPS]![c] === 1);
      expect(suggestions.map(({ label }) => label).sort()).toEqual(expected);
    }
    for (const name of ["topk:bald", "rarelabels", "typiclust"])
      expect((await pickItems(several, ["a", "b"], { ...options, count: 2, strategy: name })).picks).toHaveLength(2);
    const few = await pickItems(
      groups((n) => (n < 3 ? held[n] : undefined)),
      ["a", "b"],
      { ...options, count: 2 },
    );
    expect(few.strategy.name).toBe("typiclust");
    expect(few.picks.every(({ suggestions }) => suggestions.length === 0)).toBe(true);
  });

  it("refuses what cannot be done, with a word", async () => {
    const refused = (work: Promise<unknown>) => expect(work).rejects;
    await refused(pickItems(unlabelled, [], { count: 1, strategy: "topk:bald" })).toMatchObject({
      code: "E_ARGUMENT",
      message: expect.stringContaining('begin with "kmeans"'),
    });
    await refused(pickItems(labelled, labels, { count: 1, strategy: "nonsense" })).toMatchObject({ code: "E_ARGUMENT" });
    await refused(
      pickItems(
        groups((n) => n % GROUPS),
        labels,
        { count: 1 },
      ),
    ).toMatchObject({ code: "E_POOL_EMPTY" });
  });
});

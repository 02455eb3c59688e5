import type * as fs from "node:fs/promises";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { ActiveLearningDataset } from "../../src/active/active-learning-dataset.js";
import { temporaryFolder } from "../temporary-folder.js";
import { items, labelledDataset, smallDataset } from "./small-dataset.js";

const disk = vi.hoisted(() => ({ fault: undefined as "write" | "rename" | undefined }));

/** The real file system, which writes a part of the file or fails to rename it when told to. */
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof fs>();
  return {
    ...real,
    async writeFile(...args: Parameters<typeof fs.writeFile>) {
      const [path, content, options] = args;
      if (disk.fault !== "write") return real.writeFile(path, content, options);
      await real.writeFile(path, String(content).slice(0, 10), options);
      throw new Error("disk full in write");
    },
    async rename(...args: Parameters<typeof fs.rename>) {
      if (disk.fault === "rename") throw new Error("disk full in rename");
      await real.rename(...args);
    },
  };
});

const refused = (code: string, message: RegExp) => expect.objectContaining({ code, message: expect.stringMatching(message) });

describe("labelling", () => {
  it("starts with everything in the pool", () => {
    const active = new ActiveLearningDataset(labelledDataset(4));
    expect([active.length, active.numLabelled, active.numUnlabelled]).toEqual([0, 0, 4]);
    expect(active.poolIndices).toEqual([0, 1, 2, 3]);
  });

  it("names items by dataset index, also after the pool has shrunk", () => {
    const active = new ActiveLearningDataset(labelledDataset(6));
    active.label([4, 1]);
    active.label([2]);
    expect(items(active)).toEqual([
      { index: 4, input: "item 4", target: 1 },
      { index: 1, input: "item 1", target: 1 },
      { index: 2, input: "item 2", target: 2 },
    ]);
    expect(items(active.pool)).toEqual([0, 3, 5].map((index) => ({ index, input: `item ${index}`, target: undefined })));
    expect(active.labelledIndices).toEqual([4, 1, 2]);
    expect([4, 1, 2, 0].map((index) => active.stepOf(index))).toEqual([0, 0, 1, undefined]);
    expect([4, 0].map((index) => active.isLabelled(index))).toEqual([true, false]);
  });

  it("keeps views as they were taken", () => {
    const active = new ActiveLearningDataset(labelledDataset(4));
    active.label([0]);
    const { pool, labelled } = active;
    active.label([2]);
    expect(items(pool).map(({ index }) => index)).toEqual([1, 2, 3]);
    expect(items(labelled).map(({ index }) => index)).toEqual([0]);
  });

  it("takes values from a person, over the data set's own", () => {
    const active = new ActiveLearningDataset(smallDataset([undefined, 1, 2, undefined]));
    active.label([0, 1, 2], [[1, null], 0, undefined]);
    expect(items(active).map(({ target }) => target)).toEqual([[1, null], 0, 2]);
    active.relabel(0, [0, 0]);
    expect(active.at(0).target).toEqual([0, 0]);
  });

  it("labels what is known already", () => {
    const active = new ActiveLearningDataset(smallDataset([undefined, 1, 2, undefined]));
    expect(active.labelKnown()).toEqual([1, 2]);
    expect(active.poolIndices).toEqual([0, 3]);
    expect(active.labelKnown()).toEqual([]);
    expect(active.numSteps).toBe(1);
  });

  it("puts items back and takes steps back", () => {
    const active = new ActiveLearningDataset(labelledDataset(6));
    active.label([0, 1], [2, 2]);
    active.label([2, 3]);
    active.unlabel([0, 2]);
    expect(active.labelledIndices).toEqual([1, 3]);
    expect(active.undo()).toEqual([3]);
    expect(active.undo()).toEqual([1]);
    expect(active.undo()).toEqual([]);
    expect(active.poolIndices).toEqual([0, 1, 2, 3, 4, 5]);
    active.label([0, 1]);
    expect(items(active).map(({ target }) => target)).toEqual([0, 1]);
  });

  const failures: readonly [string, (active: ActiveLearningDataset<string>) => unknown, string, RegExp][] = [
    ["labelling twice", (active) => active.label([2, 0]), "E_ARGUMENT", /Item 0 is labelled already/],
    ["an item named twice", (active) => active.label([2, 2]), "E_ARGUMENT", /twice/],
    ["an index out of range", (active) => active.label([2, 5]), "E_ARGUMENT", /5 is no dataset index; they run from 0 to 4/],
    ["an index that is no whole number", (active) => active.label([1.5]), "E_ARGUMENT", /1.5 is no dataset index/],
    ["values that do not match", (active) => active.label([2, 3], [1]), "E_ARGUMENT", /2 items came with 1 values/],
    ["an item without a label", (active) => active.label([2, 4]), "E_DATA", /Item 4 has no label in the data set/],
    ["a value that is not finite", (active) => active.label([2], [Number.NaN]), "E_ARGUMENT", /Item 2: a class index/],
    ["a value list that is not finite", (active) => active.label([2], [[Number.NaN]]), "E_ARGUMENT", /Item 2/],
    ["relabelling what is not labelled", (active) => active.relabel(2, 1), "E_ARGUMENT", /Item 2 is not labelled/],
    ["relabelling with a fraction", (active) => active.relabel(0, 0.5), "E_ARGUMENT", /Item 0: a class index/],
    ["unlabelling what is not labelled", (active) => active.unlabel([0, 2]), "E_ARGUMENT", /Item 2 is not labelled/],
    ["more than the pool has", (active) => active.labelRandomly(5), "E_POOL_EMPTY", /5 items .* the pool has 4 left/],
    ["a negative number", (active) => active.labelRandomly(-1), "E_ARGUMENT", /whole number from 0; -1 came/],
    ["a view of a labelled item", (active) => active.poolView([1, 0]), "E_ARGUMENT", /Item 0 is labelled/],
    ["a position out of range", (active) => active.at(1), "E_ARGUMENT", /Position 1/],
  ];
  it.each(failures)("refuses %s and changes nothing", (_, act, code, message) => {
    const active = new ActiveLearningDataset(smallDataset([0, 1, 2, 0, undefined]));
    active.label([0]);
    const before = active.stateDict();
    expect(() => act(active)).toThrow(refused(code, message));
    expect(active.stateDict()).toEqual(before);
    expect(active.labelledIndices).toEqual([0]);
  });
});

describe("labelRandomly", () => {
  it("draws the same items for the same seed and others for another", () => {
    const draw = (seed: number) => new ActiveLearningDataset(labelledDataset(100), { seed }).labelRandomly(10);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it("goes on after a restored state as it would have without", () => {
    const active = new ActiveLearningDataset(labelledDataset(100), { seed: 3 });
    active.labelRandomly(10);
    const state = JSON.parse(JSON.stringify(active.stateDict()));
    const restored = new ActiveLearningDataset(labelledDataset(100), { seed: 99 });
    restored.loadStateDict(state);
    for (let step = 0; step < 3; step++) expect(restored.labelRandomly(7)).toEqual(active.labelRandomly(7));
    expect(restored.stateDict()).toEqual(active.stateDict());
  });

  it("can empty the pool", () => {
    const active = new ActiveLearningDataset(labelledDataset(5));
    expect([...active.labelRandomly(5)].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(active.numUnlabelled).toBe(0);
    expect(() => active.labelRandomly(1)).toThrow(refused("E_POOL_EMPTY", /0 left/));
  });

  it("gives every item the same chance", () => {
    const counts = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 3000; seed++) {
      for (const index of new ActiveLearningDataset(labelledDataset(10), { seed }).labelRandomly(3)) counts[index]!++;
    }
    for (const count of counts) expect(Math.abs(count - 900)).toBeLessThan(150);
  });
});

describe("any sequence of labelling, unlabelling and undoing", () => {
  it("keeps labelled items and pool apart and complete, and survives JSON", () => {
    const action = fc.record({
      kind: fc.constantFrom("label", "random", "unlabel", "undo"),
      picks: fc.array(fc.nat(19), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
        const active = new ActiveLearningDataset(labelledDataset(20), { seed: 1 });
        for (const { kind, picks } of actions) {
          const chosen = [...new Set(picks)];
          if (kind === "label") active.label(chosen.filter((index) => !active.isLabelled(index)));
          if (kind === "random") active.labelRandomly(Math.min(picks.length, active.numUnlabelled));
          if (kind === "unlabel") active.unlabel(chosen.filter((index) => active.isLabelled(index)));
          if (kind === "undo") active.undo();
          const all = [...active.labelledIndices, ...active.poolIndices].sort((a, b) => a - b);
          expect(all).toEqual(Array.from({ length: 20 }, (_, index) => index));
          expect(active.length + active.numUnlabelled).toBe(20);
        }
        const restored = new ActiveLearningDataset(labelledDataset(20));
        restored.loadStateDict(JSON.parse(JSON.stringify(active.stateDict())));
        expect(items(restored)).toEqual(items(active));
        expect(restored.stateDict()).toEqual(active.stateDict());
      }),
      { numRuns: 50, seed: 7 },
    );
  });
});

describe("state", () => {
  const damaged: readonly [string, (state: Record<string, unknown>) => unknown, RegExp][] = [
    ["of a data set of another length", (state) => ({ ...state, length: 7 }), /belongs to a data set of 7 items; this one has 6/],
    ["with an item out of range", (state) => ({ ...state, steps: [[6]] }), /labels item 6/],
    ["with an item labelled twice", (state) => ({ ...state, steps: [[1], [1]] }), /labels an item twice/],
    ["without steps", ({ steps: _, ...state }) => state, /no state of labelled items.*steps/s],
    ["of another version", (state) => ({ ...state, version: 2 }), /version/],
    ["with a short random state", (state) => ({ ...state, random: [1] }), /random/],
    ["that is null", () => null, /no state of labelled items/],
  ];
  it.each(damaged)("refuses one %s and changes nothing", (_, damage, message) => {
    const active = new ActiveLearningDataset(labelledDataset(6));
    active.label([3]);
    const before = active.stateDict();
    expect(() => active.loadStateDict(damage(active.stateDict()))).toThrow(refused("E_CHECKPOINT", message));
    expect(active.stateDict()).toEqual(before);
  });

  it("does not change with the object it came from", () => {
    const active = new ActiveLearningDataset(labelledDataset(6));
    active.label([3]);
    const state = active.stateDict();
    state.steps[0]?.push(4);
    expect(active.labelledIndices).toEqual([3]);
  });

  it("is saved to a file and read from it", async () => {
    const path = join(temporaryFolder(), "deep", "state.json");
    const active = new ActiveLearningDataset(labelledDataset(6), { seed: 5 });
    active.label([3, 1], [2, undefined]);
    active.labelRandomly(2);
    await active.save(path);
    const restored = new ActiveLearningDataset(labelledDataset(6));
    await restored.load(path);
    expect(restored.stateDict()).toEqual(active.stateDict());
    expect(items(restored)).toEqual(items(active));
  });

  it("names a missing and a damaged file", async () => {
    const path = join(temporaryFolder(), "state.json");
    const active = new ActiveLearningDataset(labelledDataset(6));
    await expect(active.load(path)).rejects.toThrow(refused("E_FILE_NOT_FOUND", /state\.json/));
    await writeFile(path, '{"version":1,');
    await expect(active.load(path)).rejects.toThrow(refused("E_CHECKPOINT", /state\.json is no JSON/));
  });

  it("is never lost to a fault while saving", async () => {
    const path = join(temporaryFolder(), "state.json");
    const active = new ActiveLearningDataset(labelledDataset(6));
    active.label([3]);
    await active.save(path);
    const saved = active.stateDict();
    active.label([4]);
    for (const fault of ["write", "rename"] as const) {
      disk.fault = fault;
      await expect(active.save(path)).rejects.toThrow(`disk full in ${fault}`);
    }
    disk.fault = undefined;
    const restored = new ActiveLearningDataset(labelledDataset(6));
    await restored.load(path);
    expect(restored.stateDict()).toEqual(saved);
  });
});

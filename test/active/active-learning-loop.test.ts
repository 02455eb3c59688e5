import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { ActiveLearningDataset } from "../../src/active/active-learning-dataset.js";
import { ActiveLearningLoop, type ActiveLearningLoopOptions } from "../../src/active/active-learning-loop.js";
import type { PredictPool, PredictPoolOptions } from "../../src/active/gather-evidence.js";
import type { Dataset } from "../../src/core/dataset.js";
import { features as makeFeatures } from "../../src/core/features.js";
import { predictions } from "../../src/core/predictions.js";
import type { Heuristic } from "../../src/heuristics/heuristic.js";
import { random, topK } from "../../src/strategies/ranked.js";
import { getStrategy } from "../../src/strategies/registry.js";
import type { CandidatePool, Strategy } from "../../src/strategies/strategy.js";
import { temporaryFolder } from "../temporary-folder.js";
import { items, labelledDataset, smallDataset } from "./small-dataset.js";

/** One "draw" per item: the number that its input names, so that a prediction tells which item was really predicted. */
const predictOwnNumber = async (pool: Dataset<string>, _options: PredictPoolOptions) => {
  const examples = items(pool);
  const data = Float32Array.from(examples.flatMap(({ input }) => [Number(input.split(" ")[1]), 0]));
  return predictions(
    "logits",
    [examples.length, 2, 1],
    data,
    examples.map(({ index }) => index),
  );
};

/** Picks the items with the largest predicted number; scores are the numbers. */
const largest: Strategy = {
  name: "largest",
  needs: ["probabilities"],
  select({ indices, predictions }, count) {
    const data = predictions?.data ?? [];
    const order = indices.map((index, i) => ({ index, score: data[2 * i] ?? 0 })).sort((a, b) => b.score - a.score);
    const picked = order.slice(0, count);
    return { indices: picked.map(({ index }) => index), scores: picked.map(({ score }) => score) };
  },
};

/** The predicted number as a score. */
const ownNumber: Heuristic = {
  name: "number",
  needs: ["probabilities"],
  score: ({ shape, data }) => Float64Array.from({ length: shape[0] ?? 0 }, (_, i) => data[2 * i] ?? 0),
  upperBound: () => Number.POSITIVE_INFINITY,
};

function loopOver(
  active: ActiveLearningDataset<string>,
  options: ActiveLearningLoopOptions<string>,
  predict: PredictPool<string> = predictOwnNumber,
  strategy = largest,
) {
  return new ActiveLearningLoop(active, predict, strategy, options);
}

describe("ActiveLearningLoop", () => {
  it("labels the items that the strategy scored highest, step by step", async () => {
    const active = new ActiveLearningDataset(labelledDataset(10));
    active.label([9, 7]);
    const loop = loopOver(active, { querySize: 3 });
    expect(await loop.step()).toMatchObject({ indices: [8, 6, 5], scores: [8, 6, 5] });
    expect(await loop.step()).toMatchObject({ indices: [4, 3, 2], scores: [4, 3, 2] });
    expect(await loop.step()).toMatchObject({ indices: [1, 0], scores: [1, 0] });
    expect(await loop.step()).toBe(false);
    expect(active.labelledIndices).toEqual([9, 7, 8, 6, 5, 4, 3, 2, 1, 0]);
  });

  it("labels the very items it scored when only a part of the pool is predicted", async () => {
    const active = new ActiveLearningDataset(labelledDataset(200));
    active.label(Array.from({ length: 50 }, (_, index) => 3 * index));
    const predict = vi.fn(predictOwnNumber);
    const loop = loopOver(active, { querySize: 5, maxPoolSize: 20, seed: 1 }, predict);
    const subsets = [];
    for (let step = 0; step < 4; step++) {
      const pool = new Set(active.poolIndices);
      const selection = await loop.step();
      if (selection === false) throw new Error("the pool is empty too early");
      const asked = items(predict.mock.lastCall![0]).map(({ index }) => index);
      subsets.push(asked);
      expect(asked).toHaveLength(20);
      expect(asked.every((index) => pool.has(index))).toBe(true);
      // The score is the number in the text of the item: equal to its dataset index only if both name the same item.
      expect(selection.scores).toEqual(selection.indices);
      expect(selection.indices).toEqual(asked.sort((a, b) => b - a).slice(0, 5));
      expect(active.labelledIndices.slice(-5)).toEqual(selection.indices);
      expect(
        items(active)
          .slice(-5)
          .map(({ input }) => input),
      ).toEqual(selection.indices.map((index) => `item ${index}`));
    }
    expect(new Set(subsets.map(String)).size).toBe(4);
  });

  it.each([
    ["any strategy", largest],
    ["a strategy that scores item by item", topK(ownNumber)],
  ])("takes predictions in chunks, with %s", async (_, strategy) => {
    const active = new ActiveLearningDataset(labelledDataset(30));
    active.label([29, 3]);
    const chunked: PredictPool<string> = async function* (pool, options) {
      const indices = items(pool).map(({ index }) => index);
      for (let start = 0; start < indices.length; start += 7) {
        yield await predictOwnNumber(active.poolView(indices.slice(start, start + 7)), options);
      }
    };
    const loop = loopOver(active, { querySize: 3, maxPoolSize: 25, seed: 2 }, chunked, strategy);
    const selection = await loop.step();
    expect(selection ? selection.scores : []).toEqual(selection ? selection.indices : undefined);
    const whole = new ActiveLearningDataset(labelledDataset(30));
    whole.label([29, 3]);
    expect(await loopOver(whole, { querySize: 3, maxPoolSize: 25, seed: 2 }, predictOwnNumber, strategy).step()).toEqual(
      selection,
    );
  });

  it("selects without labelling what a step would label", async () => {
    const folder = join(temporaryFolder(), "records");
    const active = new ActiveLearningDataset(labelledDataset(20));
    const options = { querySize: 3, maxPoolSize: 9, seed: 4 };
    const selected = await loopOver(active, { ...options, recordFolder: folder }).select();
    expect([active.length, active.numSteps]).toEqual([0, 0]);
    await expect(readFile(join(folder, "step-0000.json"))).rejects.toThrow("ENOENT");
    expect(await loopOver(active, options).step()).toEqual(selected);
    active.label(active.poolIndices);
    expect(await loopOver(active, options).select()).toBe(false);
    expect(loopOver(active, options).strategy.name).toBe("largest");
  });

  it("predicts nothing for a strategy that needs no predictions", async () => {
    const active = new ActiveLearningDataset(labelledDataset(30));
    const predict = vi.fn(predictOwnNumber);
    const selection = await loopOver(active, { querySize: 4 }, predict, random()).step();
    expect(predict).not.toHaveBeenCalled();
    expect(active.labelledIndices).toEqual(selection ? selection.indices : undefined);
    expect(active.length).toBe(4);
  });

  it("is the same for the same seed and goes on from a restored state", async () => {
    const options = { querySize: 4, maxPoolSize: 10, seed: 8 };
    const run = async (steps: number, from?: { active: unknown; loop: unknown }) => {
      const active = new ActiveLearningDataset(labelledDataset(60));
      const loop = loopOver(active, from ? { ...options, seed: 99 } : options);
      if (from) {
        active.loadStateDict(from.active);
        loop.loadStateDict(from.loop);
      }
      for (let step = 0; step < steps; step++) await loop.step();
      return {
        labelled: active.labelledIndices,
        state: JSON.parse(JSON.stringify({ active: active.stateDict(), loop: loop.stateDict() })),
      };
    };
    const whole = await run(6);
    expect((await run(6)).labelled).toEqual(whole.labelled);
    const half = await run(3);
    expect((await run(3, half.state)).labelled).toEqual(whole.labelled);
  });

  it("asks for the draws it was told to, 20 by default", async () => {
    const predict = vi.fn(predictOwnNumber);
    const active = new ActiveLearningDataset(labelledDataset(9));
    await loopOver(active, { querySize: 1 }, predict).step();
    await loopOver(active, { querySize: 1, iterations: 7 }, predict).step();
    expect(predict.mock.calls.map(([, { iterations }]) => iterations)).toEqual([20, 7]);
  });

  it("asks a person where the data set has no labels", async () => {
    const active = new ActiveLearningDataset(smallDataset([undefined, undefined, undefined]));
    const annotate = vi.fn(async (indices: readonly number[]) => indices.map((index) => index + 5));
    await loopOver(active, { querySize: 2, annotate }).step();
    expect(annotate).toHaveBeenCalledWith([2, 1]);
    expect(items(active).map(({ target }) => target)).toEqual([7, 6]);
  });

  it("records candidates, picks and scores of a step", async () => {
    const folder = join(temporaryFolder(), "records");
    const active = new ActiveLearningDataset(labelledDataset(5));
    active.label([4]);
    const loop = loopOver(active, { querySize: 2, recordFolder: folder });
    await loop.step();
    expect(JSON.parse(await readFile(join(folder, "step-0001.json"), "utf8"))).toEqual({
      step: 1,
      strategy: "largest",
      indices: [3, 2],
      scores: [3, 2],
      candidates: [0, 1, 2, 3],
    });
  });

  it.each(["querySize", "iterations", "maxPoolSize"])("refuses a %s that is no whole number from 1", (name) => {
    const active = new ActiveLearningDataset(labelledDataset(5));
    for (const value of [0, -1, 1.5]) {
      expect(() => loopOver(active, { querySize: 1, [name]: value })).toThrow(
        expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining(name) }),
      );
    }
  });

  it("changes nothing when predictions name other items than were asked for", async () => {
    const active = new ActiveLearningDataset(labelledDataset(5));
    active.label([0]);
    const positions: PredictPool<string> = async (pool) =>
      predictions("logits", [pool.length, 1, 1], new Float32Array(pool.length));
    await expect(loopOver(active, { querySize: 1 }, positions).step()).rejects.toMatchObject({ code: "E_SHAPE" });
    expect(active.labelledIndices).toEqual([0]);
  });

  it.each([[[0]], [[3, 3]]])("changes nothing when a strategy picks %j", async (indices) => {
    const active = new ActiveLearningDataset(labelledDataset(5));
    active.label([0]);
    const wrong: Strategy = {
      name: "wrong",
      needs: ["probabilities"],
      select: () => ({ indices, scores: indices.map(() => 0) }),
    };
    await expect(loopOver(active, { querySize: 2 }, predictOwnNumber, wrong).step()).rejects.toMatchObject({
      code: "E_ARGUMENT",
      message: expect.stringContaining(`wrong picked item ${indices[0]}`),
    });
    expect(active.labelledIndices).toEqual([0]);
  });

  it("labels nothing after it was cancelled", async () => {
    const active = new ActiveLearningDataset(labelledDataset(5));
    const controller = new AbortController();
    const predict: PredictPool<string> = async (pool, options) => {
      controller.abort();
      return predictOwnNumber(pool, options);
    };
    await expect(loopOver(active, { querySize: 1 }, predict).step({ signal: controller.signal })).rejects.toMatchObject({
      code: "E_ABORTED",
    });
    expect(active.length).toBe(0);
  });

  it("refuses a damaged state", () => {
    const loop = loopOver(new ActiveLearningDataset(labelledDataset(5)), { querySize: 1 });
    expect(() => loop.loadStateDict({ version: 1, random: "x" })).toThrow(expect.objectContaining({ code: "E_CHECKPOINT" }));
  });

  describe("meets the needs of a strategy", () => {
    const features = async (dataset: Dataset<string>) => {
      const examples = items(dataset);
      const data = Float32Array.from(examples, ({ input }) => Number(input.split(" ")[1]));
      const indices = examples.map(({ index }) => index);
      return makeFeatures([indices.length, 1], data, indices);
    };

    it("with features, labelled items and target predictions, each for the right items", async () => {
      const active = new ActiveLearningDataset(labelledDataset(6));
      active.label([4, 1]);
      let seen: CandidatePool | undefined;
      const asking: Strategy = {
        name: "asking",
        needs: ["probabilities", "features", "labelled", "target"],
        async select(pool, count) {
          seen = pool;
          return { indices: pool.indices.slice(0, count), scores: pool.indices.slice(0, count) };
        },
      };
      const options = { querySize: 2, extractFeatures: features, targetDataset: labelledDataset(3) };
      expect(await loopOver(active, options, predictOwnNumber, asking).step()).toMatchObject({ indices: [0, 2] });
      expect(seen?.features?.indices).toEqual([0, 2, 3, 5]);
      expect(seen?.predictions?.indices).toEqual([0, 2, 3, 5]);
      expect(seen?.labelled).toMatchObject({ indices: [4, 1], targets: [1, 1] });
      expect([...seen!.labelled!.features!.data]).toEqual([4, 1]);
      expect(seen?.labelled?.predictions?.indices).toEqual([4, 1]);
      expect(seen?.target?.shape).toEqual([3, 2, 1]);
    });

    it("leaves the labelled items out while there are none", async () => {
      const active = new ActiveLearningDataset(labelledDataset(6));
      const strategy = getStrategy("coreset");
      const step = await loopOver(active, { querySize: 2, extractFeatures: features }, predictOwnNumber, strategy).step();
      expect(step).toMatchObject({ indices: expect.objectContaining({ length: 2 }) });
    });

    it("and says at once which need has no source", () => {
      const active = new ActiveLearningDataset(labelledDataset(6));
      const expected = expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining("extractFeatures") });
      expect(() => loopOver(active, { querySize: 2 }, predictOwnNumber, getStrategy("coreset"))).toThrow(expected);
    });

    it("and predicts only what a strategy wants predicted", async () => {
      const active = new ActiveLearningDataset(labelledDataset(8));
      const strategy: Strategy = { ...largest, preselect: (indices) => indices.filter((index) => index % 2 === 0) };
      const step = await loopOver(active, { querySize: 2 }, predictOwnNumber, strategy).step();
      expect(step).toMatchObject({ indices: [6, 4], candidates: [0, 2, 4, 6] });
    });

    it("and gives every candidate's score where the strategy scores items one by one", async () => {
      const active = new ActiveLearningDataset(labelledDataset(4));
      const step = await loopOver(active, { querySize: 1 }, predictOwnNumber, topK(ownNumber)).step();
      expect(step).toMatchObject({ candidates: [0, 1, 2, 3], uncertainties: Float64Array.of(0, 1, 2, 3) });
    });
  });
});

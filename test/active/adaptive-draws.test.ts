import { describe, expect, it } from "vitest";
import { ActiveLearningDataset } from "../../src/active/active-learning-dataset.js";
import { ActiveLearningLoop } from "../../src/active/active-learning-loop.js";
import { selectAdaptively } from "../../src/active/adaptive-draws.js";
import type { PredictPoolOptions } from "../../src/active/gather-evidence.js";
import type { Dataset } from "../../src/core/dataset.js";
import { datasetView } from "../../src/core/dataset-view.js";
import { type Predictions, predictions } from "../../src/core/predictions.js";
import { createRandom, itemUniform } from "../../src/core/random.js";
import { scoreChunks } from "../../src/heuristics/score-chunks.js";
import { getStrategy } from "../../src/strategies/registry.js";
import { isScoreStrategy, type ScoreStrategy } from "../../src/strategies/strategy.js";
import { labelledDataset } from "./small-dataset.js";

const CLASSES = 3;

/** A logit of an item in a draw: a mean of the item's own, and noise of the draw. */
function logit(index: number, c: number, draw: number): number {
  const mean = 4 * itemUniform([1, 2, 3, c], index);
  const spread = 2 * itemUniform([5, 6, 7, 8], index);
  return mean + spread * (itemUniform([9, c, 11, draw], index) - 0.5);
}

/** Draws that are keyed by item and number, in chunks; `asked` records what was asked for. */
function keyedPredict(asked: PredictPoolOptions[] = [], chunkSize = 37) {
  return async function* predict(items: Dataset<string>, options: PredictPoolOptions): AsyncGenerator<Predictions> {
    asked.push(options);
    const { iterations, firstDraw = 0 } = options;
    for (let start = 0; start < items.length; start += chunkSize) {
      const count = Math.min(chunkSize, items.length - start);
      const indices = Array.from({ length: count }, (_, i) => items.at(start + i).index);
      const data = indices.flatMap((index) =>
        Array.from({ length: CLASSES * iterations }, (_, at) =>
          logit(index, Math.floor(at / iterations), firstDraw + (at % iterations)),
        ),
      );
      yield predictions("logits", [count, CLASSES, iterations], Float32Array.from(data), indices);
    }
  };
}

const pool = (length: number) =>
  datasetView(
    labelledDataset(length),
    Array.from({ length }, (_, i) => i),
  );

function scoring(name: string): ScoreStrategy {
  const strategy = getStrategy(name);
  if (!isScoreStrategy(strategy)) throw new Error(`${name} picks from scores`);
  return strategy;
}

async function full(strategy: ScoreStrategy, items: ReturnType<typeof pool>, { count, iterations, seed }: Settings) {
  const { indices, scores } = await scoreChunks(strategy.heuristic, keyedPredict()(items, { iterations }));
  return strategy.selectFromScores(indices, scores, count, createRandom(seed));
}

interface Settings {
  readonly count: number;
  readonly iterations: number;
  readonly seed: number;
}

describe("adaptive draws", () => {
  it.each(["topk:entropy", "topk:bald", "power:entropy", "power:bald", "topk:margin"])(
    "pick what all draws pick when all items go on, with the same scores: %s",
    async (name) => {
      const items = pool(150);
      const settings = { count: 10, iterations: 20, seed: 4 };
      const wanted = await full(scoring(name), items, settings);
      const { selection, spent } = await selectAdaptively(items, scoring(name), {
        ...{ predict: keyedPredict(), draws: { keep: 100 }, count: 10, iterations: 20 },
        random: createRandom(4),
      });
      expect(selection.indices).toEqual(wanted.indices);
      expect(selection.scores).toEqual(wanted.scores);
      expect(spent).toEqual({ passes: 3000, allPasses: 3000 });
    },
  );

  it.each([
    ["topk:entropy", 0.25, 0.95],
    ["topk:margin", 0.25, 0.95],
    ["power:entropy", 0.25, 0.95],
    ["topk:bald", 0.5, 0.9],
  ])("find nearly the same by a part of the passes: %s, at most %d, at least %d of the picks", async (name, share, recall) => {
    const items = pool(2000);
    const settings = { count: 100, iterations: 20, seed: 1 };
    const wanted = new Set((await full(scoring(name), items, settings)).indices);
    const { selection, spent, scores } = await selectAdaptively(items, scoring(name), {
      ...{ predict: keyedPredict(), draws: {}, count: 100, iterations: 20 },
      random: createRandom(1),
    });
    expect(spent.passes / spent.allPasses).toBeLessThanOrEqual(share);
    expect(selection.indices.filter((index) => wanted.has(index)).length / 100).toBeGreaterThanOrEqual(recall);
    expect(new Set(selection.indices).size).toBe(100);
    expect(scores.every((score) => Number.isFinite(score))).toBe(true);
  });

  it.each(["topk:entropy", "topk:bald", "topk:certainty", "power:entropy", "topk:margin"])(
    "pick exactly what all draws pick where that is asked for: %s",
    async (name) => {
      const items = pool(600);
      const settings = { count: 12, iterations: 20, seed: 7 };
      const wanted = await full(scoring(name), items, settings);
      const { selection, spent } = await selectAdaptively(items, scoring(name), {
        ...{ predict: keyedPredict(), draws: { min: 3, keep: 1, exact: true }, count: 12, iterations: 20 },
        random: createRandom(7),
      });
      expect([...selection.indices].sort()).toEqual([...wanted.indices].sort());
      expect([...selection.scores].sort()).toEqual([...wanted.scores].sort());
      // Draws that are alike leave little room; of the margin no bound is known.
      if (name === "topk:margin") expect(spent.passes).toBe(spent.allPasses);
    },
  );

  it("draw no number twice: each stage goes on where the last one ended, and with fewer items", async () => {
    const asked: PredictPoolOptions[] = [];
    const items = pool(1000);
    await selectAdaptively(items, scoring("topk:bald"), {
      ...{ predict: keyedPredict(asked), draws: { min: 4 }, count: 10, iterations: 12 },
      random: createRandom(0),
    });
    expect(asked.map(({ firstDraw, iterations }) => [firstDraw, iterations])).toEqual([
      [0, 4],
      [4, 6],
      [10, 2],
    ]);
  });

  it("are all draws where the first are as many", async () => {
    const items = pool(30);
    const { spent } = await selectAdaptively(items, scoring("topk:bald"), {
      ...{ predict: keyedPredict(), draws: {}, count: 5, iterations: 5 },
      random: createRandom(0),
    });
    expect(spent).toEqual({ passes: 150, allPasses: 150 });
  });

  it("serve a loop: its picks have the scores of all their draws, and it says what was spent", async () => {
    const active = new ActiveLearningDataset(labelledDataset(400));
    const loop = new ActiveLearningLoop(active, keyedPredict(), scoring("topk:entropy"), { querySize: 10, draws: {}, seed: 3 });
    const picked = await loop.step();
    if (picked === false) throw new Error("the pool is not empty");
    const [index, score] = [picked.indices[0]!, picked.scores[0]!];
    const all = await scoreChunks(
      scoring("topk:entropy").heuristic,
      keyedPredict()(datasetView(labelledDataset(400), [index]), { iterations: 20 }),
    );
    expect(all.scores[0]).toBe(score);
    expect(picked.spent!.allPasses).toBe(8000);
    expect(picked.spent!.passes).toBeLessThan(2000);
    expect(active.numLabelled).toBe(10);
  });

  it.each([{ min: 0 }, { min: 2.5 }, { keep: 0.5 }, { keep: Number.NaN }])("refuse %o", (draws) => {
    const active = new ActiveLearningDataset(labelledDataset(4));
    const make = () => new ActiveLearningLoop(active, keyedPredict(), scoring("topk:bald"), { querySize: 1, draws });
    expect(make).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});

import { describe, expect, it } from "vitest";
import { ActiveLearningDataset } from "../../src/active/active-learning-dataset.js";
import { ActiveLearningLoop } from "../../src/active/active-learning-loop.js";
import type { PredictPoolOptions } from "../../src/active/gather-evidence.js";
import type { Dataset } from "../../src/core/dataset.js";
import { features } from "../../src/core/features.js";
import { joinPredictions } from "../../src/core/join-chunks.js";
import { type Predictions, predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import { getHeuristic } from "../../src/heuristics/registry.js";
import { randomSubset } from "../../src/strategies/random-subset.js";
import { getStrategy, strategyNames } from "../../src/strategies/registry.js";

const ITEMS = 34;
const CLASSES = 3;
const WIDTH = 4;

/** Numbers that depend on the item alone. */
function row(input: number, length: number): number[] {
  const random = createRandom(input);
  return Array.from({ length }, () => 2 * random.normal());
}

/** Items whose input is 500 more than their index, so that neither passes for the other. */
const dataset = (length: number, first = 500): Dataset<number> => ({
  length,
  at: (index) => ({ index, input: first + index, target: index % CLASSES }),
});

const examples = (items: Dataset<number>) => Array.from({ length: items.length }, (_, position) => items.at(position));

/** A model without any chance in it: the draws of an item, five items at a time. */
async function* predict(items: Dataset<number>, { iterations }: PredictPoolOptions): AsyncGenerator<Predictions> {
  const all = examples(items);
  for (let first = 0; first < all.length; first += 5) {
    const some = all.slice(first, first + 5);
    const data = Float32Array.from(some.flatMap(({ input }) => row(input, CLASSES * iterations)));
    const indices = some.map(({ index }) => index);
    yield predictions("logits", [some.length, CLASSES, iterations], data, indices, { isConsistent: true });
  }
}

const predictAtOnce = (items: Dataset<number>, options: PredictPoolOptions) =>
  joinPredictions(predict(items, options), { total: items.length });

const extractFeatures = async (items: Dataset<number>) => {
  const all = examples(items);
  const data = Float32Array.from(all.flatMap(({ input }) => row(-input, WIDTH)));
  return features(
    [all.length, WIDTH],
    data,
    all.map(({ index }) => index),
  );
};

const options = { iterations: 6, extractFeatures, targetDataset: dataset(4, 9000) };

describe.each(strategyNames)("a loop with %s", (name) => {
  it("labels the whole data set, step by step, each item once and only candidates", async () => {
    const active = new ActiveLearningDataset(dataset(ITEMS));
    const loop = new ActiveLearningLoop(active, predict, getStrategy(name), { ...options, querySize: 7, maxPoolSize: 20 });
    const sizes: number[] = [];
    for (let step = await loop.step(); step !== false; step = await loop.step()) {
      const { indices, candidates } = step;
      expect(candidates).toEqual(expect.arrayContaining([...indices]));
      expect(active.labelledIndices.slice(-indices.length)).toEqual(indices);
      sizes.push(indices.length);
    }
    expect(sizes).toEqual([7, 7, 7, 7, 6]);
    expect(active.labelledIndices.toSorted((a, b) => a - b)).toEqual(Array.from({ length: ITEMS }, (_, index) => index));
  });

  it("picks the same from predictions in chunks and at once", async () => {
    const run = async (predictPool: typeof predict | typeof predictAtOnce) => {
      const active = new ActiveLearningDataset(dataset(ITEMS));
      active.label([3, 30]);
      const loop = new ActiveLearningLoop(active, predictPool, getStrategy(name), { ...options, querySize: 5, seed: 4 });
      const first = await loop.step();
      return [first, await loop.step()];
    };
    expect(await run(predictAtOnce)).toEqual(await run(predict));
  });
});

it("a step may be larger than the random part of the pool that a strategy asks for", async () => {
  const active = new ActiveLearningDataset(dataset(ITEMS));
  const strategy = randomSubset(getStrategy("power:entropy"), { size: 3 });
  const loop = new ActiveLearningLoop(active, predict, strategy, { ...options, querySize: 5 });
  expect(await loop.step()).toMatchObject({ indices: { length: 5 }, candidates: { length: 5 } });
});

describe("where the reference library crashes or goes wrong", () => {
  it.each(["power:bald", "topk:epig", "power:epig"])(
    "%s runs in the loop, and its scores are those of the labelled items",
    async (name) => {
      const active = new ActiveLearningDataset(dataset(ITEMS));
      const loop = new ActiveLearningLoop(active, predict, getStrategy(name), {
        ...options,
        querySize: 4,
        maxPoolSize: 9,
        seed: 2,
      });
      const target = await predictAtOnce(options.targetDataset, options);
      for (let step = 0; step < 3; step++) {
        const done = await loop.step();
        if (done === false) throw new Error("the pool is empty too early");
        expect(done.candidates).toHaveLength(9);
        const { length } = done.indices;
        const labelled = examples(active).slice(-length);
        expect(labelled.map(({ input }) => input)).toEqual(done.indices.map((index) => 500 + index));
        const drawn = await predictAtOnce({ length, at: (position) => labelled[position]! }, options);
        expect([...getHeuristic(name.split(":")[1]!).score(drawn, { target })]).toEqual(done.scores);
      }
    },
  );
});

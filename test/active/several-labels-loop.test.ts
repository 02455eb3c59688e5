import { describe, expect, it } from "vitest";
import { ActiveLearningDataset } from "../../src/active/active-learning-dataset.js";
import { ActiveLearningLoop } from "../../src/active/active-learning-loop.js";
import type { PredictPoolOptions } from "../../src/active/gather-evidence.js";
import { patchModule } from "../../src/bayesian/patch-module.js";
import type { Dataset } from "../../src/core/dataset.js";
import { predictions } from "../../src/core/predictions.js";
import type { Task } from "../../src/core/task.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { getStrategy } from "../../src/strategies/registry.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { solveLastLayer } from "../../src/training/solve-last-layer.js";

const labels = ["left", "upper"];
const vectors = Array.from({ length: 60 }, (_, i) => Float32Array.from([Math.sin(3 * i), Math.cos(5 * i), 0.1]));
const TARGETS: Readonly<Record<Exclude<Task, "single">, (vector: Float32Array) => number[]>> = {
  multi: ([x = 0, y = 0]) => [Number(x < 0), Number(y > 0.5)],
  regression: ([x = 0, y = 0]) => [2 * x - y, x + 1],
};

const CASES = [
  ...["topk:bald", "power:entropy", "topk:margin", "topk:voteentropy", "badge", "rarelabels", "cal", "coreset", "typiclust"].map(
    (strategy) => ({ task: "multi" as const, strategy }),
  ),
  ...["topk:variance", "power:entropy", "coreset", "typiclust", "random"].map((strategy) => ({
    task: "regression" as const,
    strategy,
  })),
];

describe("the loop, on items with several labels or numbers", () => {
  it.each(CASES)("$task, $strategy: picks, labels, and what it learns is right in the end", async ({ task, strategy: name }) => {
    const dataset = {
      length: vectors.length,
      at: (index: number) => ({ index, input: vectors[index]!, target: TARGETS[task](vectors[index]!) }),
    };
    const active = new ActiveLearningDataset(dataset, { seed: 4 });
    active.labelRandomly(10);
    const model = HeadClassifier.fromConfig({ inputDim: 3, dropout: 0.2 }, { labels, task, seed: 1 });
    const trainer = new BaalTrainer({ model });
    patchModule(model);
    const loop = new ActiveLearningLoop(active, (items, options) => trainer.predictOnDataset(items, options), getStrategy(name), {
      ...{ querySize: 5, iterations: 6, seed: 2 },
      extractFeatures: (items, options) => trainer.featuresOnDataset(items, options),
    });
    for (let step = 0; step < 4; step++) {
      await solveLastLayer(model, active);
      expect(await loop.step()).toMatchObject({ indices: { length: 5 } });
    }
    expect(active.labelled.length).toBe(30);
    await solveLastLayer(model, active);
    expect(model.task).toBe(task);
    const metrics = await trainer.evaluate(dataset);
    expect(metrics[task === "multi" ? "accuracy" : "r2"]).toBeGreaterThan(0.85);
  });
});

it("adaptive draws are not for numbers with a variance beside each, which a part of the draws would lose", async () => {
  const dataset = { length: 60, at: (index: number) => ({ index, input: vectors[index]!, target: [1] }) };
  const active = new ActiveLearningDataset(dataset, { seed: 4 });
  const predict = async (items: Dataset<Float32Array>, { iterations }: PredictPoolOptions) => {
    const { length } = items;
    const data = new Float32Array(length * iterations).map((_, i) => Math.sin(i));
    const indices = Array.from({ length }, (_, i) => items.at(i).index);
    return predictions("values", [length, 1, iterations], data, indices, { logVariances: new Float32Array(data.length) });
  };
  const loop = new ActiveLearningLoop(active, predict, getStrategy("topk:variance"), {
    querySize: 2,
    iterations: 8,
    draws: { min: 2 },
  });
  await expect(loop.step()).rejects.toMatchObject({ code: "E_ARGUMENT", message: expect.stringMatching(/variance beside each/) });
});

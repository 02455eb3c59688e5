import { expect, it } from "vitest";
import { patchModule } from "../../../src/bayesian/patch-module.js";
import { createRandom } from "../../../src/core/random.js";
import { compareStrategies, type DemoProgress } from "../../../src/experiment/demo/compare-strategies.js";
import { HeadClassifier } from "../../../src/models/head/head-classifier.js";
import { BaalTrainer } from "../../../src/training/baal-trainer.js";

function blobs(count: number, seed: number) {
  const random = createRandom(seed);
  const items = Array.from({ length: count }, (_, index) => {
    const target = index % 2;
    return { index, target, input: Float32Array.of(4 * target - 2 + random.normal(), random.normal()) };
  });
  return { length: count, at: (position: number) => items[position]! };
}

const options = { seed: 3, strategies: ["random", "topk:bald"], initialLabels: 6, querySize: 4, rounds: 3, iterations: 5 };

function compare(onProgress?: (event: DemoProgress) => void) {
  const model = HeadClassifier.fromConfig({ inputDim: 2, hiddenSizes: [8], dropout: 0.2 }, { labels: ["a", "b"], seed: 1 });
  patchModule(model);
  const trainer = new BaalTrainer({ model, args: { maxSteps: 20, batchSize: 4, learningRate: 0.02, seed: 1 } });
  const data = { pool: blobs(60, 1), test: blobs(40, 2) };
  return compareStrategies(trainer, data, { ...options, ...(onProgress && { onProgress }) });
}

it("compares strategies from the same labels, and gives the same again", async () => {
  const { curves, active } = await compare();
  expect(curves.map(({ strategy }) => strategy)).toEqual(options.strategies);
  for (const { points } of curves) {
    expect(points.map(({ labels, picked }) => [labels, picked.length])).toEqual([
      [6, 4],
      [10, 4],
      [14, 0],
    ]);
    for (const { accuracy } of points) expect(accuracy).toBeGreaterThan(0.5);
  }
  const [random, bald] = curves;
  expect(random!.points[0]!.accuracy).toBe(bald!.points[0]!.accuracy);
  expect(random!.points[0]!.picked).not.toEqual(bald!.points[0]!.picked);
  expect(active.labelledIndices.slice(6)).toEqual(bald!.points.flatMap(({ picked }) => picked));
  expect((await compare()).curves).toEqual(curves);
});

it("reports progress that never goes back", async () => {
  const events: DemoProgress[] = [];
  await compare((event) => events.push(event));
  const shares = events.map(({ done }) => done);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares[0]).toBeGreaterThanOrEqual(0);
  expect(shares.at(-1)).toBeLessThanOrEqual(1);
  expect(new Set(events.map(({ strategy, round }) => `${strategy} ${round}`)).size).toBe(6);
  expect(new Set(events.map(({ phase }) => phase))).toEqual(new Set(["train", "evaluate", "predict"]));
});

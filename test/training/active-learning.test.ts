import { expect, it } from "vitest";
import { ActiveLearningDataset } from "../../src/active/active-learning-dataset.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { blobs, linearModel } from "./linear-model.js";

const ARGS = { learningRate: 0.05, batchSize: 4, seed: 2 };

it("trains on the labelled items of an active data set and predicts its pool under dataset indices", async () => {
  const active = new ActiveLearningDataset(blobs(30), { seed: 1 });
  active.labelRandomly(10);
  const model = linearModel();
  model.isStochastic = true;
  const trainer = new BaalTrainer({ model, args: ARGS });
  await trainer.train(active);
  const seen = [...new Set(model.steps.flatMap(({ batches }) => batches.flat()))].sort((a, b) => a - b);
  expect(seen).toHaveLength(10);
  const { shape, indices } = await trainer.predictOnDataset(active.pool, { iterations: 3 });
  expect(shape).toEqual([20, 3, 3]);
  const expected = Array.from({ length: 30 }, (_, index) => index).filter((index) => !seen.includes(index));
  expect([...indices].sort((a, b) => a - b)).toEqual(expected);
});

it("stops when items are labelled while it trains", async () => {
  const active = new ActiveLearningDataset(blobs(30), { seed: 1 });
  active.labelRandomly(10);
  const callbacks = [{ onStepEnd: () => void active.labelRandomly(1) }];
  const trainer = new BaalTrainer({ model: linearModel(), args: ARGS, callbacks });
  await expect(trainer.train(active)).rejects.toThrow(
    expect.objectContaining({
      code: "E_DATA",
      message: expect.stringMatching(/had 10 items when training began and has 11 now/),
    }),
  );
});

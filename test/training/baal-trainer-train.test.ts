import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/core/dataset.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import type { TrainerCallback, TrainerProgress } from "../../src/training/trainer-callback.js";
import type { TrainingArguments } from "../../src/training/training-arguments.js";
import { blobs, type Features, linearModel, rowsDataset } from "./linear-model.js";
import { FAST, withCode } from "./trainer-fixtures.js";

describe("train", () => {
  it("learns, and reports every step", async () => {
    const model = linearModel();
    const trainer = new BaalTrainer({
      model,
      args: { ...FAST, loggingSteps: 5 },
      trainDataset: blobs(60),
      evalDataset: blobs(90, 8),
    });
    const before = await trainer.evaluate();
    const events: TrainerProgress[] = [];
    const result = await trainer.train(undefined, { onProgress: (event) => events.push(event) });
    const after = await trainer.evaluate();
    expect(result.globalStep).toBe(24);
    expect(after["loss"]).toBeLessThan(before["loss"]! / 2);
    expect(after["accuracy"]).toBeGreaterThan(0.9);
    const losses = events.flatMap((event) => (event.type === "train" ? [event.loss] : []));
    expect(losses).toHaveLength(24);
    expect(result.trainingLoss).toBeCloseTo(losses.reduce((a, b) => a + b) / 24, 10);
    expect(result.metrics).toMatchObject({ trainLoss: result.trainingLoss, epoch: 3 });
    const logged = result.state.logHistory.map(({ step, values }) => [step, values["loss"]]);
    expect(logged.map(([step]) => step)).toEqual([5, 10, 15, 20, 24]);
    expect(logged[4]![1]).toBeCloseTo(losses.slice(20).reduce((a, b) => a + b) / 4, 10);
  });

  it("visits every item once per epoch, in a new order, last small batch included, with accumulation", async () => {
    const model = linearModel();
    const args = { ...FAST, batchSize: 4, gradientAccumulationSteps: 2, numTrainEpochs: 2 };
    await new BaalTrainer({ model, args }).train(blobs(21, 7, 100));
    expect(model.steps.map(({ batches }) => batches.map((batch) => batch.length))).toEqual([
      ...[
        [4, 4],
        [4, 4],
        [4, 1],
      ],
      ...[
        [4, 4],
        [4, 4],
        [4, 1],
      ],
    ]);
    const epochs = [model.steps.slice(0, 3), model.steps.slice(3)].map((steps) => steps.flatMap(({ batches }) => batches.flat()));
    const all = Array.from({ length: 21 }, (_, i) => 100 + i);
    for (const seen of epochs) expect([...seen].sort((a, b) => a - b)).toEqual(all);
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(epochs[0]).not.toEqual(all);
  });

  it("gives the same weights for the same seed, other weights for another", async () => {
    const run = async (seed: number) => {
      const model = linearModel();
      await new BaalTrainer({ model, args: { ...FAST, seed } }).train(blobs(30));
      return model.weights();
    };
    expect(await run(3)).toEqual(await run(3));
    expect(await run(3)).not.toEqual(await run(4));
  });

  it.each<[TrainingArguments, number]>([
    [{ numTrainEpochs: 2 }, 8],
    [{ numTrainEpochs: 1.3 }, 6],
    [{ maxSteps: 5 }, 5],
    [{ numTrainEpochs: 1, minSteps: 7 }, 7],
    [{ numTrainEpochs: 3, minSteps: 7 }, 12],
  ])("%o over 4 steps per epoch is %d steps", async (args, steps) => {
    const model = linearModel();
    const result = await new BaalTrainer({ model, args: { ...FAST, ...args } }).train(blobs(30));
    expect(result.globalStep).toBe(steps);
    expect(model.steps.map(({ step }) => step)).toEqual(Array.from({ length: steps }, (_, i) => i));
  });

  it("follows the schedule with warm-up, or a function of the step", async () => {
    const rates = async (args: TrainingArguments) => {
      const model = linearModel();
      await new BaalTrainer({ model, args: { learningRate: 1, maxSteps: 4, ...args } }).train(blobs(8));
      return model.steps.map(({ learningRate }) => learningRate);
    };
    expect(await rates({ warmupSteps: 2 })).toEqual([0, 0.5, 1, 0.5]);
    expect(await rates({ warmupRatio: 0.3 })).toEqual([0, 0.5, 1, 0.5]);
    expect(await rates({ lrSchedulerType: (step) => 1 / (step + 1) })).toEqual([1, 1 / 2, 1 / 3, 1 / 4]);
  });

  it("hands the settings to the learner and leaves frozen parameters alone", async () => {
    const model = linearModel();
    const [first] = [model.weights()];
    const args = {
      ...FAST,
      freeze: ["we*"],
      labelSmoothingFactor: 0.1,
      classWeights: [1, 2, 3],
      maxGradNorm: 0.5,
      dropout: false,
    };
    await new BaalTrainer({ model, args }).train(blobs(30));
    expect(model.learnerOptions[0]).toMatchObject({
      loss: { name: "crossEntropy", labelSmoothing: 0.1, classWeights: [1, 2, 3] },
      maxGradNorm: 0.5,
      seed: 3,
      dropout: false,
    });
    expect(model.weights().slice(0, 12)).toEqual(first!.slice(0, 12));
    expect(model.weights().slice(12)).not.toEqual(first!.slice(12));
  });

  it.each<[TrainingArguments, RegExp]>([
    [{ freeze: ["wieght"] }, /no parameter matches wieght\. The names are like weight, bias/],
    [{ freeze: ["*"] }, /leaves no parameter/],
    [{ evalStrategy: "epoch" }, /evalDataset/],
    [{ classWeights: [1, 2] }, /3 numbers, one per label; 2 came/],
  ])("refuses %o", async (args, message) => {
    const attempt = async () => new BaalTrainer({ model: linearModel(), args }).train(blobs(9));
    await expect(attempt()).rejects.toThrow(withCode("E_ARGUMENT", message));
  });

  it.each<[string, Dataset<Features>, TrainingArguments, RegExp]>([
    ["an empty data set", rowsDataset([]), {}, /training data is empty/],
    ["an unlabelled item", rowsDataset([{ input: [1, 1, 1, 1], target: undefined }], 12), {}, /Item 12 .* has no label/],
    ["a class that is not there", rowsDataset([{ input: [1, 1, 1, 1], target: 3 }]), {}, /from 0 to 2 .* 3 came/],
    [
      "a list for one class",
      rowsDataset([{ input: [1, 1, 1, 1], target: [0, 1, 0] }]),
      {},
      /needs a class index .* \[ 0, 1, 0 \] came/,
    ],
    [
      "a class for many labels",
      rowsDataset([{ input: [1, 1, 1, 1], target: 1 }]),
      { loss: "binaryCrossEntropy" },
      /a list of 3 numbers/,
    ],
    [
      "a class for regression",
      rowsDataset([{ input: [1, 1, 1, 1], target: 1 }]),
      { loss: "meanSquaredError" },
      /a list of 3 finite/,
    ],
  ])("refuses %s", async (_, dataset, args, message) => {
    const model = linearModel();
    await expect(new BaalTrainer({ model, args }).train(dataset)).rejects.toThrow(withCode("E_DATA", message));
    expect(model.steps).toEqual([]);
  });

  it("stops at a loss that is not finite with step and rate in the error and keeps the last good weights", async () => {
    const rows = Array.from({ length: 8 }, (_, i) => ({ input: i === 5 ? [Number.NaN, 0, 0, 0] : [1, 0, 0, i], target: i % 3 }));
    const model = linearModel();
    const weights: number[][] = [model.weights()];
    const remember: TrainerCallback = { onStepEnd: () => void weights.push(model.weights()) };
    const args: TrainingArguments = { learningRate: 0.25, batchSize: 1, lrSchedulerType: "constant", seed: 1 };
    const trainer = new BaalTrainer({ model, args, callbacks: [remember], trainDataset: rowsDataset(rows) });
    const error = await trainer.train().catch((thrown: unknown) => thrown);
    expect(weights.length).toBeGreaterThan(1);
    expect(error).toEqual(withCode("E_NOT_FINITE", new RegExp(`at step ${weights.length} of 24 with the learning rate 0\\.25`)));
    expect(model.weights()).toEqual(weights.at(-1));
  });

  it("stops at such a loss of a learner that does not stop itself", async () => {
    const learner = { step: async () => ({ loss: Number.NaN, gradientNorm: 1 }) };
    const model = Object.assign(linearModel(), { createLearner: async () => learner });
    const attempt = new BaalTrainer({ model, args: FAST }).train(blobs(9));
    await expect(attempt).rejects.toThrow(
      withCode("E_NOT_FINITE", /at step 1 of 6 with the learning rate 0\.05: .*gave the loss NaN/),
    );
  });

  it("stops between steps when aborted and keeps the weights of the last step", async () => {
    const model = linearModel();
    const abort = new AbortController();
    const steps: number[] = [];
    const callback: TrainerCallback = {
      onStepEnd({ globalStep }) {
        steps.push(globalStep);
        if (globalStep === 4) abort.abort();
      },
    };
    const trainer = new BaalTrainer({ model, args: FAST, callbacks: [callback] });
    await expect(trainer.train(blobs(60), { signal: abort.signal })).rejects.toThrow(withCode("E_ABORTED", /after step 4 of 24/));
    expect(steps).toEqual([1, 2, 3, 4]);
    const same = linearModel();
    const stop: TrainerCallback = {
      onStepEnd: ({ globalStep }, control) => void Object.assign(control, { shouldStop: globalStep === 4 }),
    };
    await new BaalTrainer({ model: same, args: FAST, callbacks: [stop] }).train(blobs(60));
    expect(model.weights()).toEqual(same.weights());
  });

  it("refuses to train twice at once, and trains again after a failure", async () => {
    const trainer = new BaalTrainer({ model: linearModel(), args: FAST });
    const running = trainer.train(blobs(30));
    await expect(trainer.train(blobs(30))).rejects.toThrow(withCode("E_ARGUMENT", /training already/));
    await running;
    await expect(trainer.train(blobs(0))).rejects.toThrow(withCode("E_DATA", /empty/));
    expect((await trainer.train(blobs(8))).globalStep).toBe(3);
  });
});

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Dataset, Target } from "../../src/data/dataset.js";
import { type Predictions, predictions } from "../../src/predictions.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import type { TrainerCallback } from "../../src/training/trainer-callback.js";
import type { TrainerProgress } from "../../src/training/trainer-progress.js";
import type { TrainingArguments } from "../../src/training/training-arguments.js";
import { blobs, type Features, LinearModel, linearModel, rowsDataset } from "./linear-model.js";

const FAST: TrainingArguments = { learningRate: 0.05, batchSize: 8, numTrainEpochs: 3, seed: 3 };

function withCode(code: string, message: RegExp) {
  return expect.objectContaining({ code, message: expect.stringMatching(message) });
}

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

describe("callbacks", () => {
  it("are called with Hugging Face's names in order", async () => {
    const calls: string[] = [];
    const note = (name: string) => (state: { readonly globalStep: number }) => void calls.push(`${name} ${state.globalStep}`);
    const callback: TrainerCallback = {
      onTrainBegin: note("trainBegin"),
      onEpochBegin: note("epochBegin"),
      onStepEnd: note("stepEnd"),
      onEpochEnd: note("epochEnd"),
      onLog: note("log"),
      onEvaluate: note("evaluate"),
      onTrainEnd: note("trainEnd"),
    };
    const args: TrainingArguments = { ...FAST, batchSize: 5, numTrainEpochs: 2, evalStrategy: "epoch", loggingSteps: 3 };
    await new BaalTrainer({ model: linearModel(), args, callbacks: [callback], evalDataset: blobs(9) }).train(blobs(10));
    expect(calls).toEqual([
      ...["trainBegin 0", "epochBegin 0", "stepEnd 1", "stepEnd 2", "epochEnd 2", "evaluate 2"],
      ...["epochBegin 2", "stepEnd 3", "log 3", "stepEnd 4", "epochEnd 4", "log 4", "evaluate 4", "trainEnd 4"],
    ]);
  });

  it("can ask for an evaluation and see its entry", async () => {
    const entries: unknown[] = [];
    const callback: TrainerCallback = {
      onStepEnd({ globalStep }, control) {
        if (globalStep === 2) control.shouldEvaluate = true;
      },
      onEvaluate: (_state, _control, { entry }) => void entries.push(entry),
    };
    await new BaalTrainer({ model: linearModel(), args: FAST, callbacks: [callback], evalDataset: blobs(9) }).train(blobs(30));
    expect(entries).toEqual([
      {
        kind: "evaluate",
        step: 2,
        epoch: 0.5,
        values: expect.objectContaining({ loss: expect.any(Number), accuracy: expect.any(Number) }),
      },
    ]);
  });

  it("that ask for a checkpoint need an outputDir", async () => {
    const callback: TrainerCallback = { onStepEnd: (_state, control) => void Object.assign(control, { shouldSave: true }) };
    const trainer = new BaalTrainer({ model: linearModel(), args: FAST, callbacks: [callback] });
    await expect(trainer.train(blobs(9))).rejects.toThrow(withCode("E_ARGUMENT", /set outputDir/));
  });
});

describe("early stopping and the best model", () => {
  /** Metrics from a script, one value per evaluation, and the weights at each. */
  async function trainOn(values: readonly number[], args: TrainingArguments) {
    const model = linearModel();
    const weights: number[][] = [];
    const trainer = new BaalTrainer({
      model,
      args: { learningRate: 0.05, numTrainEpochs: 8, evalStrategy: "epoch", metricForBestModel: "score", ...args },
      evalDataset: blobs(9),
      computeMetrics: () => ({ score: values[weights.push(model.weights()) - 1]! }),
    });
    const result = await trainer.train(blobs(16));
    return { result, weights, model };
  }

  it.each<[string, number[], TrainingArguments, number]>([
    ["patience 3 at equal values stops at the fourth", [1, 1, 1, 1, 1, 1, 1, 1], { earlyStoppingPatience: 3 }, 4],
    ["waiting starts anew after an improvement", [1, 1, 1, 2, 2, 2, 2, 2], { earlyStoppingPatience: 3 }, 7],
    ["no stop while it improves", [1, 2, 3, 4, 5, 6, 7, 8], { earlyStoppingPatience: 1 }, 8],
    ["a smaller loss improves", [5, 4, 3, 3, 3, 3, 3, 3], { earlyStoppingPatience: 2, greaterIsBetter: false }, 5],
    [
      "changes within the threshold do not count",
      [1, 1.05, 1.1, 1.15, 2, 2, 2, 2],
      { earlyStoppingPatience: 2, earlyStoppingThreshold: 0.2 },
      3,
    ],
    ["NaN is not the best even when it comes first", [Number.NaN, 1, 1, 2, 2, 2, 2, 2], { earlyStoppingPatience: 3 }, 7],
    ["NaN is no improvement", [1, Number.NaN, Number.NaN, 2, 2, 2, 2, 2], { earlyStoppingPatience: 2 }, 3],
  ])("%s", async (_, values, args, evaluations) => {
    const { result } = await trainOn(values, args);
    expect(result.state.logHistory.filter(({ kind }) => kind === "evaluate")).toHaveLength(evaluations);
    expect(result.globalStep).toBe(2 * evaluations);
  });

  it("ends with the weights that evaluated best, the first of equals", async () => {
    const { result, weights, model } = await trainOn([1, 3, 3, 2, 1, 0, 0, 0], { loadBestModelAtEnd: true });
    expect(result.state).toMatchObject({ bestMetric: 3, bestStep: 4, globalStep: 16 });
    expect(model.weights()).toEqual(weights[1]);
    expect(weights[1]).not.toEqual(weights[2]);
  });

  it("names the metrics that there are when the one wanted is missing", async () => {
    const attempt = trainOn([1], { metricForBestModel: "f1" });
    await expect(attempt).rejects.toThrow(withCode("E_ARGUMENT", /"f1"; the evaluation gives loss, score/));
  });
});

describe("evaluate", () => {
  it("averages probabilities over draws and is deterministic by default", async () => {
    const model = linearModel();
    model.isStochastic = true;
    const data = blobs(12);
    const trainer = new BaalTrainer({ model, evalDataset: data });
    const { kind, shape, data: logits } = await trainer.predictOnDataset(data, { mode: "deterministic", iterations: 1 });
    expect([kind, ...shape]).toEqual(["logits", 12, 3, 1]);
    const nll = (item: number, columns: readonly (readonly number[])[]) => {
      const probs = columns.map((column) => {
        const exps = column.map(Math.exp);
        return exps[data.at(item).target as number]! / exps.reduce((a, b) => a + b);
      });
      return -Math.log(probs.reduce((a, b) => a + b) / probs.length) / 12;
    };
    let expected = 0;
    for (let i = 0; i < 12; i++) expected += nll(i, [[...logits.slice(i * 3, i * 3 + 3)]]);
    const metrics = await trainer.evaluate();
    expect(metrics["loss"]).toBeCloseTo(expected, 6);
    expect(metrics["negativeLogLikelihood"]).toBeCloseTo(expected, 6);
    expect(metrics).toMatchObject({
      accuracy: expect.any(Number),
      macroF1: expect.any(Number),
      expectedCalibrationError: expect.any(Number),
    });

    const draws = await trainer.predictOnDataset(data, { iterations: 5, seed: 9 });
    let averaged = 0;
    for (let i = 0; i < 12; i++) {
      averaged += nll(
        i,
        [0, 1, 2, 3, 4].map((k) => [0, 1, 2].map((c) => draws.data[(i * 3 + c) * 5 + k]!)),
      );
    }
    expect((await trainer.evaluate(data, { iterations: 5, seed: 9 }))["loss"]).toBeCloseTo(averaged, 6);
    expect(averaged).not.toBeCloseTo(expected, 6);
  });

  it("draws the same for the same seed, and not what predictions draw", async () => {
    const evaluate = async (seed: number, options: { readonly seed?: number } = {}) => {
      const model = linearModel();
      model.isStochastic = true;
      return (await new BaalTrainer({ model, args: { seed } }).evaluate(blobs(12), { iterations: 3, ...options }))["loss"];
    };
    expect(await evaluate(1)).toBe(await evaluate(1));
    expect(await evaluate(1)).not.toBe(await evaluate(2));
    expect(await evaluate(1)).not.toBe(await evaluate(1, { seed: 1 }));
    expect(await evaluate(1, { seed: 5 })).toBe(await evaluate(2, { seed: 5 }));
  });

  it("hands probabilities, targets and dataset indices to computeMetrics", async () => {
    const trainer = new BaalTrainer({
      model: linearModel(),
      computeMetrics: ({ means, targets, indices, labels }) => ({
        rowSum: means.slice(0, 3).reduce((a, b) => a + b),
        target: targets[1] as number,
        index: indices[1]!,
        classes: labels.length,
      }),
    });
    expect(await trainer.evaluate(blobs(6, 7, 40))).toEqual({
      loss: expect.any(Number),
      rowSum: expect.closeTo(1, 12),
      target: 1,
      index: 41,
      classes: 3,
    });
  });

  it("leaves out ignored classes and unknown labels", async () => {
    const rows = [
      { input: [1, 0, 0, 0], target: 1 },
      { input: [5, 5, 5, 5], target: -100 },
    ];
    const trainer = new BaalTrainer({ model: linearModel() });
    expect(await trainer.evaluate(rowsDataset(rows))).toEqual(await trainer.evaluate(rowsDataset(rows.slice(0, 1))));
    await expect(trainer.evaluate(rowsDataset(rows.slice(1)))).rejects.toThrow(withCode("E_DATA", /No target .* counts/));

    const model = new LinearModel({ features: 1, labels: ["a", "b"] });
    model.loadStateDict(
      new Map([
        ["weight", { dims: [2, 1], data: Float32Array.of(0, 0) }],
        ["bias", { dims: [2], data: Float32Array.of(Math.log(3), 0) }],
      ]),
    );
    const multi = new BaalTrainer({ model, args: { loss: "binaryCrossEntropy" } });
    const metrics = await multi.evaluate(
      rowsDataset([
        { input: [0], target: [1, null] },
        { input: [0], target: [0, 1] },
      ]),
    );
    expect(metrics["loss"]).toBeCloseTo((-Math.log(0.75) - Math.log(0.25) - Math.log(0.5)) / 3, 6);
    expect(metrics["accuracy"]).toBeCloseTo(2 / 3, 12);
    const regression = new BaalTrainer({ model, args: { loss: "meanSquaredError" } });
    const errors = await regression.evaluate(rowsDataset([{ input: [0], target: [0, 2] }]));
    expect(errors).toEqual({ loss: expect.closeTo((Math.log(3) ** 2 + 4) / 2, 6) });
  });

  it("takes a plain number where the model has one output", async () => {
    const model = new LinearModel({ features: 1, labels: ["value"] });
    const trainer = new BaalTrainer({ model, args: { loss: "meanSquaredError" } });
    const rows = (target: Target) => rowsDataset([{ input: [0], target }]);
    expect(await trainer.evaluate(rows(3))).toEqual({ loss: 9 });
    expect(await trainer.evaluate(rows([3]))).toEqual({ loss: 9 });
  });

  it("needs labelled items and a data set", async () => {
    const trainer = new BaalTrainer({ model: linearModel() });
    await expect(trainer.evaluate()).rejects.toThrow(withCode("E_ARGUMENT", /evalDataset/));
    const unlabelled = rowsDataset([{ input: [1, 1, 1, 1], target: undefined }]);
    await expect(trainer.evaluate(unlabelled)).rejects.toThrow(withCode("E_DATA", /Item 0 of the evaluation data/));
    await expect(trainer.evaluate(blobs(3), { iterations: 4 })).rejects.toThrow(withCode("E_MODEL_DETERMINISTIC", /patchModule/));
  });
});

describe("predictOnDataset", () => {
  const stochastic = () => {
    const model = linearModel();
    model.isStochastic = true;
    return model;
  };

  it("gives [N, C, K] logits with dataset indices, 20 draws by default, the same for the same seed and any chunk size", async () => {
    const trainer = new BaalTrainer({ model: stochastic() });
    const events: TrainerProgress[] = [];
    const data = blobs(10, 7, 30);
    const first = await trainer.predictOnDataset(data, { chunkSize: 4, onProgress: (event) => events.push(event) });
    expect(first).toMatchObject({
      kind: "logits",
      shape: [10, 3, 20],
      indices: Array.from({ length: 10 }, (_, i) => 30 + i),
    });
    expect(events).toEqual([4, 8, 10].map((done) => ({ type: "predict", done, total: 10 })));
    expect(await trainer.predictOnDataset(data)).toEqual(first);
    expect((await trainer.predictOnDataset(data, { seed: 1 })).data).not.toEqual(first.data);
    const other = new BaalTrainer({ model: stochastic(), args: { seed: 43 } });
    expect((await other.predictOnDataset(data)).data).not.toEqual(first.data);
  });

  it("gives chunks by generator", async () => {
    const trainer = new BaalTrainer({ model: stochastic() });
    const chunks: Predictions[] = [];
    for await (const chunk of trainer.predictOnDatasetGenerator(blobs(10), { iterations: 2, chunkSize: 4 })) chunks.push(chunk);
    expect(chunks.map(({ shape }) => shape)).toEqual([
      [4, 3, 2],
      [4, 3, 2],
      [2, 3, 2],
    ]);
    const whole = await trainer.predictOnDataset(blobs(10), { iterations: 2 });
    expect(chunks.flatMap(({ data }) => [...data])).toEqual([...whole.data]);
  });

  it("gives one deterministic draw of a model without randomness, refuses more, and an empty pool is empty", async () => {
    const trainer = new BaalTrainer({ model: linearModel() });
    expect((await trainer.predictOnDataset(blobs(4))).shape).toEqual([4, 3, 1]);
    expect((await trainer.predictOnDataset(rowsDataset([]))).shape).toEqual([0, 3, 1]);
    await expect(trainer.predictOnDataset(blobs(4), { iterations: 20 })).rejects.toThrow(
      withCode("E_MODEL_DETERMINISTIC", /patchModule/),
    );
    await expect(trainer.predictOnDataset(blobs(4), { iterations: 0 })).rejects.toThrow(withCode("E_ARGUMENT", /0 came/));
    const both = new BaalTrainer({ model: stochastic() }).predictOnDataset(blobs(4), { iterations: 2, mode: "deterministic" });
    await expect(both).rejects.toThrow(withCode("E_ARGUMENT", /deterministic/));
  });

  it("refuses a model whose chunks differ, or that predicts too few items or draws", async () => {
    const shapes = [
      [1, 3, 2],
      [1, 2, 2],
    ];
    const predict = async function* () {
      for (const shape of shapes) yield predictions("logits", shape, new Float32Array(shape[1]! * 2));
    };
    const trainer = new BaalTrainer({ model: Object.assign(stochastic(), { predict }) });
    const ask = (n: number, iterations: number) => trainer.predictOnDataset(blobs(n), { iterations });
    await expect(ask(2, 2)).rejects.toThrow(withCode("E_SHAPE", /logits \[N, 3, 2\], then logits \[N, 2, 2\]/));
    await expect(ask(2, 3)).rejects.toThrow(withCode("E_SHAPE", /3 draws .* \[1,3,2\] came/));
    shapes.pop();
    await expect(ask(2, 2)).rejects.toThrow(withCode("E_SHAPE", /1 of 2 items/));
  });

  it("names the item with a score that is not finite", async () => {
    const rows = [0, Number.POSITIVE_INFINITY].map((x) => ({ input: [x, 0, 0, 0], target: undefined }));
    const attempt = new BaalTrainer({ model: linearModel() }).predictOnDataset(rowsDataset(rows, 70));
    await expect(attempt).rejects.toThrow(withCode("E_NOT_FINITE", /for item 71/));
  });

  it("stops when aborted", async () => {
    const trainer = new BaalTrainer({ model: stochastic() });
    await expect(trainer.predictOnDataset(blobs(4), { signal: AbortSignal.abort() })).rejects.toThrow(
      withCode("E_ABORTED", /cancelled/),
    );
  });
});

describe("weights", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "baal-trainer-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("are saved, read, loaded and reset through the model", async () => {
    const model = linearModel();
    const fresh = model.weights();
    const trainer = new BaalTrainer({ model, args: FAST });
    await trainer.train(blobs(30));
    const trained = model.weights();
    const state = new Map([...trainer.stateDict()].map(([name, { dims, data }]) => [name, { dims, data: data.slice() }]));
    await trainer.saveModel(folder);
    expect(await readdir(folder)).toEqual(["model.safetensors"]);
    trainer.resetWeights();
    expect(model.weights()).toEqual(fresh);
    trainer.loadStateDict(state);
    expect(model.weights()).toEqual(trained);
  });
});

import { describe, expect, it } from "vitest";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import type { TrainerCallback } from "../../src/training/trainer-callback.js";
import type { TrainingArguments } from "../../src/training/training-arguments.js";
import { blobs, linearModel } from "./linear-model.js";
import { FAST, withCode } from "./trainer-fixtures.js";

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

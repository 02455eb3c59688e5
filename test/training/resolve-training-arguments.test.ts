import { describe, expect, it } from "vitest";
import { resolveTrainingArguments } from "../../src/training/resolve-training-arguments.js";
import type { TrainingArguments } from "../../src/training/training-arguments.js";

describe("resolveTrainingArguments", () => {
  it("gives Hugging Face's defaults", () => {
    expect(resolveTrainingArguments()).toMatchObject({
      numTrainEpochs: 3,
      maxSteps: -1,
      batchSize: 8,
      gradientAccumulationSteps: 1,
      learningRate: 5e-5,
      weightDecay: 0,
      adamBeta1: 0.9,
      adamBeta2: 0.999,
      adamEpsilon: 1e-8,
      maxGradNorm: 1,
      lrSchedulerType: "linear",
      warmupSteps: 0,
      warmupRatio: 0,
      seed: 42,
      evalStrategy: "no",
      saveStrategy: "no",
      saveSteps: 500,
      loggingSteps: 500,
      evalSteps: 500,
      metricForBestModel: "loss",
      greaterIsBetter: false,
    });
  });

  it("takes Hugging Face's name for the batch size, turns clipping off and knows which metrics are better when larger", () => {
    const args = resolveTrainingArguments({
      perDeviceTrainBatchSize: 32,
      maxGradNorm: Number.POSITIVE_INFINITY,
      metricForBestModel: "eval_accuracy",
      loggingSteps: 7,
      batchSize: undefined,
    });
    expect(args).toMatchObject({ batchSize: 32, maxGradNorm: Number.POSITIVE_INFINITY, metricForBestModel: "accuracy" });
    expect(args).toMatchObject({ greaterIsBetter: true, evalSteps: 7 });
    expect(args).not.toHaveProperty("perDeviceTrainBatchSize");
  });

  it.each([
    ["loss", false],
    ["negativeLogLikelihood", false],
    ["brierScore", false],
    ["expectedCalibrationError", false],
    ["hammingLoss", false],
    ["labelRankingLoss", false],
    ["coverageError", false],
    ["rootMeanSquaredError", false],
    ["meanAbsoluteError", false],
    ["macroF1", true],
    ["balancedAccuracy", true],
    ["meanAveragePrecision", true],
    ["r2", true],
    ["spearman", true],
    ["intervalCoverage90", true],
  ])("knows which way %s is better", (metricForBestModel, greaterIsBetter) => {
    expect(resolveTrainingArguments({ metricForBestModel }).greaterIsBetter).toBe(greaterIsBetter);
  });

  const bad: readonly (readonly [TrainingArguments & Record<string, unknown>, RegExp])[] = [
    [{ learningRate: -1 }, /^learningRate is expected to be a number of at least 0; -1 came\.$/],
    [{ learningRate: Number.NaN }, /learningRate .* NaN came/],
    [{ batchSize: 2.5 }, /^batchSize is expected to be an integer of at least 1; 2\.5 came\.$/],
    [{ batchSize: 4, perDeviceTrainBatchSize: 8 }, /same setting; 4 and 8 came/],
    [{ maxSteps: 0 }, /maxSteps is expected to be -1 or an integer of at least 1; 0 came/],
    [{ warmupRatio: 2 }, /warmupRatio is expected to be a number from 0 to 1; 2 came/],
    [{ maxGradNorm: 0 }, /maxGradNorm .* above 0; Infinity turns clipping off; 0 came/],
    [{ ["optim" as string]: "adam" }, /optim is expected to be one of "adamw", "sgd"; 'adam' came/],
    [
      { ["lrSchedulerType" as string]: "step" },
      /lrSchedulerType .* "constant_with_warmup" or a function of the step; 'step' came/,
    ],
    [{ ["freeze" as string]: "*.bias" }, /freeze is expected to be a list of globs/],
    [{ ["freeze" as string]: [3] }, /freeze is expected to be globs or regular expressions; \[ 3 \] came/],
    [{ ["learning_rate" as string]: 1 }, /no training argument learning_rate\. Did you mean learningRate\?/],
    [{ ["lerningRate" as string]: 1 }, /Did you mean learningRate\?/],
    [{ ["xyz" as string]: 1 }, /no training argument xyz\. The arguments are numTrainEpochs/],
    [
      { classWeights: [1, -1] },
      /classWeights is expected to be a list of numbers of at least 0, one per class; \[ 1, -1 \] came/,
    ],
    [{ resumeFromCheckpoint: "" }, /resumeFromCheckpoint is expected to be true, false or the path of a checkpoint; '' came/],
    [{ saveStrategy: "epoch" }, /saveStrategy "epoch" needs an outputDir/],
    [{ resumeFromCheckpoint: true }, /needs an outputDir, or give a path/],
    [{ loadBestModelAtEnd: true }, /loadBestModelAtEnd needs an evalStrategy/],
    [{ earlyStoppingPatience: 2 }, /earlyStoppingPatience needs an evalStrategy/],
    [{ sgdNesterov: true }, /sgdNesterov needs an sgdMomentum/],
    [
      { labelSmoothingFactor: 0.1, loss: "meanSquaredError" },
      /labelSmoothingFactor is for the loss "crossEntropy", .*; the loss is "meanSquaredError"/,
    ],
    [{ posWeight: [1, 2] }, /posWeight is for the loss "binaryCrossEntropy"; the loss is "crossEntropy"/],
    [{ posWeight: [-1], loss: "binaryCrossEntropy" }, /posWeight is expected to be a list of numbers of at least 0/],
    [{ focalGamma: 1, loss: "binaryCrossEntropy" }, /focalGamma is for the loss "sigmoidFocal"/],
    [{ focalAlpha: 0.5 }, /focalAlpha is for the loss "sigmoidFocal"/],
    [{ focalAlpha: 2, loss: "sigmoidFocal" }, /focalAlpha is expected to be a number from 0 to 1; 2 came/],
    [{ huberDelta: 1, loss: "meanSquaredError" }, /huberDelta is for the loss "huber"/],
    [{ sampler: "classes" as "class" }, /sampler is expected to be one of "instance", "class", "squareroot"; 'classes' came/],
    [{ sampler: "class", loss: "huber" }, /sampler "class" goes by classes, and the loss "huber" has none/],
    [{ minSteps: 5, maxSteps: 3 }, /minSteps \(5\) .* at most maxSteps \(3\)/],
  ];
  it.each(bad)("refuses %o", (args, message) => {
    expect(() => resolveTrainingArguments(args)).toThrow(message);
    expect(() => resolveTrainingArguments(args)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});

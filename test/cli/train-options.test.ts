import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { addTrainOptions, type TrainOptions, trainerArguments } from "../../src/cli/train-options.js";
import { describeTrainingArguments, type TrainingArguments } from "../../src/training/training-arguments.js";

function parse(...flags: string[]): TrainingArguments {
  const command = addTrainOptions(new Command("train").option("--seed <integer>", "", Number))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.parse(["--data", "d.csv", "--model", "m", "--output", "o", ...flags], { from: "user" });
  return trainerArguments(command.opts<TrainOptions>());
}

/** A text that each flag takes, and what the trainer gets of it; 7 for the numbers. */
const TEXTS: Partial<Record<keyof TrainingArguments, readonly [text: readonly string[], value: unknown]>> = {
  optim: [["sgd"], "sgd"],
  adamBeta1: [["0.5"], 0.5],
  adamBeta2: [["0.5"], 0.5],
  sgdMomentum: [["0.5"], 0.5],
  warmupRatio: [["0.5"], 0.5],
  labelSmoothingFactor: [["0.5"], 0.5],
  lrSchedulerType: [["cosine"], "cosine"],
  dropout: [[], false],
  batchNormalization: [["running"], "running"],
  classWeights: [["1, 2.5,0"], [1, 2.5, 0]],
  posWeight: [["1, 2.5"], [1, 2.5]],
  focalAlpha: [["0.25"], 0.25],
  sampler: [["class"], "class"],
  freeze: [["a.*"], ["a.*"]],
  evalStrategy: [["steps"], "steps"],
  saveStrategy: [["epoch"], "epoch"],
  loadBestModelAtEnd: [[], true],
  metricForBestModel: [["accuracy"], "accuracy"],
  overwriteOutputDir: [[], true],
  resumeFromCheckpoint: [[], true],
};

describe("the flags of training arguments", () => {
  it.each(describeTrainingArguments().flatMap(({ name, cli }) => (cli ? [name] : [])))("%s reaches the trainer", (name) => {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const [text, value] = TEXTS[name] ?? [["7"], 7];
    const given = parse(`--${name === "dropout" ? "no-dropout" : flag}`, ...text);
    expect(given).toEqual({ dropout: true, [name]: value });
  });

  it("take the seed along, several patterns, and a checkpoint's path; nothing that was not given", () => {
    expect(parse()).toEqual({ dropout: true });
    expect(parse("--seed", "3", "--freeze", "a.*", "--freeze", "b.*", "--resume-from-checkpoint", "c/1")).toEqual({
      ...{ dropout: true, seed: 3, freeze: ["a.*", "b.*"], resumeFromCheckpoint: "c/1" },
    });
  });

  it.each([
    [["--class-weights", "1,,2"], "a list of numbers of at least 0"],
    [["--class-weights", "1,-1"], "a list of numbers of at least 0"],
    [["--learning-rate", " "], "a number of at least 0"],
    [["--max-steps", "0"], "-1 or an integer of at least 1"],
    [["--adam-beta1", "1"], "at least 0 and below 1"],
    [["--eval-strategy", "never"], "Allowed choices are no, epoch, steps"],
  ])("say what they expect: %o", (flags, message) => {
    expect(() => parse(...flags)).toThrow(message);
  });
});

import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSafetensors } from "../../src/engine/safetensors/read-safetensors.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { listCheckpoints } from "../../src/training/checkpoint.js";
import type { TrainerProgress } from "../../src/training/trainer-callback.js";
import type { TrainingArguments } from "../../src/training/training-arguments.js";
import { blobs, linearModel } from "./linear-model.js";
import { RESUMABLE } from "./resumable.js";

const CHILD = fileURLToPath(new URL("train-child.ts", import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "baal-resume-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Trains a new model, as far as `abortAfter` steps where given. */
async function train(args: TrainingArguments, options: { readonly abortAfter?: number; readonly items?: number } = {}) {
  const model = linearModel();
  const abort = new AbortController();
  const warnings: string[] = [];
  const weightsByStep: number[][] = [];
  const trainer = new BaalTrainer({
    model,
    args: { ...RESUMABLE, outputDir: folder, ...args },
    evalDataset: blobs(12, 8),
    callbacks: [
      {
        onStepEnd({ globalStep }) {
          weightsByStep[globalStep] = model.weights();
          if (globalStep === options.abortAfter) abort.abort();
        },
      },
    ],
  });
  const onProgress = (event: TrainerProgress) => {
    if (event.type === "warning") warnings.push(event.message);
  };
  const outcome = await trainer
    .train(blobs(options.items ?? 40), { signal: abort.signal, onProgress })
    .catch((error: unknown) => error);
  return { model, outcome, warnings, weightsByStep, trainer };
}

async function uninterrupted(args: TrainingArguments = {}) {
  const other = await mkdtemp(join(tmpdir(), "baal-uninterrupted-"));
  try {
    return await train({ ...args, outputDir: other });
  } finally {
    await rm(other, { recursive: true });
  }
}

function expectSameRun(resumed: Awaited<ReturnType<typeof train>>, whole: Awaited<ReturnType<typeof train>>): void {
  expect(resumed.model.weights()).toEqual(whole.model.weights());
  expect(resumed.outcome).toMatchObject({ globalStep: 24, trainingLoss: expect.any(Number) });
  const state = (run: Awaited<ReturnType<typeof train>>) => (run.outcome as { readonly state: unknown }).state;
  expect(state(resumed)).toEqual(state(whole));
}

describe("resumeFromCheckpoint", () => {
  // At steps 8 and 16 the abort hits the evaluation that comes before the checkpoint of that step.
  it.each([
    [1, 0],
    [2, 2],
    [7, 6],
    [8, 6],
    [16, 14],
    [23, 22],
  ])("after an abort at step %d, from step %d, ends with bit-equal weights and the same log", async (abortAfter, from) => {
    const whole = await uninterrupted();
    const aborted = await train({}, { abortAfter });
    expect(aborted.outcome).toMatchObject({ code: "E_ABORTED" });
    const resumed = await train({ resumeFromCheckpoint: true });
    expectSameRun(resumed, whole);
    expect(resumed.weightsByStep.findIndex((weights) => weights !== undefined)).toBe(from + 1);
    expect(resumed.weightsByStep.slice(from + 1)).toEqual(whole.weightsByStep.slice(from + 1));
  });

  it.each<TrainingArguments>([
    { optim: "sgd", sgdMomentum: 0.9, sgdNesterov: true },
    { gradientAccumulationSteps: 3, maxSteps: 24 },
    { freeze: ["bias"], lrSchedulerType: "cosine" },
    { sampler: "class" },
    { sampler: "squareroot" },
    { saveStrategy: "epoch", evalStrategy: "epoch", earlyStoppingPatience: 2, greaterIsBetter: true, maxSteps: 24 },
  ])("does so with %o", async (args) => {
    const whole = await uninterrupted(args);
    await train(args, { abortAfter: 11 });
    const resumed = await train({ ...args, resumeFromCheckpoint: true });
    expect(resumed.model.weights()).toEqual(whole.model.weights());
    expect((resumed.outcome as { state: unknown }).state).toEqual((whole.outcome as { state: unknown }).state);
  });

  it("continues from a path, and extends a finished run", async () => {
    await train({ loadBestModelAtEnd: false, lrSchedulerType: "constant", saveTotalLimit: 20 });
    const [first] = await listCheckpoints(folder);
    const args: TrainingArguments = {
      loadBestModelAtEnd: false,
      lrSchedulerType: "constant",
      saveTotalLimit: 20,
      numTrainEpochs: 4,
    };
    const whole = await uninterrupted(args);
    const fromPath = await train({ ...args, resumeFromCheckpoint: first!.path });
    expect(fromPath.model.weights()).toEqual(whole.model.weights());
    const extended = await train({ ...args, numTrainEpochs: 5, resumeFromCheckpoint: true });
    expect(extended.outcome).toMatchObject({ globalStep: 40 });
    expect(extended.weightsByStep.findIndex((weights) => weights !== undefined)).toBe(33);
  });

  it("passes over a torn checkpoint with a warning", async () => {
    const whole = await uninterrupted();
    await train({}, { abortAfter: 13 });
    const torn = (await listCheckpoints(folder)).at(-1)!;
    expect(torn.step).toBe(12);
    await truncate(join(torn.path, "model.safetensors"), 100);
    const resumed = await train({ resumeFromCheckpoint: true });
    expect(resumed.warnings).toEqual([expect.stringMatching(/checkpoint-12 is not an intact checkpoint/)]);
    expectSameRun(resumed, whole);
  });

  it("refuses when every checkpoint is torn, and warns and starts when there is none yet", async () => {
    const first = await train({ resumeFromCheckpoint: true }, { abortAfter: 3 });
    expect(first.warnings).toEqual([expect.stringMatching(/no checkpoint in .* starts from the beginning/)]);
    for (const { path } of await listCheckpoints(folder)) await truncate(join(path, "trainer-state.json"), 10);
    const second = await train({ resumeFromCheckpoint: true });
    expect(second.outcome).toMatchObject({ code: "E_CHECKPOINT", message: expect.stringMatching(/None of the 1 checkpoints/) });
  });

  it.each<[TrainingArguments, number, RegExp]>([
    [{ seed: 12 }, 40, /seed 11 then, 12 now/],
    [{ batchSize: 4 }, 40, /batchSize 5 then, 4 now/],
    [{ optim: "sgd" }, 40, /optim adamw then, sgd now/],
    [{}, 41, /items 40 then, 41 now; other items/],
  ])("refuses a run with %o and %d items", async (args, items, message) => {
    await train({}, { abortAfter: 3 });
    const resumed = await train({ ...args, resumeFromCheckpoint: true }, { items });
    expect(resumed.outcome).toMatchObject({ code: "E_CHECKPOINT", message: expect.stringMatching(message) });
  });

  it("says so when the best weights are no longer there", async () => {
    await train({}, { abortAfter: 9 });
    const resumed = await train({ evalStrategy: "no", loadBestModelAtEnd: false, resumeFromCheckpoint: true, saveTotalLimit: 1 });
    expect(resumed.outcome).toMatchObject({ globalStep: 24 });
    const again = await train({ numTrainEpochs: 4, resumeFromCheckpoint: true });
    expect(again.warnings).toEqual([expect.stringMatching(/best weights so far .* has no checkpoint of it/)]);
    expect(again.outcome).toMatchObject({ globalStep: 32 });
  });
});

describe("outputDir", () => {
  it("with checkpoints of another run is left alone unless overwriteOutputDir says otherwise", async () => {
    await train({}, { abortAfter: 9 });
    const before = await listCheckpoints(folder);
    const refused = await train({});
    expect(refused.outcome).toMatchObject({
      code: "E_ARGUMENT",
      message: expect.stringMatching(/checkpoints of an earlier run/),
    });
    expect(await listCheckpoints(folder)).toEqual(before);
    await train({ overwriteOutputDir: true }, { abortAfter: 3 });
    expect((await listCheckpoints(folder)).map(({ step }) => step)).toEqual([2]);
  });

  it("gets a checkpoint every saveSteps and after the last step, and loses what a killed run left half-written", async () => {
    await mkdir(join(folder, ".checkpoint-4.0a1b2c3d.tmp"));
    const args: TrainingArguments = { saveSteps: 7, loadBestModelAtEnd: false, saveTotalLimit: undefined };
    const { trainer } = await train(args);
    expect(trainer.args.saveTotalLimit).toBeUndefined();
    expect((await readdir(folder)).sort()).toEqual(["checkpoint-14", "checkpoint-21", "checkpoint-24", "checkpoint-7"]);
  });

  it("keeps the newest and the best checkpoints within saveTotalLimit and ends with the best weights", async () => {
    const scores = [1, 5, 2, 1, 1, 1];
    let evaluations = 0;
    const model = linearModel();
    const seen: number[][] = [];
    const trainer = new BaalTrainer({
      model,
      args: { ...RESUMABLE, outputDir: folder, saveTotalLimit: 2, metricForBestModel: "score" },
      evalDataset: blobs(12),
      computeMetrics: () => ({ score: scores[evaluations++]! }),
      callbacks: [{ onEvaluate: () => void seen.push(model.weights()) }],
    });
    await trainer.train(blobs(40));
    expect(evaluations).toBe(6);
    expect((await listCheckpoints(folder)).map(({ step }) => step)).toEqual([8, 24]);
    expect(model.weights()).toEqual(seen[1]);
  });
});

it("a process killed twice in the middle ends with bit-equal weights", async () => {
  const whole = await uninterrupted();
  const result = join(folder, "result");
  const output = join(folder, "checkpoints");
  const reached = async (lastStep: number) => {
    const child = spawn(process.execPath, ["--import", "tsx", CHILD, output, result], { stdio: ["ignore", "pipe", "pipe"] });
    const errors: Buffer[] = [];
    child.stderr.on("data", (part: Buffer) => errors.push(part));
    const closed = new Promise<NodeJS.Signals | number | null>((resolve) => {
      child.on("close", (code, signal) => resolve(signal ?? code));
    });
    const steps: number[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      steps.push(Number(/^step (\d+)$/.exec(line)?.[1]));
      if (steps.at(-1) === lastStep) child.kill("SIGKILL");
    }
    return { steps, ended: await closed, errors: Buffer.concat(errors).toString() };
  };
  const first = await reached(7);
  expect(first.ended, first.errors).toBe("SIGKILL");
  const second = await reached(16);
  expect(second.ended, second.errors).toBe("SIGKILL");
  // Not from the start: a checkpoint of step 6 (or of 4, if the kill came while it was written) was there.
  expect(second.steps[0]).toBeGreaterThanOrEqual(5);
  const third = await reached(Number.POSITIVE_INFINITY);
  expect(third.ended, third.errors).toBe(0);
  expect(third.steps[0]).toBeGreaterThanOrEqual(13);
  expect(third.steps.at(-1)).toBe(24);
  const weights = await readSafetensors(join(result, "model.safetensors"));
  expect([...weights.get("weight")!.data, ...weights.get("bias")!.data]).toEqual(whole.model.weights());
});

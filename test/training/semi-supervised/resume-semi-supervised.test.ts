import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Random } from "../../../src/core/random.js";
import { BaalTrainer } from "../../../src/training/baal-trainer.js";
import type { SemiSupervision } from "../../../src/training/semi-supervised/methods.js";
import type { TrainingArguments } from "../../../src/training/training-arguments.js";
import { Mlp, type Point, twoMoons, unlabelled } from "./mlp.js";

const ARGS: TrainingArguments = { learningRate: 0.01, batchSize: 3, maxSteps: 14, seed: 8 };
const labelled = twoMoons(10, { seed: 3 });
const pool = unlabelled(twoMoons(17, { seed: 4, offset: 50 }));
const jitter = ([x, y]: Point, random: Random): Point => [x + 0.1 * random.normal(), y + 0.1 * random.normal()];
const both = { unlabelled: pool, augment: { weak: jitter, strong: jitter }, rampUp: 0.5, threshold: 0.55 };

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "baal-semi-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

async function interrupted(semiSupervised: SemiSupervision<Point>, outputDir: string): Promise<TrainingArguments> {
  const saving: TrainingArguments = { ...ARGS, outputDir, saveStrategy: "steps", saveSteps: 2 };
  const abort = new AbortController();
  const stop = { onStepEnd: ({ globalStep }: { readonly globalStep: number }) => void (globalStep === 9 && abort.abort()) };
  const attempt = new BaalTrainer({ model: new Mlp(), args: saving, callbacks: [stop] }).train(labelled, {
    semiSupervised,
    signal: abort.signal,
  });
  await expect(attempt).rejects.toThrow(expect.objectContaining({ code: "E_ABORTED" }));
  return { ...saving, resumeFromCheckpoint: true };
}

it.each<SemiSupervision<Point>>([
  { method: "pseudoLabel", ...both },
  { method: "piModel", ...both },
  { method: "fixMatch", ...both },
  { method: "fixMatch", ...both, labelledShare: 0.4 },
])("a run with %o that was interrupted ends with bit-equal weights", async (semiSupervised) => {
  const whole = new Mlp();
  const fresh = whole.weights();
  await new BaalTrainer({ model: whole, args: ARGS }).train(labelled, { semiSupervised });
  const resuming = await interrupted(semiSupervised, await folder());
  const resumed = new Mlp();
  const { globalStep } = await new BaalTrainer({ model: resumed, args: resuming }).train(labelled, { semiSupervised });
  expect(globalStep).toBe(14);
  expect(resumed.weights()).toEqual(whole.weights());
  expect(resumed.weights()).not.toEqual(fresh);
});

it("other settings, or none, are another run", async () => {
  const semiSupervised: SemiSupervision<Point> = { method: "fixMatch", ...both };
  const resuming = await interrupted(semiSupervised, await folder());
  const attempt = (semi: SemiSupervision<Point> | undefined) =>
    new BaalTrainer({ model: new Mlp(), args: resuming }).train(labelled, { semiSupervised: semi });
  await expect(attempt({ ...semiSupervised, threshold: 0.9 })).rejects.toThrow(
    /semiSupervised fixMatch .* then, fixMatch .* now/,
  );
  await expect(attempt(undefined)).rejects.toThrow(/semiSupervised fixMatch .* then, none now/);
});

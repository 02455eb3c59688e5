import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { patchModule } from "../../src/bayesian/patch-module.js";
import { createDataset } from "../../src/core/dataset-view.js";
import { createRandom } from "../../src/core/random.js";
import { predictiveMoments } from "../../src/metrics/predictive-moments.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import type { TrainingArguments } from "../../src/training/training-arguments.js";
import { temporaryFolder } from "../temporary-folder.js";

/** y = 1 + 2 a, with a noise whose deviation is 0.1 where b is 0 and 1 where b is 1. */
function items(count: number, seed: number) {
  const random = createRandom(seed);
  const examples = Array.from({ length: count }, (_, index) => {
    const b = index % 2;
    const a = 2 * random.uniform() - 1;
    return { index, input: Float32Array.of(a, b), target: [1 + 2 * a + (b === 1 ? 1 : 0.1) * random.normal()] };
  });
  return createDataset(count, (i) => examples[i]!);
}

const train = items(200, 1);
const held = items(400, 2);
const ARGS: TrainingArguments = { loss: "gaussianNll", learningRate: 0.1, batchSize: 100, numTrainEpochs: 120, seed: 3 };
const makeHead = (dropout = 0) =>
  HeadClassifier.fromConfig({ inputDim: 2, dropout }, { labels: ["size"], task: "regression", seed: 1 });

async function trained(dropout = 0, args: TrainingArguments = {}) {
  const model = makeHead(dropout);
  const trainer = new BaalTrainer({ model, args: { ...ARGS, ...args } });
  await trainer.train(train);
  return { model, trainer };
}

/** The mean predicted deviation where the noise is small, and where it is large. */
async function deviations(model: HeadClassifier): Promise<[number, number]> {
  const { aleatoric_N_C } = predictiveMoments(await new BaalTrainer({ model }).predictOnDataset(held, { iterations: 1 }));
  const mean = (b: number) => Math.sqrt(aleatoric_N_C.filter((_, i) => i % 2 === b).reduce((sum, v) => sum + v, 0) / 200);
  return [mean(0), mean(1)];
}

describe("gaussianNll", () => {
  it("learns the numbers and how far they scatter, item by item", async () => {
    const { model, trainer } = await trained();
    const [small, large] = await deviations(model);
    expect(small).toBeGreaterThan(0.07);
    expect(small).toBeLessThan(0.14);
    expect(large).toBeGreaterThan(0.8);
    expect(large).toBeLessThan(1.2);
    const metrics = await trainer.evaluate(held);
    expect(metrics["intervalCoverage90"]).toBeGreaterThan(0.84);
    expect(metrics["intervalCoverage90"]).toBeLessThan(0.96);
    // Half of the items with deviation 0.1, half with 1: the mean of ln s + 1 / 2.
    expect(metrics["loss"]).toBeCloseTo((Math.log(0.1) + Math.log(1)) / 2 + 0.5, 0.7);
    expect(metrics["r2"]).toBeGreaterThan(0.6);
  });

  it("parts what more data would take away from the noise", async () => {
    const { model, trainer } = await trained(0.2);
    patchModule(model);
    const draws = await trainer.predictOnDataset(held, { iterations: 8 });
    expect(draws).toMatchObject({ kind: "values", shape: [400, 1, 8] });
    expect(draws.logVariances).toHaveLength(400 * 8);
    const { epistemic_N_C, aleatoric_N_C, variances_N_C } = predictiveMoments(draws);
    expect(epistemic_N_C.every((value) => value >= 0)).toBe(true);
    expect(epistemic_N_C.some((value) => value > 0)).toBe(true);
    expect(aleatoric_N_C.every((value) => value > 0)).toBe(true);
    expect(variances_N_C[7]).toBeCloseTo(epistemic_N_C[7]! + aleatoric_N_C[7]!, 12);
    // Chunks are the same draws.
    const chunks = [];
    for await (const chunk of trainer.predictOnDatasetGenerator(held, { iterations: 8, chunkSize: 150 })) chunks.push(chunk);
    expect(chunks.flatMap(({ logVariances }) => [...logVariances!])).toEqual([...draws.logVariances!]);
  });

  it("keeps the numbers of a model as they are when the layer comes, with a variance of 1", async () => {
    const model = makeHead(0.3);
    patchModule(model);
    const draw = () => new BaalTrainer({ model }).predictOnDataset(held, { iterations: 4, seed: 5 });
    const before = await draw();
    expect(before.logVariances).toBeUndefined();
    model.prepareLoss("gaussianNll");
    const after = await draw();
    expect([...after.data]).toEqual([...before.data]);
    expect([...after.logVariances!].every((value) => value === 0)).toBe(true);
  });

  it("is saved beside files that are those of any regression, and loaded with them", async () => {
    const { model } = await trained();
    const folder = join(temporaryFolder(), "sizes");
    await model.save(folder);
    expect(await readdir(folder)).toContain("variance.safetensors");
    const again = await HeadClassifier.fromPretrained(folder);
    const draw = (head: HeadClassifier) => new BaalTrainer({ model: head }).predictOnDataset(held, { iterations: 1 });
    const [own, loaded] = [await draw(model), await draw(again)];
    expect([...loaded.data]).toEqual([...own.data]);
    expect([...loaded.logVariances!]).toEqual([...own.logVariances!]);
    await rm(join(folder, "variance.safetensors"));
    const plain = await draw(await HeadClassifier.fromPretrained(folder));
    expect([...plain.data]).toEqual([...own.data]);
    expect(plain.logVariances).toBeUndefined();
  });

  it("goes with another loss, and back to 0 with the other weights", async () => {
    const { model } = await trained();
    model.resetWeights();
    expect([...model.stateDict().get("variance.weight")!.data]).toEqual([0, 0]);
    await new BaalTrainer({ model, args: { loss: "huber", maxSteps: 2 } }).train(train);
    expect(model.stateDict().has("variance.weight")).toBe(false);
    expect((await new BaalTrainer({ model }).predictOnDataset(held, { iterations: 1 })).logVariances).toBeUndefined();
  });

  it("goes on after an interruption as if there had been none", async () => {
    const args: TrainingArguments = { numTrainEpochs: 3, saveStrategy: "steps", saveSteps: 2 };
    const whole = await trained(0.2, { ...args, outputDir: join(temporaryFolder(), "whole") });
    const outputDir = join(temporaryFolder(), "parts");
    const abort = new AbortController();
    const trainer = new BaalTrainer({
      model: makeHead(0.2),
      args: { ...ARGS, ...args, outputDir },
      callbacks: [{ onStepEnd: ({ globalStep }) => void (globalStep === 5 && abort.abort()) }],
    });
    await expect(trainer.train(train, { signal: abort.signal })).rejects.toMatchObject({ code: "E_ABORTED" });
    const resumed = await trained(0.2, { ...args, outputDir, resumeFromCheckpoint: true });
    const weights = (head: HeadClassifier) => [...head.stateDict().values()].map(({ data }) => [...data]);
    expect(weights(resumed.model)).toEqual(weights(whole.model));
  });
});

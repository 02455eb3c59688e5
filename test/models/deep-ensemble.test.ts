import { existsSync, readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DeepEnsemble } from "../../src/bayesian/deep-ensemble.js";
import { patchModule, unpatchModule } from "../../src/bayesian/patch-module.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { temporaryFolder } from "../temporary-folder.js";
import { draws, drawsAt, tinyModel } from "./draw-moments.js";
import { asDataset, maxDifference, tinyConfig, tinyTexts } from "./tiny.js";

const texts = tinyTexts(13);
const trainingTexts = asDataset(tinyTexts(12, (index) => index % 3));
const copy = (model: TextClassifier) => new Map([...model.stateDict()].map(([name, { data }]) => [name, data.slice()]));

/** Members trained independently, from different seeds. */
async function trained(model: TextClassifier, { freeze = [] as string[] } = {}): Promise<DeepEnsemble> {
  const ensemble = new DeepEnsemble();
  for (const seed of [1, 2, 3]) {
    if (freeze.length === 0) model.resetWeights({ seed });
    else model.resetWeights();
    await new BaalTrainer({ model, args: { seed, numTrainEpochs: 1, batchSize: 4, learningRate: 0.01, freeze } }).train(
      trainingTexts,
    );
    ensemble.add(model.stateDict());
  }
  return ensemble;
}

/** Expects draw k to be, bit for bit, what the model predicts with member k loaded. */
async function expectMembers(model: TextClassifier, ensemble: DeepEnsemble): Promise<void> {
  patchModule(model, { posterior: ensemble });
  const together = await draws(model, texts, { iterations: ensemble.size });
  expect(together.isConsistent).toBe(true);
  const alone = new Map([...model.stateDict()].map(([name, { dims, data }]) => [name, { dims, data: data.slice() }]));
  for (let k = 0; k < ensemble.size; k++) {
    model.loadStateDict(ensemble.member(k));
    const { data } = await draws(model, texts, { mode: "deterministic" });
    const drawn = texts.flatMap((_, n) => [0, 1, 2].map((c) => drawsAt(together, n, c)[k]!));
    expect(drawn).toEqual([...data]);
  }
  model.loadStateDict(alone);
}

describe("a deep ensemble", () => {
  it("predicts, bit for bit, what each member predicts alone; members trained from different seeds differ", async () => {
    const model = tinyModel();
    const ensemble = await trained(model);
    expect(new Set(ensemble.varying).size).toBe(model.stateDict().size);
    await expectMembers(model, ensemble);
    const { data } = await draws(model, texts, { iterations: 3 });
    expect(Math.abs(data[0]! - data[1]!)).toBeGreaterThan(0.01);
  });

  it("computes and keeps once what its members have in common, and still predicts what they do", async () => {
    const model = tinyModel();
    const ensemble = await trained(model, { freeze: ["distilbert.*"] });
    expect([...ensemble.varying].sort()).toEqual([
      "classifier.bias",
      "classifier.weight",
      "pre_classifier.bias",
      "pre_classifier.weight",
    ]);
    const name = "distilbert.embeddings.word_embeddings.weight";
    expect(ensemble.member(2).get(name)!.data).toBe(ensemble.member(0).get(name)!.data);
    // Other weights in the model meanwhile change nothing: the common ones are the ensemble's too.
    model.resetWeights({ seed: 1234 });
    await expectMembers(model, ensemble);
  });

  it("is the same in any batches and chunks", async () => {
    const model = tinyModel();
    patchModule(model, { posterior: await trained(model) });
    const whole = await draws(model, texts, { iterations: 3 });
    for (const options of [{ tokensPerBatch: 5 }, { chunkSize: 4 }]) {
      expect(maxDifference((await draws(model, texts, { iterations: 3, ...options })).data, whole.data)).toBeLessThan(1e-5);
    }
  });

  it("holds copies", async () => {
    const model = tinyModel();
    const ensemble = new DeepEnsemble([model.stateDict()]);
    const before = ensemble.member(0).get("classifier.bias")!.data.slice();
    model.stateDict().get("classifier.bias")!.data.fill(7);
    expect(ensemble.member(0).get("classifier.bias")!.data).toEqual(before);
  });

  it("has as many draws as members: that many by default, more are refused, as is an empty ensemble", async () => {
    const model = tinyModel();
    const ensemble = await trained(model);
    patchModule(model, { posterior: ensemble });
    expect(model.maxIterations).toBe(3);
    expect((await new BaalTrainer({ model }).predictOnDataset(asDataset(texts))).shape).toEqual([13, 3, 3]);
    await expect(draws(model, texts, { iterations: 4 })).rejects.toThrow(/4 draws were asked of a model that is patched with 3/);
    patchModule(model, { posterior: new DeepEnsemble() });
    await expect(draws(model, texts)).rejects.toThrow(/Member 0 was asked of an ensemble of 0; add members first/);
    unpatchModule(model);
    expect(model.maxIterations).toBeUndefined();
  });

  it("is undone bit for bit, the model's own weights untouched", async () => {
    const model = tinyModel();
    const ensemble = await trained(model);
    model.resetWeights();
    const [before, weights] = [await draws(model, texts), copy(model)];
    patchModule(model, { posterior: ensemble });
    await draws(model, texts, { iterations: 3 });
    expect((await draws(model, texts, { mode: "deterministic" })).data).toEqual(before.data);
    unpatchModule(model);
    expect(await draws(model, texts)).toEqual(before);
    expect(copy(model)).toEqual(weights);
  });

  it("refuses weights of another model", async () => {
    const model = tinyModel();
    const other = TextClassifier.fromConfig({ ...tinyConfig, dim: 8, nHeads: 1 }, { labels: ["a", "b", "c"] });
    const ensemble = new DeepEnsemble([model.stateDict()]);
    expect(() => ensemble.add(other.stateDict())).toThrow(
      /Member 1 is not of the same model as member 0: .* has the shape \[50,8\]/,
    );
    expect(ensemble.size).toBe(1);
    expect(() => ensemble.add(new Map([...model.stateDict()].slice(1)))).toThrow(/no such weight in it/);
    patchModule(other, { posterior: ensemble });
    await expect(draws(other, texts)).rejects.toMatchObject({ code: "E_CHECKPOINT" });
    patchModule(other, { posterior: new DeepEnsemble([model.stateDict(), tinyModel(6).stateDict()]) });
    await expect(draws(other, texts)).rejects.toMatchObject({ code: "E_CHECKPOINT" });
  });
});

describe("a saved ensemble", () => {
  it("loads back exactly, and its members as checkpoints", async () => {
    const model = tinyModel();
    const ensemble = await trained(model);
    const folder = join(temporaryFolder(), "ensemble");
    await ensemble.save(folder);
    expect(readdirSync(folder).sort()).toEqual(["ensemble.json", ...[0, 1, 2].map((k) => `member-00${k}.safetensors`)]);
    const loaded = await DeepEnsemble.load(folder);
    patchModule(model, { posterior: ensemble });
    const expected = await draws(model, texts, { iterations: 3 });
    patchModule(model, { posterior: loaded });
    expect(await draws(model, texts, { iterations: 3 })).toEqual(expected);
  });

  it("is replaced as a whole, and refused when damaged or missing", async () => {
    const folder = join(temporaryFolder(), "ensemble");
    const [one, two] = [tinyModel(1).stateDict(), tinyModel(2).stateDict()];
    await new DeepEnsemble([one, two]).save(folder);
    await new DeepEnsemble([two]).save(folder);
    expect((await DeepEnsemble.load(folder)).size).toBe(1);
    expect(existsSync(join(folder, "member-001.safetensors"))).toBe(false);
    truncateSync(join(folder, "member-000.safetensors"), 5000);
    await expect(DeepEnsemble.load(folder)).rejects.toMatchObject({ code: "E_CHECKPOINT" });
    await expect(DeepEnsemble.load(join(folder, "nowhere"))).rejects.toThrow(/nowhere is not an intact ensemble/);
  });
});

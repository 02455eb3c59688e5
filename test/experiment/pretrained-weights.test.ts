import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { type PreparedExperiment, prepareExperiment } from "../../src/experiment/prepare-experiment.js";
import { writeReport } from "../../src/experiment/report/write-report.js";
import { runExperiment } from "../../src/experiment/run-experiment.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { startHubServer } from "../hub-server.js";
import { temporaryFolder } from "../temporary-folder.js";
import { sentences, tinyConfig, writeSentences } from "./tiny-config.js";

let folder: string;
let model: string;
beforeEach(async () => {
  folder = temporaryFolder();
  model = join(folder, "model");
  await writeSentences(folder);
  await saveModel(1);
});

async function saveModel(seed: number): Promise<void> {
  const tokenizer = trainWordPiece(
    sentences(60, 1).map(({ text }) => text),
    { vocabSize: 120, modelMaxLength: 16 },
  );
  const { config } = tinyConfig(folder)["model"] as { config: object };
  const numbers = { ...config, vocabSize: tokenizer.vocabSize };
  await TextClassifier.fromConfig(numbers, { labels: ["yes", "no"], tokenizer, seed }).save(model);
}

const configOf = (pretrained: string) => ({ ...tinyConfig(folder), seeds: [1], steps: 1, model: { pretrained, maxSeqLen: 16 } });
const run = (prepared: PreparedExperiment) => runExperiment(prepared, { output: join(folder, "out"), threads: 1 });

it("records the checksum of a model folder, and refuses to go on with other weights", async () => {
  const { weights } = await run(await prepareExperiment(configOf(model), {}));
  expect(weights).toEqual({ name: "model", bytes: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  await writeReport([join(folder, "out")], { output: join(folder, "out") });
  expect(await readFile(join(folder, "out", "report.html"), "utf8")).toContain(weights!.sha256);
  await saveModel(2);
  await expect(run(await prepareExperiment(configOf(model), {}))).rejects.toMatchObject({
    code: "E_CHECKPOINT",
    message: expect.stringContaining("weights.sha256"),
  });
});

it("goes on with the commit that a hub's model was begun with", async () => {
  const server = await startHubServer({ models: { "org/tiny": model } });
  onTestFinished(() => server.close());
  const hub = { endpoint: server.endpoint, cacheDir: join(folder, "cache"), offline: false, retries: 0 };
  const commit = server.commit("models", "org/tiny");
  const seen = new Set<string>();
  const prepared = await prepareExperiment(configOf("org/tiny"), { hub: { ...hub, onProgress: ({ file }) => seen.add(file) } });
  expect(seen).toContain("model.safetensors");
  expect(prepared.config.model).toMatchObject({ pretrained: "org/tiny", revision: commit });
  const first = await run(prepared);
  expect(first.config["model"]).toMatchObject({ revision: commit });
  const results = await readFile(join(folder, "out", "results.jsonl"), "utf8");
  // The branch moves on; what the cache has of it is what the run goes on with.
  await writeFile(join(model, "README.md"), "new");
  expect(server.commit("models", "org/tiny")).not.toBe(commit);
  expect((await run(await prepareExperiment(configOf("org/tiny"), { hub }))).hash).toBe(first.hash);
  expect(await readFile(join(folder, "out", "results.jsonl"), "utf8")).toBe(results);
});

it("refuses a model that is not there before anything starts", async () => {
  const server = await startHubServer({ models: {} });
  onTestFinished(() => server.close());
  const hub = { endpoint: server.endpoint, cacheDir: join(folder, "cache"), offline: false, retries: 0 };
  await expect(prepareExperiment(configOf("org/absent"), { hub })).rejects.toMatchObject({ code: "E_HUB" });
  await expect(prepareExperiment(configOf(join(folder, "nowhere")), {})).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
  expect(existsSync(join(folder, "out"))).toBe(false);
});

it("solves the head of a frozen encoder in each step, with draws for strategies that compare them", async () => {
  const config = {
    ...configOf(model),
    model: { pretrained: model, maxSeqLen: 16, head: "solved" },
    training: {},
    steps: 2,
    querySize: 2,
    strategies: ["topk:bald"],
  };
  const { pretraining: _, ...solved } = config as typeof config & { pretraining?: unknown };
  await run(await prepareExperiment(solved, {}));
  const log = await readFile(join(folder, "out", "cells", "topk-bald-1", "steps.jsonl"), "utf8");
  const steps = log.trim().split("\n").slice(1);
  expect(steps).toHaveLength(2);
  // Draws that did not differ would all have the score 0.
  expect((JSON.parse(steps[0]!) as { scores: number[] }).scores[0]).toBeGreaterThan(0);
  const trained = { ...solved, training: { numTrainEpochs: 1 } };
  await expect(prepareExperiment(trained, {})).rejects.toMatchObject({
    code: "E_ARGUMENT",
    message: expect.stringContaining("head: solved"),
  });
});

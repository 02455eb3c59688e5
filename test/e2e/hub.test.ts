import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { writeSafetensors } from "../../src/engine/safetensors/write-safetensors.js";
import { findClassifier } from "../../src/models/checkpoint/find-model.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { loadModel } from "../../src/models/load-model.js";
import type { OutOfScopeRule } from "../../src/models/out-of-scope/rule.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { type HubServer, startHubServer } from "../hub-server.js";
import { tinyConfig } from "../models/tiny.js";
import { temporaryFolder } from "../temporary-folder.js";

const labels = ["delivery", "cancel"];
const tokenizer = trainWordPiece(["where is my parcel", "cancel the order"], { vocabSize: 100 });
const { vocabSize: _, ...config } = tinyConfig;

const rule: OutOfScopeRule = {
  ...{ score: "centre", threshold: 0.4, label: "other" },
  heldOut: { inScopeItems: 3, outOfScopeItems: 2, auroc: 0.9, inScopeAccuracy: 0.8, outOfScopeRecall: 0.7 },
  kept: new Map([["points", { dims: [1, config.dim!], data: new Float32Array(config.dim!).fill(0.25) }]]),
};

let server: HubServer | undefined;

beforeEach(() => {
  for (const name of ["HF_TOKEN", "HF_HUB_OFFLINE", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"]) vi.stubEnv(name, "");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  server = undefined;
});

async function serve(models: Record<string, string>, cache: string): Promise<HubServer> {
  server = await startHubServer({ models });
  vi.stubEnv("HF_ENDPOINT", server.endpoint);
  vi.stubEnv("HF_HOME", cache);
  return server;
}

it("downloads a model with progress, then loads it from the cache without a network", async () => {
  const folder = temporaryFolder();
  const model = TextClassifier.fromConfig(config, { labels, tokenizer });
  await model.save(join(folder, "tiny"));
  const hub = await serve({ "org/tiny": join(folder, "tiny") }, join(folder, "cache"));
  const seen = new Set<string>();
  const loaded = await TextClassifier.fromPretrained("org/tiny", { onProgress: ({ file }) => seen.add(file) });
  expect([...seen]).toEqual(expect.arrayContaining(["config.json", "model.safetensors", "tokenizer.json"]));
  expect(seen.has("onnx/model.onnx")).toBe(false);
  for (const [name, { data }] of model.stateDict()) expect(loaded.stateDict().get(name)!.data, name).toEqual(data);

  await hub.close();
  server = undefined;
  const offline = await TextClassifier.fromPretrained("org/tiny", { offline: true });
  expect(offline.labels).toEqual(labels);
  await expect(TextClassifier.fromPretrained("org/other", { offline: true })).rejects.toMatchObject({ code: "E_HUB" });
});

it("fetches the ONNX file of an architecture that cannot be built from its config", async () => {
  const folder = temporaryFolder();
  const repo = join(folder, "longformer");
  mkdirSync(join(repo, "onnx"), { recursive: true });
  writeFileSync(join(repo, "config.json"), JSON.stringify({ model_type: "longformer", pad_token_id: 1 }));
  writeFileSync(join(repo, "model.safetensors"), "not needed");
  copyFileSync("test/fixtures/onnx/roberta_opset17.onnx", join(repo, "onnx", "model.onnx"));
  await tokenizer.save(repo);
  await serve({ "org/longformer": repo }, join(folder, "cache"));
  const seen = new Set<string>();
  const model = await TextClassifier.fromPretrained("org/longformer", { onProgress: ({ file }) => seen.add(file) });
  expect(seen.has("onnx/model.onnx")).toBe(true);
  expect(seen.has("model.safetensors")).toBe(false);
  expect(model.labels).toEqual(["LABEL_0", "LABEL_1", "LABEL_2"]);
  expect(model.dropoutSites.length).toBeGreaterThan(0);

  // The commands look for it in a cache of their own.
  vi.stubEnv("HF_HOME", join(folder, "cache-of-commands"));
  const found = await findClassifier("org/longformer", {});
  expect(found.kind).toBe("text");
  expect((await TextClassifier.fromPretrained(found.folder)).labels).toEqual(model.labels);
  expect(existsSync(join(found.folder, "model.safetensors"))).toBe(false);
});

it("says what the hub answered: 401, 404, a damaged file", async () => {
  const folder = temporaryFolder();
  await TextClassifier.fromConfig(config, { labels, tokenizer }).save(join(folder, "tiny"));
  const hub = await serve({ "org/tiny": join(folder, "tiny") }, join(folder, "cache"));
  await expect(TextClassifier.fromPretrained("org/nothing")).rejects.toMatchObject({
    code: "E_HUB",
    message: expect.stringContaining("org/nothing"),
  });
  hub.faults.push({ path: "org/tiny", status: 401, times: 1 });
  await expect(TextClassifier.fromPretrained("org/tiny")).rejects.toMatchObject({
    code: "E_HUB",
    message: expect.stringContaining("HF_TOKEN"),
  });
  hub.faults.length = 0;
  hub.faults.push({ path: "model.safetensors", corrupt: true });
  await expect(TextClassifier.fromPretrained("org/tiny")).rejects.toMatchObject({ code: "E_HUB" });
  hub.faults.length = 0;
  hub.faults.push({ path: "model.safetensors", cutAfter: 1000, times: 1 });
  expect((await TextClassifier.fromPretrained("org/tiny")).labels).toEqual(labels);
});

const texts = ["where is my parcel", "cancel the order"];

const classified = async (model: TextClassifier) =>
  (await model.classify(texts)).map(({ labels: all }) => all.map(({ label, probability }) => `${label} ${probability}`));

it("fetches all that a saved model is made of: a sentence encoder's modules and head, and the rule by which it abstains", async () => {
  const folder = temporaryFolder();
  const made = TextClassifier.fromConfig(config, { labels, tokenizer, seed: 2 });
  await made.save(join(folder, "plain"));
  const encoder = await TextClassifier.fromPretrained(join(folder, "plain"), { labels, pooling: "mean", seed: 3 });
  encoder.outOfScope = rule;
  await encoder.save(join(folder, "encoder"));
  writeFileSync(join(folder, "plain", "unneeded.txt"), "not fetched");
  await serve({ "org/encoder": join(folder, "encoder") }, join(folder, "cache"));
  const seen = new Set<string>();
  const loaded = await TextClassifier.fromPretrained("org/encoder", { onProgress: ({ file }) => seen.add(file) });
  expect([...seen]).toEqual(
    expect.arrayContaining(["head.safetensors", "modules.json", "out_of_scope.json", "out_of_scope.safetensors"]),
  );
  expect(loaded.outOfScope).toEqual(rule);
  expect(loaded.pooling).toEqual(["mean"]);
  expect(await classified(loaded)).toEqual(await classified(await TextClassifier.fromPretrained(join(folder, "encoder"))));
});

it("fetches the rule of an image classifier", async () => {
  const folder = join(temporaryFolder(), "images");
  const model = ImageClassifier.fromConfig({ architecture: "small-cnn", imageSize: [16, 16], hiddenSizes: [8] }, { labels });
  model.outOfScope = rule;
  await model.save(folder);
  await serve({ "org/images": folder }, join(temporaryFolder(), "cache"));
  expect((await ImageClassifier.fromPretrained("org/images")).outOfScope).toEqual(rule);
});

it("fetches an adapter and, by the id that it names, its base", async () => {
  const folder = temporaryFolder();
  await TextClassifier.fromConfig(config, { labels, tokenizer, seed: 2 }).save(join(folder, "base"));
  const adapter = join(folder, "adapter");
  mkdirSync(adapter);
  const json = { peft_type: "LORA", task_type: "SEQ_CLS", r: 2, lora_alpha: 4, target_modules: ["q_lin"] };
  writeFileSync(join(adapter, "adapter_config.json"), JSON.stringify({ ...json, base_model_name_or_path: "org/base" }));
  const layer = "base_model.model.distilbert.transformer.layer.0.attention.q_lin";
  const [dim, numbers] = [config.dim!, (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(3 * i))];
  const table = new Map([
    [`${layer}.lora_A.weight`, { dims: [2, dim], data: numbers(2 * dim) }],
    [`${layer}.lora_B.weight`, { dims: [dim, 2], data: numbers(2 * dim) }],
  ]);
  await writeSafetensors(join(adapter, "adapter_model.safetensors"), table);
  await serve({ "org/base": join(folder, "base"), "org/adapter": adapter }, join(folder, "cache"));
  const base = await classified(await TextClassifier.fromPretrained("org/base"));
  const local = await classified(await TextClassifier.fromPretrained(adapter));
  expect(local).not.toEqual(base);
  const fetched = await classified(await TextClassifier.fromPretrained("org/adapter"));
  expect(fetched).toEqual(local);
  expect(await findClassifier("org/adapter")).toMatchObject({ kind: "text" });
  expect((await loadModel("org/adapter")).kind).toBe("text");
  await server!.close();
  server = undefined;
  expect(await classified(await TextClassifier.fromPretrained("org/adapter", { offline: true }))).toEqual(local);
});

it("merges an adapter that lies beside a model there", async () => {
  const folder = temporaryFolder();
  const both = join(folder, "both");
  await TextClassifier.fromConfig(config, { labels, tokenizer, seed: 2 }).save(both);
  const json = { peft_type: "LORA", task_type: "SEQ_CLS", r: 2, lora_alpha: 4, target_modules: ["q_lin"] };
  writeFileSync(join(both, "adapter_config.json"), JSON.stringify(json));
  const head = Float32Array.from({ length: labels.length * config.dim! }, (_, i) => Math.cos(i));
  await writeSafetensors(
    join(both, "adapter_model.safetensors"),
    new Map([["base_model.model.classifier.weight", { dims: [labels.length, config.dim!], data: head }]]),
  );
  await serve({ "org/both": both }, join(folder, "cache"));
  expect((await TextClassifier.fromPretrained("org/both")).stateDict().get("classifier.weight")!.data).toEqual(head);
});

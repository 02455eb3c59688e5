import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { findClassifier } from "../../src/models/checkpoint/find-model.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { type HubServer, startHubServer } from "../hub-server.js";
import { tinyConfig } from "../models/tiny.js";
import { temporaryFolder } from "../temporary-folder.js";

const labels = ["delivery", "cancel"];
const tokenizer = trainWordPiece(["where is my parcel", "cancel the order"], { vocabSize: 100 });
const { vocabSize: _, ...config } = tinyConfig;

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

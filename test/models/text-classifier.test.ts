import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { patchModule } from "../../src/bayesian/patch-module.js";
import type { Predictions } from "../../src/core/predictions.js";
import { TextDataset } from "../../src/data/text/text-dataset.js";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { itShared, sharedPath } from "../shared.js";
import { temporaryFolder } from "../temporary-folder.js";
import { asDataset, maxDifference, tinyConfig, tinyTexts } from "./tiny.js";

const sentences = ["where is my parcel", "cancel the order please", "is the parcel on its way", "i want my money back"];
const tokenizer = trainWordPiece(sentences, { vocabSize: 120 });
const labels = ["delivery", "cancel", "refund"];
const { vocabSize: _, ...config } = tinyConfig;

function build(modelType: "distilbert" | "bert" = "distilbert", seed = 3): TextClassifier {
  return TextClassifier.fromConfig({ ...config, modelType }, { labels, seed, tokenizer });
}

function texts(model: TextClassifier, rows = sentences) {
  return new TextDataset(
    rows.map((text) => ({ text })),
    { tokenizer: model.tokenizer, labels: model.labels },
  );
}

async function logits(model: TextClassifier, iterations = 1): Promise<Float32Array> {
  const chunks: Predictions[] = [];
  for await (const chunk of model.predict(texts(model), { iterations, seed: 1 })) chunks.push(chunk);
  return chunks[0]!.data;
}

describe.each(["distilbert", "bert"] as const)("a saved %s", (modelType) => {
  it("loads back exactly, from safetensors and from ONNX, with the same draws", async () => {
    const model = build(modelType);
    const folder = join(temporaryFolder(), "model");
    await model.save(folder);
    expect(readdirSync(folder).sort()).toEqual(
      expect.arrayContaining(["config.json", "model.safetensors", "onnx", "tokenizer.json", "tokenizer_config.json"]),
    );
    const expected = await logits(model);
    const fromSafetensors = await TextClassifier.fromPretrained(folder);
    expect(fromSafetensors.labels).toEqual(labels);
    expect(await logits(fromSafetensors)).toEqual(expected);
    for (const [name, { data }] of model.stateDict()) expect(fromSafetensors.stateDict().get(name)!.data, name).toEqual(data);

    const fromOnnx = await TextClassifier.fromPretrained(folder, { format: "onnx" });
    expect(maxDifference(await logits(fromOnnx), expected)).toBeLessThan(1e-5);
    expect([...fromOnnx.stateDict().keys()].sort()).toEqual([...model.stateDict().keys()].sort());
    expect(fromOnnx.dropoutSites.map(({ name, rate, place }) => [name, rate, place]).sort()).toEqual(
      model.dropoutSites.map(({ name, rate, place }) => [name, rate, place]).sort(),
    );
    patchModule(model);
    patchModule(fromOnnx);
    expect(maxDifference(await logits(fromOnnx, 5), await logits(model, 5))).toBeLessThan(1e-5);
  });

  it("gives the same logits in a transformers.js pipeline", async () => {
    const model = build(modelType);
    const folder = join(temporaryFolder(), "model");
    await model.save(folder);
    const { pipeline, env } = await import("@huggingface/transformers");
    env.allowRemoteModels = false;
    env.localModelPath = "/";
    const classify = await pipeline("text-classification", folder, { dtype: "fp32" });
    const inputs = await classify.tokenizer(sentences, { padding: true, truncation: true });
    const output = (await classify.model(inputs)) as { logits: { data: Float32Array } };
    expect(maxDifference(output.logits.data, await logits(model))).toBeLessThan(1e-5);
    const best = (await classify(sentences[0]!)) as { label: string }[];
    expect(labels).toContain(best[0]!.label);
  });
});

describe("a text classifier from a config", () => {
  it("is drawn from its seed alone", () => {
    const weight = (model: TextClassifier) => model.stateDict().get("pre_classifier.weight")!.data;
    expect(weight(build("distilbert", 3))).toEqual(weight(build("distilbert", 3)));
    expect(weight(build("distilbert", 3))).not.toEqual(weight(build("distilbert", 4)));
  });

  it("starts as Hugging Face draws it: N(0, 0.02), zero biases, unit norms, a zero padding row", () => {
    const model = TextClassifier.fromConfig({ vocabSize: 400, dim: 64, nLayers: 1, nHeads: 2, hiddenDim: 64 }, { labels });
    for (const [name, { data }] of model.stateDict()) {
      if (name.endsWith(".bias")) expect(new Set(data), name).toEqual(new Set([0]));
      else if (/norm/i.test(name)) expect(new Set(data), name).toEqual(new Set([1]));
    }
    const words = model.stateDict().get("distilbert.embeddings.word_embeddings.weight")!.data;
    expect(new Set(words.subarray(0, 64))).toEqual(new Set([0]));
    const rest = words.subarray(64);
    const deviation = Math.sqrt(rest.reduce((sum, x) => sum + x * x, 0) / rest.length);
    expect(Math.abs(deviation - 0.02)).toBeLessThan(5 * (0.02 / Math.sqrt(2 * rest.length)));
  });

  it("says which field is wrong", () => {
    expect(() => TextClassifier.fromConfig({ ...tinyConfig, dim: 15 }, { labels })).toThrow(
      /width 15 is not a multiple of the number of heads 2/,
    );
    expect(() => TextClassifier.fromConfig({ ...tinyConfig, nLayers: 0 }, { labels })).toThrow(/nLayers/);
    expect(() => TextClassifier.fromConfig(tinyConfig, { labels: [] })).toThrow(/at least one label/);
    expect(() => TextClassifier.fromConfig(tinyConfig, { labels: ["a", "b", "a"] })).toThrow(/"a" came twice/);
  });

  it("goes back to its first weights", async () => {
    const model = build();
    const first = await logits(model);
    const changed = new Map(
      [...model.stateDict()].map(([name, { dims, data }]) => [name, { dims, data: data.map((x) => x + 0.1) }]),
    );
    model.loadStateDict(changed);
    expect(await logits(model)).not.toEqual(first);
    model.resetWeights();
    expect(await logits(model)).toEqual(first);
    model.resetWeights({ seed: 9 });
    expect(await logits(model)).toEqual(await logits(build("distilbert", 9)));
  });

  it("refuses another model's weights", () => {
    const model = build();
    expect(() => model.loadStateDict(build("bert").stateDict())).toThrow(/weights are not this model's/);
  });
});

describe("loading a checkpoint", () => {
  it("keeps the encoder and draws a fresh last layer for other labels", async () => {
    const model = build();
    const folder = join(temporaryFolder(), "model");
    await model.save(folder);
    for (const format of ["safetensors", "onnx"] as const) {
      const other = await TextClassifier.fromPretrained(folder, { labels: ["yes", "no"], seed: 8, format });
      expect(other.labels).toEqual(["yes", "no"]);
      expect(other.stateDict().get("classifier.weight")!.dims).toEqual([2, 16]);
      expect(other.stateDict().get("pre_classifier.weight")!.data).toEqual(model.stateDict().get("pre_classifier.weight")!.data);
      const again = await TextClassifier.fromPretrained(folder, { labels: ["yes", "no"], seed: 8, format });
      expect(again.stateDict().get("classifier.weight")!.data).toEqual(other.stateDict().get("classifier.weight")!.data);
      expect((await logits(other)).length).toBe(sentences.length * 2);
    }
  });

  itShared("attaches a fresh head to a bare encoder export", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "onnx"));
    copyFileSync(sharedPath("fixtures", "distilbert-tiny", "config.json"), join(folder, "config.json"));
    copyFileSync(sharedPath("fixtures", "distilbert-tiny", "onnx", "encoder_opset14.onnx"), join(folder, "onnx", "model.onnx"));
    await tokenizer.save(folder);
    await expect(TextClassifier.fromPretrained(folder)).rejects.toThrow(/encoder without a classifier; name the classes/);
    const model = await TextClassifier.fromPretrained(folder, { labels });
    const fromSafetensors = await fullTiny(tokenizer);
    const encoder = [...model.stateDict()].filter(([name]) => name.startsWith("distilbert."));
    expect(encoder.length).toBe([...fromSafetensors.stateDict().keys()].filter((name) => name.startsWith("distilbert.")).length);
    for (const [name, { data }] of encoder) expect(fromSafetensors.stateDict().get(name)!.data, name).toEqual(data);
    // With the checkpoint's own head in place of the fresh one, the logits are the checkpoint's.
    const own = new Map([...fromSafetensors.stateDict()].map(([name, tensor]) => [name, tensor]));
    const five = await TextClassifier.fromPretrained(folder, { labels: ["1", "2", "3", "4", "5"] });
    five.loadStateDict(own);
    const items = asDataset(tinyTexts(6));
    const [a, b] = [await first(five.predict(items)), await first(fromSafetensors.predict(items))];
    expect(maxDifference(a.data, b.data)).toBeLessThan(1e-5);
  });

  it("names what is missing or damaged", async () => {
    const folder = temporaryFolder();
    await expect(TextClassifier.fromPretrained(folder)).rejects.toThrow(/config.json is missing/);
    writeFileSync(join(folder, "config.json"), "{");
    await expect(TextClassifier.fromPretrained(folder)).rejects.toThrow(/is not JSON/);
    writeFileSync(join(folder, "config.json"), JSON.stringify({ model_type: "distilbert", dim: 16, n_heads: 2 }));
    await expect(TextClassifier.fromPretrained(folder)).rejects.toThrow(/neither model.safetensors nor onnx\/model.onnx/);
    await expect(TextClassifier.fromPretrained(join(folder, "nothing here"))).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
  });

  it("says which weight has another shape than the config asks for", async () => {
    const folder = join(temporaryFolder(), "model");
    await build().save(folder);
    const path = join(folder, "config.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"hidden_dim": 32', '"hidden_dim": 48'));
    await expect(TextClassifier.fromPretrained(folder)).rejects.toThrow(
      /ffn.lin1.weight has the shape \[32,16\] where config.json asks for \[48,16\]/,
    );
  });

  it("replaces a saved model as a whole", async () => {
    const folder = join(temporaryFolder(), "model");
    await build().save(folder);
    writeFileSync(join(folder, "stale.txt"), "from before");
    await build("distilbert", 77).save(folder);
    expect(existsSync(join(folder, "stale.txt"))).toBe(false);
    expect(await logits(await TextClassifier.fromPretrained(folder))).toEqual(await logits(build("distilbert", 77)));
  });
});

async function first<T>(chunks: AsyncIterable<T>): Promise<T> {
  for await (const chunk of chunks) return chunk;
  throw new Error("no chunk came");
}

async function fullTiny(withTokenizer: typeof tokenizer): Promise<TextClassifier> {
  const folder = temporaryFolder();
  for (const file of ["config.json", "model.safetensors"]) {
    copyFileSync(sharedPath("fixtures", "distilbert-tiny", file), join(folder, file));
  }
  await withTokenizer.save(folder);
  return TextClassifier.fromPretrained(folder);
}

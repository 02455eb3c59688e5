import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { loadModel } from "../../src/models/load-model.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { temporaryFolder } from "../temporary-folder.js";
import { tinyConfig } from "./tiny.js";

const labels = ["a", "b", "c"];
const { vocabSize: _, ...config } = tinyConfig;
const tokenizer = trainWordPiece(["one two three"], { vocabSize: 40 });
const network = {
  architecture: "small-cnn",
  channels: [4],
  kernelSize: 3,
  hiddenSizes: [8],
  imageSize: [8, 8] as [number, number],
};

const MODELS = [
  ["text", "distilbert", TextClassifier, () => TextClassifier.fromConfig(config, { labels, tokenizer })],
  ["image", "small-cnn", ImageClassifier, () => ImageClassifier.fromConfig(network, { labels })],
  ["features", "head", HeadClassifier, () => HeadClassifier.fromConfig({ inputDim: 4, hiddenSizes: [3] }, { labels })],
] as const;

describe.each(MODELS)("loadModel: a saved model of %s (%s)", (kind, architecture, Model, make) => {
  it("says what it is, and has its weights", async () => {
    const saved = make();
    const folder = join(temporaryFolder(), "model");
    await saved.save(folder);
    const loaded = await loadModel(folder);
    expect(loaded).toMatchObject({ kind, architecture, folder, labels, source: "safetensors", isMultiLabel: false });
    expect(loaded.model).toBeInstanceOf(Model);
    expect(new Map(loaded.parameters)).toEqual(new Map(saved.stateDict()));
    expect(loaded.parameterCount).toBe(saved.parameterCount);
    expect([...saved.stateDict().values()].reduce((sum, { data }) => sum + data.length, 0)).toBe(saved.parameterCount);
    expect([...loaded.graph.parameters.keys()]).toEqual([...saved.graph.parameters.keys()]);
    expect(saved.source).toBe("config");
  });
});

describe("loadModel", () => {
  it("reads the ONNX file on request", async () => {
    const folder = join(temporaryFolder(), "model");
    await ImageClassifier.fromConfig(network, { labels }).save(folder);
    expect(await loadModel(folder, { format: "onnx" })).toMatchObject({
      kind: "image",
      architecture: "small-cnn",
      source: "onnx",
    });
  });

  it.each([
    ["a TensorFlow.js model", "model.json", /loadTfjsModel/],
    ["an ensemble", "ensemble.json", /DeepEnsemble\.load/],
  ])("says how %s is opened", async (_name, file, message) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, file), "{}");
    await expect(loadModel(folder)).rejects.toMatchObject({ code: "E_MODEL_FORMAT", message: expect.stringMatching(message) });
  });

  it("takes a mistyped path for a path, never for a repository of the hub", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "runs", "model"), { recursive: true });
    writeFileSync(join(folder, "weights.safetensors"), "");
    const before = process.cwd();
    process.chdir(folder);
    try {
      const options = { endpoint: "http://127.0.0.1:1" };
      for (const path of ["runs/modle", "./runs/modle", "runs/modle/", "/no/such", "weights.safetensors", "runs\\modle"]) {
        await expect(loadModel(path, options as never), path).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
      }
      await expect(loadModel("runs/modle")).rejects.toThrow(/"runs" is here; it has no folder "modle".*hub:runs\/modle/);
      await expect(loadModel("weights.safetensors")).rejects.toThrow(/is a file; a model is a folder/);
    } finally {
      process.chdir(before);
    }
  });
});

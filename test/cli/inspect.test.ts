import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { readSafetensors } from "../../src/engine/safetensors/read-safetensors.js";
import { writeSafetensors } from "../../src/engine/safetensors/write-safetensors.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { temporaryFolder } from "../temporary-folder.js";
import { captureOutput } from "./captured-output.js";
import { writeTinyModel } from "./tiny-model.js";

const labels = ["cat", "dog"];

describe("baal inspect", () => {
  const written = captureOutput();

  async function inspected(folder: string): Promise<Record<string, unknown>> {
    expect(await runCli(["inspect", folder, "--json"]), written.stderr).toBe(0);
    return JSON.parse(written.stdout) as Record<string, unknown>;
  }

  it("describes a text model, as text and as JSON", async () => {
    const parent = temporaryFolder();
    await writeTinyModel(parent);
    const folder = join(parent, "model");
    const found = await inspected(folder);
    const model = await TextClassifier.fromPretrained(folder);
    expect(found).toMatchObject({
      ...{ folder, kind: "text", architecture: "distilbert", source: "safetensors", isMultiLabel: false },
      ...{ labels: ["negative", "positive"], parameters: model.parameterCount },
      limits: { maxTokens: 32, vocabulary: model.tokenizer.vocabSize },
      head: { weight: "classifier.weight", inputs: 16, outputs: 2 },
    });
    const layers = found["layers"] as readonly { readonly parameters: number }[];
    expect(layers.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(model.parameterCount);
    expect(found["dropoutSites"]).toContainEqual({ name: "dropout", rate: 0.2, place: "head" });
    const files = found["files"] as readonly { readonly path: string; readonly bytes: number }[];
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["config.json", "model.safetensors", "onnx/model.onnx", "tokenizer.json"]),
    );
    expect(files.every(({ bytes }) => bytes > 0)).toBe(true);

    written.stdout = "";
    expect(await runCli(["inspect", folder])).toBe(0);
    expect(written.stdout).toContain(`text classifier (distilbert), read from safetensors in ${folder}`);
    expect(written.stdout).toMatch(/^labels +2: negative, positive$/m);
    expect(written.stdout).toMatch(/^head +classifier\.weight: 16 features to 2 logits$/m);
    expect(written.stdout).toMatch(/^ +dropout 0\.2 \(head\)$/m);
    expect(written.stdout).toMatch(/model\.safetensors \d+\.\d kB$/m);
  });

  it("describes an encoder without a classifier", async () => {
    const parent = temporaryFolder();
    await writeTinyModel(parent);
    const folder = join(parent, "model");
    const weights = join(folder, "model.safetensors");
    const encoder = [...(await readSafetensors(weights))].filter(([name]) => !name.startsWith("classifier."));
    await writeSafetensors(weights, new Map(encoder));
    expect(await inspected(folder)).toMatchObject({ kind: "text", labels: [], head: null, pooling: "pooler" });
    written.stdout = "";
    expect(await runCli(["inspect", folder])).toBe(0);
    expect(written.stdout).toMatch(/^labels +none: an encoder/m);
  });

  it("calls a network of ours by its own name, and knows an image model's pixels", async () => {
    const folder = join(temporaryFolder(), "model");
    const network = { channels: [4], kernelSize: 3, hiddenSizes: [8], imageSize: [8, 9] as [number, number] };
    await ImageClassifier.fromConfig({ architecture: "small-cnn", ...network }, { labels }).save(folder);
    expect(await inspected(folder)).toMatchObject({
      ...{ kind: "image", architecture: "small-cnn", labels, limits: { pixels: [1, 8, 9] } },
      head: { weight: "fc2.weight", inputs: 8, outputs: 2 },
    });
  });

  it("describes a head over features", async () => {
    const folder = join(temporaryFolder(), "model");
    await HeadClassifier.fromConfig({ inputDim: 5, dropout: 0.25 }, { labels }).save(folder);
    expect(await inspected(folder)).toMatchObject({
      ...{ kind: "features", architecture: "head", parameters: 12, limits: { featureWidth: 5 } },
      dropoutSites: [{ name: "classifier.dropout", rate: 0.25, place: "head" }],
    });
  });

  it.each<[string, (folder: string) => string, RegExp]>([
    ["a mistyped folder", (folder) => join(folder, "modle"), /is no folder here/],
    ["a file", (folder) => join(folder, "model.json"), /is a file; a model is a folder/],
    ["a TensorFlow.js model", (folder) => folder, /loadTfjsModel/],
  ])("ends with 1 for %s, and says what to give", async (_name, argument, message) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "model.json"), "{}");
    expect(await runCli(["inspect", argument(folder)])).toBe(1);
    expect(written.stderr).toMatch(message);
  });
});

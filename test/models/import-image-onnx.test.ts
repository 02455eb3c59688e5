import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { patchModule } from "../../src/bayesian/patch-module.js";
import type { Dataset } from "../../src/core/dataset.js";
import type { ImageInput } from "../../src/data/images/image-input.js";
import { int } from "../../src/engine/onnx/builder.js";
import { readModel } from "../../src/engine/onnx/decode.js";
import { encodeModel } from "../../src/engine/onnx/encode.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { temporaryFolder } from "../temporary-folder.js";

/** PyTorch's exports of torchvision's architectures, made narrow; `expected.json` has the images and the logits. */
const exportsPath = (file: string) => fileURLToPath(new URL(`../engine/autodiff/vision-exports/${file}`, import.meta.url));
const expected = JSON.parse(await readFile(exportsPath("expected.json"), "utf8")) as {
  readonly images: string;
  readonly labels: number[];
  readonly models: Record<string, { readonly logits: number[][] }>;
};
const SIZE = 3 * 32 * 32;
const bytes = Uint8Array.from(Buffer.from(expected.images, "base64"));
const pixels = new Float32Array(bytes.buffer);

const dataset: Dataset<ImageInput> = {
  length: 3,
  at: (index) => ({
    index,
    input: {
      name: `${index}`,
      load: () => ({ shape: [3, 32, 32], data: pixels.subarray(index * SIZE, (index + 1) * SIZE) }),
    },
    target: index % 2,
  }),
};

async function load(name: string, options: { labels?: readonly string[]; dropout?: number } = {}): Promise<ImageClassifier> {
  const folder = temporaryFolder();
  await copyFile(exportsPath(`${name}.onnx`), join(folder, "model.onnx"));
  return ImageClassifier.fromPretrained(folder, { imageSize: [32, 32], ...options });
}

async function logitsOf(model: ImageClassifier, options = {}): Promise<number[]> {
  const values: number[] = [];
  for await (const { data } of model.predict(dataset, options)) values.push(...data);
  return values;
}

describe.each(Object.entries(expected.models).filter(([name]) => !name.startsWith("operators")))("%s", (name, { logits }) => {
  it("predicts as PyTorch, saves and loads back", async () => {
    const model = await load(name);
    const found = await logitsOf(model);
    for (const [i, logit] of logits.flat().entries()) expect(Math.abs(found[i]! - logit)).toBeLessThan(2e-5);
    const folder = join(temporaryFolder(), "model");
    await model.save(folder);
    const again = await logitsOf(await ImageClassifier.fromPretrained(folder));
    for (const [i, logit] of found.entries()) expect(Math.abs(again[i]! - logit)).toBeLessThan(2e-5);
  });

  it("learns other labels with a fresh head, and draws with dropout in front of it", async () => {
    const model = await load(name, { labels: ["cat", "dog"], dropout: 0.5 });
    expect(model.dropoutSites.at(-1)).toMatchObject({ rate: 0.5 });
    const args = { maxSteps: 8, batchSize: 3, learningRate: 0.01, dropout: false, batchNormalization: "running" } as const;
    const losses: number[] = [];
    const trainer = new BaalTrainer({ model, args });
    await trainer.train(dataset, { onProgress: (event) => event.type === "train" && losses.push(event.loss) });
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
    patchModule(model);
    const draws = await logitsOf(model, { iterations: 4 });
    expect(draws).toHaveLength(3 * 2 * 4);
    expect(new Set(draws.slice(0, 4)).size).toBeGreaterThan(1);
  });
});

it("goes by the running statistics of an export that was made while training", async () => {
  const { graph } = await readModel(exportsPath("resnet_opset16.onnx"));
  let changed = 0;
  for (const node of graph.nodes.filter(({ opType }) => opType === "BatchNormalization")) {
    node.attributes["training_mode"] = int(1);
    node.outputs.push(`${node.name}.mean`, `${node.name}.variance`);
    changed += 1;
  }
  expect(changed).toBeGreaterThan(2);
  const folder = temporaryFolder();
  await writeFile(join(folder, "model.onnx"), encodeModel(graph));
  const model = await ImageClassifier.fromPretrained(folder, { imageSize: [32, 32] });
  const before = structuredClone(model.stateDict());
  const found = await logitsOf(model);
  for (const [i, logit] of expected.models["resnet_opset16"]!.logits.flat().entries()) {
    expect(Math.abs(found[i]! - logit)).toBeLessThan(2e-5);
  }
  expect(model.stateDict()).toEqual(before);
});

it("refuses what is no image classifier, and a batch size fixed inside", async () => {
  const folder = temporaryFolder();
  await copyFile(
    fileURLToPath(new URL("../engine/autodiff/exports/bert_opset11.onnx", import.meta.url)),
    join(folder, "model.onnx"),
  );
  await expect(ImageClassifier.fromPretrained(folder)).rejects.toMatchObject({
    code: "E_MODEL_FORMAT",
    message: expect.stringContaining("input_ids"),
  });
  await writeFile(join(folder, "model.onnx"), "no model");
  await expect(ImageClassifier.fromPretrained(folder)).rejects.toMatchObject({ code: "E_MODEL_FORMAT" });
});

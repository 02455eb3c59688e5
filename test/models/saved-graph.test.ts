import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { patchModule } from "../../src/bayesian/patch-module.js";
import type { Dataset, EncodedText } from "../../src/core/dataset.js";
import type { ImageInput } from "../../src/data/images/image-input.js";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import type { ImageConfig } from "../../src/models/architectures/image-architectures.js";
import type { GraphClassifier } from "../../src/models/graph/graph-classifier.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { textFixtures } from "../engine/onnx/fixtures.js";
import { temporaryFolder } from "../temporary-folder.js";
import { asDataset, tinyConfig, tinyTexts } from "./tiny.js";

const tokenizer = trainWordPiece(["where is my card", "the train is late"], { vocabSize: 60 });
const texts = asDataset(tinyTexts(5));
const images: Dataset<ImageInput> = {
  length: 2,
  at: (index) => ({ index, target: undefined, input: { name: `${index}`, load: () => pixels(index, [3, 32, 32]) } }),
};

function pixels(index: number, shape: readonly [number, number, number]) {
  const data = Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => Math.sin(i * (0.7 + index)));
  return { shape, data };
}

async function outputs<Input>(model: GraphClassifier<Input>, dataset: Dataset<Input>, iterations: number): Promise<number[]> {
  const values: number[] = [];
  for await (const { data } of model.predict(dataset, { iterations, seed: 3 })) values.push(...data);
  return values;
}

/** The logits, the draws under the model's own dropout, and all that the model says of itself. */
async function answersOf<Input>(model: GraphClassifier<Input>, dataset: Dataset<Input>) {
  const logits = await outputs(model, dataset, 1);
  if (model.dropoutSites.length > 0) patchModule(model, { rate: 0.3 });
  const draws = model.dropoutSites.length > 0 ? await outputs(model, dataset, 3) : [];
  const { dropoutSites, linearWeights, parameterLayers, labels, isMultiLabel } = model;
  return { logits, draws, dropoutSites, linearWeights, parameterLayers, labels, isMultiLabel, weights: model.stateDict() };
}

async function expectSame<Input>(
  model: GraphClassifier<Input>,
  dataset: Dataset<Input>,
  load: (folder: string) => Promise<GraphClassifier<Input>>,
): Promise<void> {
  const folder = join(temporaryFolder(), "saved");
  await model.save(folder);
  const again = await load(folder);
  const [before, after] = [await answersOf(model, dataset), await answersOf(again, dataset)];
  expect(before.logits.every(Number.isFinite)).toBe(true);
  expect(after).toEqual(before);
  // And once more, from what was loaded.
  const next = join(temporaryFolder(), "next");
  await again.save(next);
  expect((await answersOf(await load(next), dataset)).logits).toEqual(before.logits);
}

/** A folder with an ONNX file, as an exporter leaves it. */
async function exported(path: string, config: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = temporaryFolder();
  await mkdir(join(folder, "onnx"));
  await copyFile(path, join(folder, "onnx", "model.onnx"));
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  await tokenizer.save(folder);
  return folder;
}

describe("what is saved loads to the same logits and draws", () => {
  const loadText = (folder: string) => TextClassifier.fromPretrained(folder);

  it.each(
    textFixtures().flatMap(({ path, name }) => [
      { name, path, labels: undefined, pooling: undefined },
      { name, path, labels: ["x", "y", "z", "w"], pooling: undefined },
      ...(name.startsWith("encoder")
        ? (["mean", "cls", "max"] as const).map((pooling) => ({ name, path, labels: ["x", "y"], pooling }))
        : []),
    ]),
  )("$name, labels $labels, pooling $pooling", async ({ path, labels, pooling, name }) => {
    const isEncoder = name.startsWith("encoder");
    const modelType = basename(path).startsWith("roberta")
      ? "roberta"
      : basename(path).startsWith("bert")
        ? "bert"
        : "distilbert";
    const folder = await exported(path, { model_type: modelType, pad_token_id: 0 });
    const chosen = labels ?? (isEncoder ? ["a", "b"] : undefined);
    const model = await TextClassifier.fromPretrained(folder, {
      ...(chosen ? { labels: chosen } : {}),
      ...(pooling ? { pooling } : {}),
    });
    await expectSame<EncodedText>(model, texts, loadText);
  });

  it.each(["distilbert", "bert"] as const)("a %s of a configuration, from either of its files", async (modelType) => {
    const config = { ...tinyConfig, modelType, vocabSize: 60 };
    const model = TextClassifier.fromConfig(config, { labels: ["a", "b"], tokenizer, seed: 2 });
    await expectSame<EncodedText>(model, texts, loadText);
    const folder = join(temporaryFolder(), "saved");
    await model.save(folder);
    const other = await TextClassifier.fromPretrained(folder, { format: "onnx" });
    expect((await answersOf(other, texts)).draws).toEqual((await answersOf(model, texts)).draws);
  });

  const vision = fileURLToPath(new URL("../engine/autodiff/vision-exports", import.meta.url));
  it.each(["resnet_opset16", "vit_opset14", "convnext_opset17", "squeezenet_opset12", "swin_opset17"])("%s", async (name) => {
    for (const labels of [undefined, ["cat", "dog"]]) {
      const folder = await exported(join(vision, `${name}.onnx`), {});
      const model = await ImageClassifier.fromPretrained(folder, { imageSize: [32, 32], ...(labels ? { labels } : {}) });
      await expectSame<ImageInput>(model, images, (saved) => ImageClassifier.fromPretrained(saved));
    }
  });

  const networks: readonly ImageConfig[] = [
    {
      architecture: "vgg",
      layers: [4, "M", 6],
      batchNorm: true,
      imageSize: [32, 32],
      poolSize: 2,
      hiddenSizes: [5],
      dropout: 0.5,
    },
    { architecture: "small-cnn", imageSize: [32, 32], numChannels: 3, hiddenSizes: [8] },
  ];
  it.each(networks)("$architecture, from either of its files: whole channels stay whole channels", async (config) => {
    const model = ImageClassifier.fromConfig(config, { labels: ["a", "b"], seed: 1 });
    const folder = join(temporaryFolder(), "saved");
    await model.save(folder);
    const before = await answersOf(model, images);
    for (const format of ["safetensors", "onnx"] as const) {
      const again = await answersOf(await ImageClassifier.fromPretrained(folder, { format }), images);
      expect(again.logits, format).toEqual(before.logits);
      expect(again.draws, format).toEqual(before.draws);
    }
  });
});

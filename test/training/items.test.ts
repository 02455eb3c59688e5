import { describe, expect, it } from "vitest";
import { ActiveLearningDataset } from "../../src/active/active-learning-dataset.js";
import { fitLastLayerLaplace } from "../../src/bayesian/laplace/fit-last-layer-laplace.js";
import { patchModule } from "../../src/bayesian/patch-module.js";
import type { EncodedText, Items } from "../../src/core/dataset.js";
import { predictions } from "../../src/core/predictions.js";
import { TextDataset } from "../../src/data/text/text-dataset.js";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { HuggingFaceDatasets } from "../../src/index.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { blobs, linearModel } from "./linear-model.js";
import { withCode } from "./trainer-fixtures.js";

const rows = Array.from({ length: 12 }, (_, i) =>
  i % 2 ? { text: `cold rain ${i}`, label: "wet" } : { text: `sun ${i}`, label: "dry" },
);
const texts = rows.map(({ text }) => text);
const labels = ["dry", "wet"];
const tokenizer = trainWordPiece(texts, { vocabSize: 80 });
const size = { dim: 16, nLayers: 1, nHeads: 2, hiddenDim: 32, maxPositionEmbeddings: 16 };
const args = { maxSteps: 2, batchSize: 4, learningRate: 0.01 };

function textTrainer() {
  const model = TextClassifier.fromConfig(size, { labels, tokenizer, seed: 1 });
  patchModule(model);
  return new BaalTrainer({ model, args });
}

const dataset = new TextDataset(rows, { tokenizer, labels, maxSeqLen: 16 });
const active = new ActiveLearningDataset(dataset, { seed: 1 });
active.label(
  rows.map((_, index) => index),
  rows.map((_, index) => dataset.at(index).target!),
);

describe("items for a text model", () => {
  const labelled: readonly (readonly [string, Items<EncodedText>])[] = [
    ["rows", rows],
    ["a data set", dataset],
    ["an ActiveLearningDataset", active],
    ["rows by position, as a file has them", { length: rows.length, at: (i) => rows[i] }],
    ["a list of examples", rows.map((_, i) => dataset.at(i))],
  ];
  it.each(labelled)("%s train, are evaluated and predicted alike", async (_, items) => {
    const [trainer, reference] = [textTrainer(), textTrainer()];
    await reference.train(dataset);
    await trainer.train(items);
    expect(trainer.stateDict()).toEqual(reference.stateDict());
    expect(await trainer.evaluate(items)).toEqual(await reference.evaluate(dataset));
    const expected = await reference.predictOnDataset(dataset, { iterations: 3 });
    expect(await trainer.predictOnDataset(items, { iterations: 3 })).toEqual(expected);
    expect(await trainer.featuresOnDataset(items)).toEqual(await reference.featuresOnDataset(dataset));
  });

  it("texts alone are predicted; of rows the labels are not looked at", async () => {
    const trainer = textTrainer();
    const expected = await trainer.predictOnDataset(dataset, { iterations: 3 });
    expect(await trainer.predictOnDataset(texts, { iterations: 3 })).toEqual(expected);
    const unknown = rows.map(({ text }) => ({ text, label: "foggy" }));
    expect(await trainer.predictOnDataset(unknown, { iterations: 3 })).toEqual(expected);
    expect((await trainer.predictOnDataset([])).indices).toEqual([]);
    for await (const chunk of trainer.predictOnDatasetGenerator(texts, { iterations: 3 })) expect(chunk).toEqual(expected);
  });

  it("rows can be the trainer's own, and those without labels that it learns from as well", async () => {
    const { model } = textTrainer();
    const trainer = new BaalTrainer({ model, args: { ...args, evalStrategy: "epoch" }, trainDataset: rows, evalDataset: rows });
    await trainer.train(undefined, { semiSupervised: { method: "pseudoLabel", unlabelled: texts } });
    expect(await trainer.evaluate()).toHaveProperty("accuracy");
  });

  it("fit a Laplace approximation as the data set does, whose mistakes are told as well", async () => {
    const { model } = textTrainer();
    const text = model as TextClassifier;
    const fitted = await fitLastLayerLaplace(text, rows);
    expect(fitted.priorPrecision).toBe((await fitLastLayerLaplace(text, dataset)).priorPrecision);
    await expect(fitLastLayerLaplace(text, texts)).rejects.toThrow("fitLastLayerLaplace needs labels, and 12 texts without came");
  });

  const wrong: readonly (readonly [string, unknown, string, RegExp])[] = [
    ["undefined", undefined, "E_ARGUMENT", /train needs items .* trainDataset/],
    ["null", null, "E_ARGUMENT", /train takes a data set, rows or texts; null came/],
    ["a number", 7, "E_ARGUMENT", /; 7 came/],
    ["a text", "sun", "E_ARGUMENT", /one text came\. Put it into a list: \['sun'\]/],
    ["a Promise", Promise.resolve(rows), "E_ARGUMENT", /a Promise came\. Await it/],
    ["Predictions", predictions("logits", [1, 2, 1], Float32Array.of(1, 2), [0]), "E_ARGUMENT", /predictions .* came/],
    ["splits", { train: rows, test: rows }, "E_ARGUMENT", /splits came: train, test\. Give one of them: data\.train/],
    ["a stream", (async function* () {})(), "E_ARGUMENT", /a stream came, .*readRows/],
    ["a Set", new Set(texts), "E_ARGUMENT", /a stream came/],
    ["a function", () => rows, "E_ARGUMENT", /a function came/],
    ["an object", { text: "sun" }, "E_ARGUMENT", /an object with text came/],
    [
      "texts without labels",
      texts,
      "E_DATA",
      /train needs labels, and 12 texts without came: give rows such as \{ text, label \}/,
    ],
    ["numbers", [1, 2], "E_ARGUMENT", /a list came with 1 at 0/],
    ["a mixture", [rows[0], "sun"], "E_ARGUMENT", /a list came with a text at 1, after an object with text, label at 0/],
    ["a hole", [rows[0], null], "E_ARGUMENT", /a list came with null at 1/],
    [
      "other columns",
      [{ utterance: "sun", intent: "dry" }],
      "E_DATA",
      /no column "text"; its columns are utterance, intent\. .* inputKey/,
    ],
    ["no labels", [{ text: "sun" }], "E_DATA", /Item 0 of the training data has no label/],
    ["no items", [], "E_DATA", /training data is empty/],
    ["an unknown label", [{ text: "sun", label: "foggy" }], "E_LABEL_UNKNOWN", /"foggy" is unknown/],
  ];
  it.each(wrong)("%s: says what to pass", async (_, items, code, message) => {
    await expect(textTrainer().train(items as Items<EncodedText>)).rejects.toEqual(withCode(code, message));
  });

  it("evaluate, predictOnDataset and its generator say so, too, under their own names", async () => {
    const trainer = textTrainer();
    const given = Promise.resolve(rows) as unknown as Items<EncodedText>;
    await expect(trainer.evaluate(given)).rejects.toThrow("evaluate takes a data set, rows or texts; a Promise came");
    await expect(trainer.predictOnDataset(given)).rejects.toThrow("predictOnDataset takes");
    await expect(trainer.predictOnDatasetGenerator(given).next()).rejects.toThrow("predictOnDatasetGenerator takes");
    expect(() => new ActiveLearningDataset(rows as never)).toThrow(
      "ActiveLearningDataset takes a data set; an object with text, label came. Make one: new TextDataset(rows, { tokenizer })",
    );
  });
});

describe("items for other models", () => {
  it("images by their pixels or in rows", async () => {
    const model = ImageClassifier.fromConfig({ architecture: "small-cnn", imageSize: [28, 28], numChannels: 1 }, { labels });
    const image = { width: 28, height: 28, channels: 1, data: new Uint8Array(784).fill(9) } as const;
    const trainer = new BaalTrainer({ model, args });
    await trainer.train([
      { image, label: "dry" },
      { image, label: "wet" },
    ]);
    const { shape, data } = await trainer.predictOnDataset([image, image]);
    expect(shape).toEqual([2, 2, 1]);
    expect(data.slice(0, 2)).toEqual(data.slice(2));
  });

  it("feature vectors, alone or in rows", async () => {
    const trainer = new BaalTrainer({ model: HeadClassifier.fromConfig({ inputDim: 2 }, { labels }), args });
    await trainer.train([
      { features: [1, 0], label: "dry" },
      { features: Float32Array.of(0, 1), label: "wet" },
    ]);
    expect((await trainer.predictOnDataset([[1, 0], Float32Array.of(0, 1)])).shape).toEqual([2, 2, 1]);
    await expect(trainer.predictOnDataset([{ x: 1 }])).rejects.toEqual(withCode("E_DATA", /no list of numbers/));
  });

  it("a model of a user's own takes data sets, and says so", async () => {
    const trainer = new BaalTrainer({ model: linearModel() });
    await trainer.train(blobs(6));
    await expect(trainer.train(rows)).rejects.toEqual(
      withCode(
        "E_ARGUMENT",
        /this model makes no data set of an object with text, label by itself; give a data set of its inputs/,
      ),
    );
  });
});

it("TextDataset and HuggingFaceDatasets are one class", () => {
  expect(HuggingFaceDatasets).toBe(TextDataset);
});

import { describe, expect, it } from "vitest";
import { patchModule } from "../../src/bayesian/patch-module.js";
import { joinPredictions } from "../../src/core/join-chunks.js";
import { predictions } from "../../src/core/predictions.js";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { estimates } from "../../src/models/estimation.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { shade } from "../host/tiny-image-model.js";
import { withCode } from "../training/trainer-fixtures.js";
import { asDataset, tinyConfig } from "./tiny.js";

const labels = ["length", "width"];
const vectors = [
  [1, 2, 3],
  [-1, 0.5, 2],
];
const head = () =>
  HeadClassifier.fromConfig({ inputDim: 3, hiddenSizes: [5], dropout: 0.4 }, { labels, task: "regression", seed: 2 });
const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
const deviation = (list: readonly number[]) => Math.sqrt(mean(list.map((x) => (x - mean(list)) ** 2)));

describe("estimate", () => {
  it("gives each number of a regression, its first beside them, and no spread of one pass", async () => {
    const model = head();
    const [first, second] = await model.estimate(vectors);
    const dataset = asDataset(vectors.map((vector, index) => ({ index, input: Float32Array.from(vector), target: undefined })));
    const { kind, data } = await joinPredictions(model.predict(dataset), { total: 2 });
    expect(kind).toBe("values");
    expect(first).toEqual({ label: "length", value: data[0], values: [0, 1].map((c) => ({ label: labels[c], value: data[c] })) });
    expect(second!.values.map(({ value }) => value)).toEqual([data[2], data[3]]);
    expect(await model.estimate(vectors[1]!)).toEqual(second);
  });

  it("gives mean and spread of draws", async () => {
    const model = head();
    const answer = await model.estimate(vectors[0]!, { iterations: 30, seed: 3 });
    expect(model.isStochastic).toBe(false);
    patchModule(model);
    const dataset = asDataset([{ index: 0, input: Float32Array.from(vectors[0]!), target: undefined }]);
    const { data } = await joinPredictions(model.predict(dataset, { iterations: 30, seed: 3 }), { total: 1 });
    answer.values.forEach(({ value, deviation: spread, epistemic }, c) => {
      const drawn = [...data.subarray(30 * c, 30 * (c + 1))];
      expect(value).toBeCloseTo(mean(drawn), 6);
      expect(spread).toBeCloseTo(deviation(drawn), 6);
      expect(epistemic).toBe(spread);
      expect(spread).toBeGreaterThan(0);
    });
  });

  it("has the noise that a model predicts apart from what draws differ by", () => {
    const draws = predictions("values", [1, 1, 2], Float32Array.of(1, 3), [0], {
      logVariances: Float32Array.of(Math.log(4), Math.log(2)),
    });
    const [answer] = estimates(draws, ["size"]);
    expect(answer).toMatchObject({ value: 2, epistemic: 1 });
    expect(answer!.deviation).toBeCloseTo(2, 6); // 1 + (4 + 2) / 2 = 4
  });

  it("is answered by models of texts and images as well", async () => {
    const tokenizer = trainWordPiece(["a good day", "bad"], { vocabSize: 60 });
    const { vocabSize: _, ...config } = tinyConfig;
    const text = TextClassifier.fromConfig(config, { labels: ["stars"], task: "regression", seed: 1, tokenizer });
    expect(await text.estimate("a good day")).toEqual({ label: "stars", value: expect.any(Number), values: [expect.anything()] });
    expect(await text.estimate(["a good day", { text: "bad", pair: "a day" }])).toHaveLength(2);
    const image = ImageClassifier.fromConfig(
      { architecture: "small-cnn", channels: [4], kernelSize: 3, hiddenSizes: [8], imageSize: [8, 8] },
      { labels: ["age"], task: "regression", seed: 3 },
    );
    expect((await image.estimate([shade(10), shade(200)])).map(({ label }) => label)).toEqual(["age", "age"]);
  });

  it("names the call that answers where the other was made", async () => {
    await expect(head().classify([1, 2, 3])).rejects.toThrow(withCode("E_ARGUMENT", /predicts numbers.*call estimate/));
    const classes = HeadClassifier.fromConfig({ inputDim: 3 }, { labels });
    await expect(classes.estimate([1, 2, 3])).rejects.toThrow(withCode("E_ARGUMENT", /names classes.*call classify/));
    await expect(head().estimate([])).rejects.toThrow(/estimate was given an empty list/);
  });
});

it("log-variances go through joined chunks, and are those of numbers alone", async () => {
  const chunk = (index: number) =>
    predictions("values", [1, 1, 2], Float32Array.of(index, 2), [index], { logVariances: Float32Array.of(index, -1) });
  async function* chunks() {
    yield chunk(4);
    yield chunk(7);
  }
  const { logVariances } = await joinPredictions(chunks(), { total: 2 });
  expect(logVariances).toEqual(Float32Array.of(4, -1, 7, -1));
  const wrong = { logVariances: Float32Array.of(1) };
  expect(() => predictions("values", [1, 1, 2], Float32Array.of(1, 2), [0], wrong)).toThrow(
    withCode("E_SHAPE", /1 came with 2 values/),
  );
  expect(() => predictions("logits", [1, 1, 1], Float32Array.of(1), [0], wrong)).toThrow(withCode("E_SHAPE", /1 logits/));
});

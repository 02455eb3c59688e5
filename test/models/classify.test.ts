import { describe, expect, it } from "vitest";
import { patchModule } from "../../src/bayesian/patch-module.js";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { bald } from "../../src/heuristics/bald.js";
import { entropy } from "../../src/heuristics/confidence.js";
import { meanProbabilities } from "../../src/heuristics/predictive-distribution.js";
import type { Classification } from "../../src/models/classification.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { shade } from "../host/tiny-image-model.js";
import { asDataset, tinyConfig } from "./tiny.js";

const texts = ["where is my card", "my card is late", "refund me", "is it late"];
const tokenizer = trainWordPiece(texts, { vocabSize: 80 });
const { vocabSize: _, ...config } = tinyConfig;
const labels = ["card", "delay", "money"];
const textModel = () => TextClassifier.fromConfig(config, { labels, seed: 3, tokenizer });
const imageModel = () =>
  ImageClassifier.fromConfig(
    { architecture: "small-cnn", channels: [4], kernelSize: 3, hiddenSizes: [8], imageSize: [8, 8] },
    { labels, seed: 3 },
  );
const headModel = () => HeadClassifier.fromConfig({ inputDim: 4, hiddenSizes: [6] }, { labels, seed: 3 });

const close = (answer: Classification | undefined, expected: Classification | undefined) => {
  expect(answer?.label).toBe(expected?.label);
  expect(answer?.probability).toBeCloseTo(expected!.probability, 5);
  expect(answer?.entropy).toBeCloseTo(expected!.entropy, 5);
  if (expected?.bald !== undefined) expect(answer?.bald).toBeCloseTo(expected.bald, 5);
};

describe("classify", () => {
  it("gives every label with its probability, the most probable first, of one text or of several", async () => {
    const model = textModel();
    const answers = await model.classify(texts);
    expect(answers).toHaveLength(4);
    for (const [i, answer] of answers.entries()) {
      const probabilities = answer.labels.map(({ probability }) => probability);
      expect(answer.labels.map(({ label }) => label).sort()).toEqual([...labels].sort());
      expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
      expect(answer).toMatchObject({ label: answer.labels[0]!.label, probability: probabilities[0] });
      expect(answer.bald).toBeUndefined();
      close(await model.classify(texts[i]!), answer);
    }
  });

  it("is one pass with dropout off, of a patched model too", async () => {
    const model = textModel();
    const before = await model.classify(texts);
    patchModule(model);
    expect(await model.classify(texts)).toEqual(before);
  });

  it("averages the probabilities of draws, with their entropy and BALD, and leaves the model as it is", async () => {
    const model = textModel();
    const drawn = await model.classify(texts[1]!, { iterations: 30, seed: 7 });
    expect(model.isStochastic).toBe(false);
    patchModule(model);
    const item = { index: 0, input: tokenizer.encode(texts[1]!, { maxLength: 24 }), target: undefined };
    for await (const draws of model.predict(asDataset([item]), { iterations: 30, seed: 7 })) {
      const probs_C = meanProbabilities(draws);
      const best = probs_C.indexOf(Math.max(...probs_C));
      close(drawn, {
        ...{ label: labels[best]!, probability: probs_C[best]!, labels: [] },
        entropy: entropy({ average: "probabilities" }).score(draws)[0]!,
        bald: bald().score(draws)[0]!,
      });
      expect(drawn.bald).toBeGreaterThan(0);
    }
  });

  it("answers the same with the same seed, wherever the text stands in the list", async () => {
    const model = textModel();
    const options = { iterations: 5, seed: 2 };
    const [first, ...others] = await model.classify([texts[2]!, ...texts], options);
    close(others[2], first);
    close(await model.classify(texts[2]!, options), first);
    expect((await model.classify(texts[2]!, { iterations: 5, seed: 3 })).probability).not.toBe(first?.probability);
  });

  it("lists the topK most probable labels", async () => {
    const [answer] = await textModel().classify(texts, { topK: 2 });
    const [whole] = await textModel().classify(texts);
    expect(answer?.labels).toEqual(whole?.labels.slice(0, 2));
    expect((await textModel().classify("late", { topK: 9 })).labels).toHaveLength(3);
  });

  it("takes labels that are predicted each by itself for what they are", async () => {
    const model = textModel();
    model.task = "multi";
    const input = tokenizer.encode(texts[0]!, { maxLength: 24 });
    const answer = await model.classify(texts[0]!);
    for await (const { data } of model.predict(asDataset([{ index: 0, input, target: undefined }]))) {
      const probabilities = [...data].map((logit) => 1 / (1 + Math.exp(-logit)));
      for (const { label, probability } of answer.labels)
        expect(probability).toBeCloseTo(probabilities[labels.indexOf(label)]!, 6);
      const uncertainty = probabilities.reduce((sum, p) => sum - p * Math.log(p) - (1 - p) * Math.log(1 - p), 0);
      expect(answer.entropy).toBeCloseTo(uncertainty, 6);
    }
    const drawn = await model.classify(texts[0]!, { iterations: 6 });
    expect(drawn.bald).toBeGreaterThan(0);
    expect(drawn.bald).toBeLessThan(drawn.entropy);
  });

  it("cuts texts to maxSeqLen, reads pairs, and takes long texts", async () => {
    const model = textModel();
    close(
      await model.classify("my card is late late late", { maxSeqLen: 5 }),
      await model.classify("my card is", { maxSeqLen: 5 }),
    );
    const pair = await model.classify({ text: "my card", pair: "is late" });
    expect(pair.probability).not.toBe((await model.classify("my card")).probability);
    expect((await model.classify("late ".repeat(200))).labels).toHaveLength(3);
  });

  it("takes images as pixels, as bytes of a file, and as items of a data set", async () => {
    const model = imageModel();
    const sharp = (await import("sharp")).default;
    const png = await sharp(shade(90).data, { raw: { width: 8, height: 8, channels: 1 } })
      .png()
      .toBuffer();
    const [pixels, bytes] = await model.classify([shade(90), png]);
    close(bytes, pixels);
    close(await model.classify({ name: "shade", load: () => model.processor.normalise(shade(90)) }), pixels);
    expect((await model.classify(shade(90), { iterations: 4 })).bald).toBeGreaterThan(0);
  });

  it("takes feature vectors as arrays of either kind", async () => {
    const model = headModel();
    const vector = [0.5, -1, 2, 0];
    const [typed, plain] = await model.classify([Float32Array.from(vector), vector]);
    close(plain, typed);
    close(await model.classify(vector), typed);
    close(await model.classify(Float32Array.from(vector)), typed);
  });

  it.each<[string, (text: TextClassifier) => Promise<unknown>, string, RegExp]>([
    ["an empty list", (model) => model.classify([]), "E_ARGUMENT", /empty list.*a text/],
    ["an empty text", (model) => model.classify(["late", "  "]), "E_DATA", /Input 1: the text is empty/],
    ["a number", (model) => model.classify(7 as never), "E_DATA", /takes a text or a list of them; 7 came/],
    ["undefined in a list", (model) => model.classify(["late", undefined] as never), "E_DATA", /Input 1: .*undefined came/],
    ["a promise", (model) => model.classify(Promise.resolve("late") as never), "E_DATA", /await it first/],
    ["a topK of 0", (model) => model.classify("late", { topK: 0 }), "E_ARGUMENT", /topK.*0 came/],
    ["half a draw", (model) => model.classify("late", { iterations: 0.5 }), "E_ARGUMENT", /iterations.*0.5 came/],
    ["a list of lists of images", () => imageModel().classify([[shade(1)]] as never), "E_DATA", /Input 0: an image is needed/],
    ["an object that is no image", () => imageModel().classify({ url: "x" } as never), "E_DATA", /Input 0: an image is needed/],
    ["a missing image", () => imageModel().classify("no/such/image.png"), "E_IMAGE", /no such file/],
    ["a vector of another width", () => headModel().classify([[1, 2]]), "E_DATA", /2/],
    ["a text where a vector is due", () => headModel().classify("late" as never), "E_DATA", /a feature vector.*"late" came/],
  ])("refuses %s", async (_name, call, code, message) => {
    await expect(call(textModel())).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("refuses draws of a model without dropout", async () => {
    const still = { dropout: 0, attentionDropout: 0, classifierDropout: 0 };
    const model = TextClassifier.fromConfig({ ...config, ...still }, { labels, tokenizer });
    await expect(model.classify("late", { iterations: 2 })).rejects.toMatchObject({ code: "E_MODEL_DETERMINISTIC" });
  });
});

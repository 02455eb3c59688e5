import { describe, expect, it } from "vitest";
import type { SoftBatch, SoftLossName } from "../../src/core/bayesian-model.js";
import type { EncodedText, Example } from "../../src/core/dataset.js";
import { Sgd } from "../../src/engine/optimizers/sgd.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { expectClose } from "../engine/autodiff/check-gradient.js";
import { tinyConfig, tinyTexts } from "./tiny.js";

const LABELS = ["a", "b", "c"];
const STEP = { step: 0, learningRate: 0.5 };
const texts = tinyTexts(9, (index) => index % 3);
const [first, second] = [texts.slice(0, 4), texts.slice(4)];

/** A model, and a learner whose steps are plain: w - rate * gradient. */
async function plain(dropout = false) {
  const model = TextClassifier.fromConfig(tinyConfig, { labels: LABELS, seed: 2 });
  const optimizer = new Sgd();
  const learner = await model.createLearner({
    loss: { name: "crossEntropy" },
    optimizer,
    maxGradNorm: Infinity,
    seed: 4,
    dropout,
  });
  const weights = () => [...model.stateDict().values()].flatMap(({ data }) => [...data]);
  return { learner, soft: learner.soft!, weights };
}

function softBatch(examples: readonly Example<EncodedText>[], loss: SoftLossName = "crossEntropy"): SoftBatch<EncodedText> {
  return {
    examples,
    loss,
    targets: Float32Array.from(examples.flatMap(({ target }) => LABELS.map((_, c) => Number(c === target)))),
    weights: new Float32Array(examples.length).fill(1 / examples.length),
  };
}

/** What one step changes in the weights. */
async function change(batches: readonly (readonly Example<EncodedText>[])[], soft: readonly SoftBatch<EncodedText>[]) {
  const model = await plain();
  const before = model.weights();
  const result = await model.soft.step(batches, soft, STEP);
  return { result, delta: model.weights().map((weight, i) => weight - before[i]!) };
}

describe("a learner's soft steps", () => {
  it("without soft batches are its steps, bit for bit, dropout included", async () => {
    const [one, other] = [await plain(true), await plain(true)];
    const hard = await one.learner.step([first, second], STEP);
    expect(await other.soft.step([first, second], [], STEP)).toEqual({ ...hard, softLoss: 0 });
    expect(other.weights()).toEqual(one.weights());
  });

  it("of one-hot targets are those of labels, bit for bit", async () => {
    const [one, other] = [await plain(true), await plain(true)];
    const hard = await one.learner.step([first], STEP);
    expect(await other.soft.step([], [softBatch(first)], STEP)).toEqual({ ...hard, softLoss: hard.loss });
    expect(other.weights()).toEqual(one.weights());
  });

  it.each<SoftLossName>(["crossEntropy", "softmaxSquaredError"])("add the gradients of labelled and %s batches", async (loss) => {
    const labelled = await change([first], []);
    const soft = await change([], [softBatch(second, loss)]);
    const both = await change([first], [softBatch(second, loss)]);
    expect(both.result.softLoss).toBeCloseTo(soft.result.loss, 6);
    expect(both.result.loss).toBeCloseTo(labelled.result.loss + soft.result.loss, 6);
    expect(soft.delta.some((delta) => Math.abs(delta) > 1e-4)).toBe(true);
    expectClose(
      both.delta,
      labelled.delta.map((delta, i) => delta + soft.delta[i]!),
      "change",
      1e-6,
    );
  });

  it("with no batches at all change nothing", async () => {
    const { result, delta } = await change([], []);
    expect(result).toEqual({ loss: 0, softLoss: 0, gradientNorm: 0 });
    expect(delta.every((value) => value === 0)).toBe(true);
  });

  it("name a target that is not finite and leave the weights alone", async () => {
    const model = await plain();
    const before = model.weights();
    const bad = { ...softBatch(first), targets: new Float32Array(12).fill(Number.NaN) };
    await expect(model.soft.step([], [bad], STEP)).rejects.toThrow(expect.objectContaining({ code: "E_NOT_FINITE" }));
    expect(model.weights()).toEqual(before);
  });
});

describe("a learner's draws", () => {
  it("are keyed by seed and item, not by batch, and are not random without dropout", async () => {
    const { soft } = await plain(true);
    const all = await soft.draw(texts, { seed: 1 });
    expect(all).toHaveLength(27);
    expectClose([...(await soft.draw(second, { seed: 1 }))], [...all.subarray(12)], "logits", 1e-5);
    expect(await soft.draw(texts, { seed: 1 })).toEqual(all);
    expect(await soft.draw(texts, { seed: 2 })).not.toEqual(all);
    const still = (await plain(false)).soft;
    expect(await still.draw(texts, { seed: 1 })).toEqual(await still.draw(texts, { seed: 2 }));
  });

  it("follow the weights", async () => {
    const { learner, soft } = await plain(true);
    const before = await soft.draw(texts, { seed: 1 });
    await learner.step([first], STEP);
    expect(await soft.draw(texts, { seed: 1 })).not.toEqual(before);
  });
});

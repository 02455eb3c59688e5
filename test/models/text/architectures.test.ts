import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { patchModule } from "../../../src/bayesian/patch-module.js";
import type { Gradient, Optimizer } from "../../../src/core/bayesian-model.js";
import type { EncodedText, Example } from "../../../src/core/dataset.js";
import { trainWordPiece } from "../../../src/data/text/train-word-piece.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { asDataset, maxDifference } from "../tiny.js";

/** What PyTorch says of a small random model: written by test/reference/make_text_architectures.py. */
interface Expected {
  readonly inputIds: readonly (readonly number[])[];
  readonly targets: readonly number[];
  readonly logits: readonly number[];
  readonly loss: number;
  /** Norm, and product with a wave. */
  readonly gradients: Readonly<Record<string, readonly [number, number]>>;
  /** Of the dropouts of a training pass. */
  readonly rates: readonly number[];
}

const fixtures = join(import.meta.dirname, "..", "..", "reference", "fixtures", "text");
const tokenizer = trainWordPiece(["a b c"], { vocabSize: 20 });

async function load(name: string): Promise<{ model: TextClassifier; expected: Expected; examples: Example<EncodedText>[] }> {
  const folder = temporaryFolder();
  cpSync(join(fixtures, name), folder, { recursive: true });
  await tokenizer.save(folder);
  const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Expected;
  const examples = expected.inputIds.map((ids, index) => ({
    ...{ index, target: expected.targets[index]! },
    input: { inputIds: Int32Array.from(ids) },
  }));
  return { model: await TextClassifier.fromPretrained(folder), expected, examples };
}

async function logitsOf(model: TextClassifier, examples: readonly Example<EncodedText>[], iterations = 1): Promise<Float32Array> {
  for await (const { data } of model.predict(asDataset(examples), { iterations, seed: 3 })) return data;
  throw new Error("no predictions came");
}

class Spy implements Optimizer {
  readonly gradients = new Map<string, Gradient>();
  step(updates: Parameters<Optimizer["step"]>[0]): void {
    for (const { name, gradient } of updates) this.gradients.set(name, gradient);
  }
  stateDict = () => new Map();
  loadStateDict(): void {}
}

const wave = (i: number) => Math.sin(1.7 * i + 0.3);

function summary(gradient: Gradient): [number, number] {
  const { data } = gradient;
  const place = (i: number) => {
    if (gradient.kind === "dense") return i;
    const width = data.length / gradient.rows.length;
    return gradient.rows[Math.floor(i / width)]! * width + (i % width);
  };
  return [Math.hypot(...data), data.reduce((sum, value, i) => sum + value * wave(place(i)), 0)];
}

describe.each(readdirSync(fixtures))("%s from transformers' safetensors", (name) => {
  it("gives PyTorch's logits", async () => {
    const { model, expected, examples } = await load(name);
    const scale = Math.max(...expected.logits.map(Math.abs));
    expect(maxDifference(await logitsOf(model, examples), expected.logits) / scale).toBeLessThan(1e-5);
    expect([...model.stateDict().keys()].filter((weight) => !(weight in expected.gradients))).toEqual([]);
  });

  it("gives PyTorch's loss and all of its gradients", async () => {
    const { model, expected, examples } = await load(name);
    const spy = new Spy();
    const options = { optimizer: spy, maxGradNorm: 1e9, seed: 0, dropout: false };
    const learner = await model.createLearner({ ...options, loss: { name: "crossEntropy" } });
    const { loss } = await learner.step([examples], { step: 0, learningRate: 0 });
    expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-5);
    expect([...spy.gradients.keys()].sort()).toEqual(Object.keys(expected.gradients).sort());
    const largest = Math.max(...Object.values(expected.gradients).map(([norm]) => norm));
    for (const [parameter, values] of Object.entries(expected.gradients)) {
      // Key biases shift all scores of a query alike: their true gradient is 0, what both report is rounding.
      const tolerance = Math.max(1e-4 * values[0], 1e-6 * largest);
      const [norm, product] = summary(spy.gradients.get(parameter)!);
      expect(Math.abs(norm - values[0]), `${parameter}: ${norm} for ${values[0]}`).toBeLessThan(tolerance);
      expect(Math.abs(product - values[1]), `${parameter}: ${product} for ${values[1]}`).toBeLessThan(10 * tolerance);
    }
  });

  it("drops out wherever a training pass of the source does, at its rates", async () => {
    const { model, expected } = await load(name);
    const rates = model.dropoutSites.map(({ rate }) => rate).filter((rate) => rate > 0);
    expect(rates.sort()).toEqual([...expected.rates].sort());
    expect(new Set(model.dropoutSites.map((site) => site.name)).size).toBe(model.dropoutSites.length);
  });

  it("is saved and loaded to the same logits and the same draws, from safetensors; from ONNX to the same logits", async () => {
    const { model, examples } = await load(name);
    const folder = join(temporaryFolder(), "model");
    await model.save(folder);
    const again = await TextClassifier.fromPretrained(folder);
    expect(await logitsOf(again, examples)).toEqual(await logitsOf(model, examples));
    const onnx = await TextClassifier.fromPretrained(folder, { format: "onnx" });
    expect(maxDifference(await logitsOf(onnx, examples), await logitsOf(model, examples))).toBeLessThan(1e-4);
    patchModule(model, { rate: 0.2 });
    patchModule(again, { rate: 0.2 });
    const draws = await logitsOf(model, examples, 4);
    expect(await logitsOf(again, examples, 4)).toEqual(draws);
    expect(maxDifference(draws.subarray(0, 1), draws.subarray(1, 2))).toBeGreaterThan(0);
  });

  it("gives each text the same draws, whatever it is batched with", async () => {
    const { model, examples } = await load(name);
    patchModule(model, { rate: 0.2 });
    const together = await logitsOf(model, examples, 3);
    for (const [i, example] of examples.entries()) {
      const alone = await logitsOf(model, [example], 3);
      expect(maxDifference(alone, together.subarray(9 * i, 9 * i + 9))).toBeLessThan(1e-4);
    }
  });

  it("learns", async () => {
    const { model, examples } = await load(name);
    const { AdamW } = await import("../../../src/engine/optimizers/adamw.js");
    const options = { optimizer: new AdamW({}), maxGradNorm: 1, seed: 0 };
    const learner = await model.createLearner({ ...options, dropout: false, loss: { name: "crossEntropy" } });
    const losses: number[] = [];
    for (let step = 0; step < 12; step++) losses.push((await learner.step([examples], { step, learningRate: 0.01 })).loss);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
  });
});

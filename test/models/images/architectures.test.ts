import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { patchModule } from "../../../src/bayesian/patch-module.js";
import type { Gradient, Optimizer } from "../../../src/core/bayesian-model.js";
import type { Example } from "../../../src/core/dataset.js";
import type { ImageInput } from "../../../src/data/images/image-input.js";
import { ImageClassifier } from "../../../src/models/images/image-classifier.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { asDataset, maxDifference } from "../tiny.js";

/** What PyTorch says of a small random model: written by test/reference/make_image_architectures.py. */
interface Expected {
  readonly size: number;
  readonly targets: readonly number[];
  readonly logits: readonly number[];
  readonly loss: number;
  /** Norm, and product with a wave. */
  readonly gradients: Readonly<Record<string, readonly [number, number]>>;
  readonly statistics: Readonly<Record<string, readonly [number, number]>>;
  readonly rates: readonly number[];
}

const fixtures = join(import.meta.dirname, "..", "..", "reference", "fixtures", "images");
const wave = (i: number) => Math.sin(1.7 * i + 0.3);

async function load(name: string): Promise<{ model: ImageClassifier; expected: Expected; examples: Example<ImageInput>[] }> {
  const folder = join(fixtures, name);
  const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Expected;
  const model = await ImageClassifier.fromPretrained(folder, { imageSize: [expected.size, expected.size] });
  const count = 3 * expected.size ** 2;
  const examples = expected.targets.map((target, index) => {
    const data = Float32Array.from({ length: count }, (_, i) => wave(index * count + i));
    const pixels = { shape: [3, expected.size, expected.size] as [number, number, number], data };
    return { index, target, input: { name: String(index), load: async () => pixels } };
  });
  return { model, expected, examples };
}

async function logitsOf(model: ImageClassifier, examples: readonly Example<ImageInput>[], iterations = 1): Promise<Float32Array> {
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

const summary = (data: Float32Array): [number, number] => [
  Math.hypot(...data),
  data.reduce((sum, value, i) => sum + value * wave(i), 0),
];

describe.each(readdirSync(fixtures))("%s from its source's safetensors", (name) => {
  it("gives PyTorch's logits", async () => {
    const { model, expected, examples } = await load(name);
    const scale = Math.max(...expected.logits.map(Math.abs));
    expect(maxDifference(await logitsOf(model, examples), expected.logits) / scale).toBeLessThan(1e-5);
  });

  it("gives PyTorch's loss, gradients and running statistics", async () => {
    const { model, expected, examples } = await load(name);
    const spy = new Spy();
    const options = { optimizer: spy, maxGradNorm: 1e9, seed: 0, dropout: false };
    const learner = await model.createLearner({ ...options, loss: { name: "crossEntropy" } });
    const { loss } = await learner.step([examples], { step: 0, learningRate: 0 });
    expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-4);
    expect([...spy.gradients.keys()].sort()).toEqual(Object.keys(expected.gradients).sort());
    const largest = Math.max(...Object.values(expected.gradients).map(([norm]) => norm));
    for (const [parameter, values] of Object.entries(expected.gradients)) {
      // What a normalisation takes out again has no gradient: what both report is rounding.
      const tolerance = Math.max(1e-4 * values[0], 1e-5 * largest);
      const [norm, product] = summary(spy.gradients.get(parameter)!.data);
      expect(Math.abs(norm - values[0]), `${parameter}: ${norm} for ${values[0]}`).toBeLessThan(tolerance);
      expect(Math.abs(product - values[1]), `${parameter}: ${product} for ${values[1]}`).toBeLessThan(10 * tolerance);
    }
    const state = model.stateDict();
    for (const [statistic, values] of Object.entries(expected.statistics)) {
      const [norm, product] = summary(state.get(statistic)!.data as Float32Array);
      expect(Math.abs(norm - values[0]), statistic).toBeLessThan(1e-4 * Math.max(1, values[0]));
      expect(Math.abs(product - values[1]), statistic).toBeLessThan(1e-3 * Math.max(1, values[0]));
    }
  });

  it("drops out wherever a training pass of the source does, at its rates", async () => {
    const { model, expected } = await load(name);
    const rates = model.dropoutSites.map(({ rate }) => rate).filter((rate) => rate > 0);
    expect(rates.length).toBe(expected.rates.length);
    expect(maxDifference(rates.sort(), [...expected.rates].sort())).toBeLessThan(1e-5);
    expect(model.dropoutSites.at(-1)).toMatchObject({ place: "head" });
  });

  it("is saved and loaded to the same logits and the same draws, with the rate that was asked for", async () => {
    const { expected, examples } = await load(name);
    const model = await ImageClassifier.fromPretrained(join(fixtures, name), {
      ...{ imageSize: [expected.size, expected.size], dropout: 0.4, labels: ["a", "b", "c", "d"], seed: 5 },
    });
    expect(model.dropoutSites.at(-1)).toMatchObject({ rate: 0.4 });
    const folder = join(temporaryFolder(), "model");
    await model.save(folder);
    const again = await ImageClassifier.fromPretrained(folder);
    expect(again.labels).toEqual(["a", "b", "c", "d"]);
    expect(again.source).toBe("safetensors");
    expect(await logitsOf(again, examples)).toEqual(await logitsOf(model, examples));
    const onnx = await ImageClassifier.fromPretrained(folder, { format: "onnx" });
    expect(maxDifference(await logitsOf(onnx, examples), await logitsOf(model, examples))).toBeLessThan(1e-4);
    patchModule(model);
    patchModule(again);
    const draws = await logitsOf(model, examples, 4);
    expect(await logitsOf(again, examples, 4)).toEqual(draws);
    expect(maxDifference(draws.subarray(0, 1), draws.subarray(1, 2))).toBeGreaterThan(0);
  });
});

import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/core/dataset.js";
import type { ImageInput } from "../../src/data/images/image-input.js";
import { encodeModel } from "../../src/engine/onnx/encode.js";
import { bakeParameters } from "../../src/engine/onnx/parameters.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { temporaryFolder } from "../temporary-folder.js";

interface Run {
  readonly losses: number[];
  readonly weights: Record<string, number[]>;
}

const expected = JSON.parse(readFileSync(new URL("./batch-norm/expected.json", import.meta.url), "utf8")) as Record<string, Run>;
const SHAPE = [3, 8, 8] as const;

const wave = (count: number, phase: number, scale: number) =>
  Float32Array.from({ length: count }, (_, i) => scale * Math.sin(1.3 * i + phase));

/** Twelve images: the three batches of four that PyTorch saw. */
const pixels = [0, 1, 2].flatMap((step) => {
  const batch = wave(4 * 192, step, 1);
  return [0, 1, 2, 3].map((i) => batch.slice(i * 192, (i + 1) * 192));
});
const dataset: Dataset<ImageInput> = {
  length: 12,
  at: (index) => ({
    index,
    input: { name: `${index}`, load: () => ({ shape: SHAPE, data: pixels[index]! }) },
    target: [0, 1, 1, 0][index % 4],
  }),
};

/** Weights as in the script: a wave of the parameter's size. */
function network(): ImageClassifier {
  const model = ImageClassifier.fromConfig(
    { architecture: "vgg", layers: [4, "M", 6], batchNorm: true, imageSize: [8, 8], poolSize: 2, hiddenSizes: [5], dropout: 0 },
    { labels: ["a", "b"] },
  );
  for (const [name, { dims, data }] of model.stateDict()) {
    const values = wave(data.length, name.length, dims.length > 1 ? 0.5 : 0.1);
    data.set(name.endsWith("running_var") ? values.map((value) => 1 + value) : values);
  }
  return model;
}

function learnerOf(model: ImageClassifier, options: { frozen?: string; batchNormalization?: "running" } = {}) {
  const { frozen, ...rest } = options;
  return model.createLearner({
    loss: { name: "crossEntropy" },
    optimizer: {
      step(updates, { learningRate }) {
        for (const { weights, gradient } of updates) {
          for (const [i, slope] of gradient.data.entries()) weights[i]! -= learningRate * slope;
        }
      },
      stateDict: () => new Map(),
      loadStateDict: () => undefined,
    },
    maxGradNorm: Number.POSITIVE_INFINITY,
    seed: 1,
    ...(frozen ? { isTrainable: (name: string) => !name.startsWith(frozen) } : {}),
    ...rest,
  });
}

/** The same network as an ONNX file of anyone's, with its parameters among the constants. */
async function imported(): Promise<ImageClassifier> {
  const folder = temporaryFolder();
  const model = network();
  await writeFile(join(folder, "model.onnx"), encodeModel(bakeParameters(model.graph, model.stateDict())));
  return ImageClassifier.fromPretrained(folder, { dropout: 0 });
}

const batchOf = (step: number) => [0, 1, 2, 3].map((i) => dataset.at(4 * step + i));

function expectWeights(model: ImageClassifier, weights: Record<string, number[]>): void {
  // A file of anyone's does not tell a matrix that averages from one that is learned.
  const names = [...model.stateDict().keys()].filter((name) => !name.endsWith("averages"));
  expect(names.sort()).toEqual(Object.keys(weights).sort());
  for (const [name, values] of Object.entries(weights)) {
    const { data } = model.stateDict().get(name)!;
    for (const [i, value] of values.entries()) expect(Math.abs(data[i]! - value), name).toBeLessThan(2e-5);
  }
}

describe("training through batch normalisation", () => {
  it.each([
    ["all layers", "trained", undefined],
    ["the first layer's frozen, which keeps to its running statistics", "firstFrozen", "features.1."],
  ])("takes PyTorch's steps: %s", async (_, run, frozen) => {
    const model = network();
    const learner = await learnerOf(model, frozen ? { frozen } : {});
    for (const [step, loss] of expected[run]!.losses.entries()) {
      expect((await learner.step([batchOf(step)], { step, learningRate: 0.1 })).loss).toBeCloseTo(loss, 4);
    }
    expectWeights(model, expected[run]!.weights);
  });

  it("of an ONNX file as well, and its statistics are saved", async () => {
    const model = await imported();
    const learner = await learnerOf(model);
    for (const [step, loss] of expected["trained"]!.losses.entries()) {
      expect((await learner.step([batchOf(step)], { step, learningRate: 0.1 })).loss).toBeCloseTo(loss, 4);
    }
    expectWeights(model, expected["trained"]!.weights);
    const folder = join(temporaryFolder(), "saved");
    await model.save(folder);
    expectWeights(await ImageClassifier.fromPretrained(folder), expected["trained"]!.weights);
  });

  it("leaves running statistics alone when told to go by them", async () => {
    const model = network();
    const learner = await learnerOf(model, { batchNormalization: "running" });
    await learner.step([batchOf(0)], { step: 0, learningRate: 0.1 });
    const untouched = network().stateDict();
    for (const [name, { data }] of model.stateDict()) {
      if (/running/.test(name)) expect(data).toEqual(untouched.get(name)!.data);
      else expect(data).not.toEqual(untouched.get(name)!.data);
    }
  });

  it("carries the statistics from one micro-batch of a step to the next", async () => {
    const [whole, split] = [network(), network()];
    const learner = await learnerOf(split);
    await learner.step([batchOf(0), batchOf(1)], { step: 0, learningRate: 0 });
    const steps = await learnerOf(whole);
    for (const step of [0, 1]) await steps.step([batchOf(step)], { step, learningRate: 0 });
    expect(split.stateDict()).toEqual(whole.stateDict());
  });

  it("leaves them as they were when a step fails", async () => {
    const model = network();
    const learner = await learnerOf(model);
    model.stateDict().get("classifier.3.weight")!.data[0] = Number.NaN;
    const before = structuredClone(model.stateDict());
    await expect(learner.step([batchOf(0)], { step: 0, learningRate: 0.1 })).rejects.toMatchObject({ code: "E_NOT_FINITE" });
    expect(model.stateDict()).toEqual(before);
  });
});

describe("fineTune", () => {
  async function changed(fineTune: "all" | "head" | number): Promise<string[]> {
    const model = network();
    const trainer = new BaalTrainer({ model, args: { fineTune, maxSteps: 2, batchSize: 4, learningRate: 0.1 } });
    await trainer.train(dataset);
    const before = network().stateDict();
    return [...model.stateDict()]
      .filter(([name, { data }]) => String(data) !== String(before.get(name)!.data))
      .map(([name]) => name);
  }
  const head = ["classifier.3.weight", "classifier.3.bias"];
  const hidden = ["classifier.0.weight", "classifier.0.bias"];

  it("trains the last layer, the last n, or all, normalisations with their layer", async () => {
    expect(await changed("head")).toEqual(head);
    expect(await changed(2)).toEqual([...hidden, ...head]);
    const second = ["weight", "bias", "running_mean", "running_var"].map((name) => `features.5.${name}`);
    const last3 = await changed(3);
    expect(last3).toEqual([
      "features.4.weight",
      ...(last3.includes("features.4.bias") ? ["features.4.bias"] : []),
      ...second,
      ...hidden,
      ...head,
    ]);
    expect((await changed("all")).length).toBeGreaterThan(last3.length + 4);
  });

  it.each([
    [9, /9 layers were to be trained, the model has 4/],
    [0, /"all", "head" or a whole number/],
  ])("refuses %s", async (fineTune, message) => {
    await expect(changed(fineTune)).rejects.toMatchObject({ code: "E_ARGUMENT", message: expect.stringMatching(message) });
  });
});

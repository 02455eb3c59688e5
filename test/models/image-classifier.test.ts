import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { patchModule } from "../../src/bayesian/patch-module.js";
import type { Optimizer } from "../../src/core/bayesian-model.js";
import type { Dataset } from "../../src/core/dataset.js";
import { createRandom } from "../../src/core/random.js";
import type { ImageInput } from "../../src/data/images/image-input.js";
import { imageProcessor } from "../../src/data/images/plain-image-processor.js";
import { readSafetensors } from "../../src/engine/safetensors/read-safetensors.js";
import { writeSafetensors } from "../../src/engine/safetensors/write-safetensors.js";
import { convolutionalGraph } from "../../src/models/architectures/convolutional-network.js";
import { imageNetwork, imageNetworkConfig } from "../../src/models/architectures/image-architectures.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { itShared, sharedPath } from "../shared.js";
import { temporaryFolder } from "../temporary-folder.js";

type Shape = readonly [number, number, number];

/** Images that are pixels already. */
function images(shape: Shape, rows: readonly Float32Array[], targets: readonly number[] = []): Dataset<ImageInput> {
  return {
    length: rows.length,
    at: (index) => ({
      index,
      input: { name: `image ${index}`, load: () => ({ shape, data: rows[index]! }) },
      target: targets[index],
    }),
  };
}

function randomImages(shape: Shape, count: number, seed = 1): Dataset<ImageInput> {
  const random = createRandom(seed);
  const size = shape.reduce((product, dim) => product * dim, 1);
  return images(
    shape,
    Array.from({ length: count }, () => Float32Array.from({ length: size }, () => random.normal())),
    Array.from({ length: count }, (_, i) => i % 2),
  );
}

async function logitsOf(model: ImageClassifier, dataset: Dataset<ImageInput>, options = {}): Promise<Float32Array> {
  const values: number[] = [];
  for await (const { data } of model.predict(dataset, options)) values.push(...data);
  return Float32Array.from(values);
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(found).toHaveLength(expected.length);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(found[i]! - expected[i]!)).toBeLessThan(tolerance);
}

const tinyVgg = {
  architecture: "vgg",
  layers: [4, "M", 8, "M"],
  imageSize: [8, 8],
  poolSize: 2,
  hiddenSizes: [16, 16],
} as const;
const SHAPE: Shape = [3, 8, 8];
const fromTiny = (seed = 3) =>
  ImageClassifier.fromConfig(
    { ...tinyVgg, layers: [...tinyVgg.layers], hiddenSizes: [16, 16], imageSize: [8, 8] },
    { labels: ["a", "b"], seed },
  );

describe("the VGG of PyTorch's fixture", () => {
  interface Expected {
    readonly pixels: number[];
    readonly pixelsShape: [number, number, number, number];
    readonly labels: number[];
    readonly logits: number[];
    readonly loss: number;
    readonly gradients: Record<string, { readonly values: number[] }>;
  }
  const fixture = (...parts: string[]) => sharedPath("fixtures", "vgg-tiny", ...parts);
  const labels = ["a", "b", "c", "d", "e"];

  async function expectedOf(): Promise<{ expected: Expected; dataset: Dataset<ImageInput> }> {
    const expected = JSON.parse(await readFile(fixture("expected.json"), "utf8")) as Expected;
    const [count, ...shape] = expected.pixelsShape;
    const size = shape.reduce((product, dim) => product * dim, 1);
    const rows = Array.from({ length: count }, (_, i) => Float32Array.from(expected.pixels.slice(i * size, (i + 1) * size)));
    return { expected, dataset: images(shape, rows, expected.labels) };
  }

  /** A folder with one of the fixture's files, as `save` or an export would have left it. */
  async function folderOf(file: string): Promise<string> {
    const folder = temporaryFolder();
    await copyFile(fixture(file), join(folder, file.endsWith(".onnx") ? "model.onnx" : file));
    const id2label = Object.fromEntries(labels.map((label, id) => [id, label]));
    await writeFile(join(folder, "config.json"), JSON.stringify({ id2label }));
    return folder;
  }

  const files = ["model.safetensors", "model_opset14.onnx", "model_opset14_training.onnx"];
  for (const file of files) {
    itShared(`${file}: logits`, async () => {
      const { expected, dataset } = await expectedOf();
      const model = await ImageClassifier.fromPretrained(await folderOf(file), { imageSize: [16, 16] });
      expect(model.labels).toEqual(labels);
      expect(model.inputShape).toEqual([3, 16, 16]);
      expectClose(await logitsOf(model, dataset), expected.logits, 1e-5);
    });

    itShared(`${file}: a learner's gradients`, async () => {
      const { expected, dataset } = await expectedOf();
      const model = await ImageClassifier.fromPretrained(await folderOf(file), { imageSize: [16, 16] });
      const gradients = new Map<string, Float32Array>();
      const optimizer: Optimizer = {
        step(updates) {
          for (const { name, gradient } of updates) if (gradient.kind === "dense") gradients.set(name, gradient.data.slice());
        },
        stateDict: () => new Map(),
        loadStateDict: () => undefined,
      };
      const loss = { name: "crossEntropy" } as const;
      const learner = await model.createLearner({
        loss,
        optimizer,
        maxGradNorm: Number.POSITIVE_INFINITY,
        seed: 1,
        dropout: false,
      });
      const batch = Array.from({ length: dataset.length }, (_, i) => dataset.at(i));
      const step = await learner.step([batch], { step: 0, learningRate: 0 });
      expect(step.loss).toBeCloseTo(expected.loss, 5);
      expect([...gradients.keys()].sort()).toEqual(Object.keys(expected.gradients).sort());
      for (const [name, { values }] of Object.entries(expected.gradients)) {
        const distance = Math.hypot(...values.map((value, i) => gradients.get(name)![i]! - value));
        expect(distance, name).toBeLessThan(1e-5 * Math.hypot(...values) + 1e-9);
      }
    });
  }

  itShared("has its two dropout sites, in the head", async () => {
    const built = await ImageClassifier.fromPretrained(await folderOf("model.safetensors"), { imageSize: [16, 16] });
    expect(built.dropoutSites).toEqual([
      { name: "classifier.2", rate: 0.5, place: "head" },
      { name: "classifier.5", rate: 0.5, place: "head" },
    ]);
    const kept = await ImageClassifier.fromPretrained(await folderOf("model_opset14_training.onnx"), { imageSize: [16, 16] });
    expect(kept.dropoutSites.map(({ rate, place }) => ({ rate, place }))).toEqual(
      Array.from({ length: 2 }, () => ({ rate: 0.5, place: "head" })),
    );
    const none = await ImageClassifier.fromPretrained(await folderOf("model_opset14.onnx"), {
      imageSize: [16, 16],
      dropout: 0.3,
    });
    expect(none.dropoutSites).toEqual([
      { name: "classifier.2", rate: 0.3, place: "head" },
      { name: "classifier.5", rate: 0.3, place: "head" },
    ]);
  });

  itShared("reads timm's names, whose linear layers are convolutions", async () => {
    const { expected, dataset } = await expectedOf();
    const table = await readSafetensors(fixture("model.safetensors"));
    const names = { "classifier.0": "pre_logits.fc1", "classifier.3": "pre_logits.fc2", "classifier.6": "head.fc" };
    const timm = new Map(
      [...table].map(([name, { dims, data }]) => {
        const [torchvision, renamed] = Object.entries(names).find(([old]) => name.startsWith(`${old}.`)) ?? ["", ""];
        const asConvolution = { "pre_logits.fc1": [dims[0]!, dims[1]! / 4, 2, 2], "pre_logits.fc2": [...dims, 1, 1] }[renamed];
        return [renamed + name.slice(torchvision.length), { dims: dims.length === 2 ? (asConvolution ?? dims) : dims, data }];
      }),
    );
    const folder = temporaryFolder();
    await writeSafetensors(join(folder, "model.safetensors"), timm);
    await writeFile(join(folder, "config.json"), JSON.stringify({ architecture: "vgg16.tv_in1k", num_classes: 5 }));
    const model = await ImageClassifier.fromPretrained(folder, { imageSize: [16, 16] });
    expectClose(await logitsOf(model, dataset), expected.logits, 1e-5);
  });

  itShared("gets a fresh head for other labels, and keeps the rest", async () => {
    for (const file of files) {
      const options = { imageSize: [16, 16], labels: ["cat", "dog"], seed: 5 } as const;
      const model = await ImageClassifier.fromPretrained(await folderOf(file), options);
      const own = await ImageClassifier.fromPretrained(await folderOf(file), { imageSize: [16, 16] });
      const head = [...model.stateDict()].filter(([name]) => /classifier\.6\./.test(name));
      expect(head.map(([, { dims }]) => dims[0])).toEqual([2, 2]);
      expect(model.stateDict().get("features.0.weight")).toEqual(own.stateDict().get("features.0.weight"));
      expect(await logitsOf(model, (await expectedOf()).dataset)).toHaveLength(8);
    }
  });
});

describe("published shapes", () => {
  const parameters = (architecture: string) => {
    const graph = convolutionalGraph(
      imageNetwork(imageNetworkConfig({ architecture }), architecture === "small-cnn" ? 10 : 1000),
    );
    return [...graph.parameters].filter(([name]) => !/running_/.test(name));
  };
  const count = (architecture: string) =>
    parameters(architecture).reduce((sum, [, { shape }]) => sum + (shape as number[]).reduce((a, b) => a * b, 1), 0);

  // The numbers of parameters that torchvision gives for its models.
  it.each([
    ["vgg11", 132_863_336],
    ["vgg11_bn", 132_868_840],
    ["vgg13", 133_047_848],
    ["vgg13_bn", 133_053_736],
    ["vgg16", 138_357_544],
    ["vgg16_bn", 138_365_992],
    ["vgg19", 143_667_240],
    ["vgg19_bn", 143_678_248],
  ])("%s has %i parameters", (architecture, expected) => {
    expect(count(architecture)).toBe(expected);
  });

  it("the network of BatchBALD: two convolutions with dropout of channels, 128 hidden", () => {
    expect(parameters("small-cnn").map(([name, { shape }]) => [name, shape])).toEqual([
      ["conv1.weight", [32, 1, 5, 5]],
      ["conv1.bias", [32]],
      ["conv2.weight", [64, 32, 5, 5]],
      ["conv2.bias", [64]],
      ["fc1.weight", [128, 1024]],
      ["fc1.bias", [128]],
      ["fc2.weight", [10, 128]],
      ["fc2.bias", [10]],
    ]);
    const model = ImageClassifier.fromConfig({ architecture: "small-cnn" }, { labels: ["0", "1"] });
    expect(model.dropoutSites.map(({ name, place }) => [name, place])).toEqual([
      ["conv1_drop", "body"],
      ["conv2_drop", "body"],
      ["fc1_drop", "head"],
    ]);
  });
});

describe("prediction", () => {
  it("gives the same draws for any batch, order and chunk", async () => {
    for (const model of [
      fromTiny(),
      ImageClassifier.fromConfig({ architecture: "small-cnn", imageSize: [16, 16] }, { labels: ["a", "b"] }),
    ]) {
      patchModule(model);
      const dataset = randomImages(model.inputShape, 7);
      const all = await logitsOf(model, dataset, { iterations: 5, seed: 9 });
      const reversed: Dataset<ImageInput> = { length: 7, at: (i) => dataset.at(6 - i) };
      const other = await logitsOf(model, reversed, { iterations: 5, seed: 9, tokensPerBatch: 3, chunkSize: 4 });
      const size = 2 * 5;
      for (let i = 0; i < 7; i++) {
        expectClose(other.subarray((6 - i) * size, (7 - i) * size), all.subarray(i * size, (i + 1) * size), 1e-5);
      }
      expect(new Set(all).size).toBeGreaterThan(35);
    }
  });

  it("decodes each image once, for all draws", async () => {
    const model = fromTiny();
    patchModule(model);
    const inner = randomImages(SHAPE, 5);
    let loads = 0;
    const counted: Dataset<ImageInput> = {
      length: 5,
      at(index) {
        const example = inner.at(index);
        const load = () => {
          loads += 1;
          return example.input.load();
        };
        return { ...example, input: { name: example.input.name, load } };
      },
    };
    await logitsOf(model, counted, { iterations: 20 });
    expect(loads).toBe(5);
  });

  it("reads a training's next images while it works, each once per epoch", async () => {
    const inner = randomImages(SHAPE, 8);
    const log: string[] = [];
    const logged: Dataset<ImageInput> = {
      length: 8,
      at(index) {
        const example = inner.at(index);
        const load = () => {
          log.push("load");
          return example.input.load();
        };
        return { ...example, input: { name: example.input.name, load } };
      },
    };
    const trainer = new BaalTrainer({ model: fromTiny(), args: { numTrainEpochs: 2, batchSize: 2, seed: 1 } });
    await trainer.train(logged, { onProgress: (event) => event.type === "train" && log.push("step") });
    const steps = log
      .join(" ")
      .split("step")
      .map((part) => part.split("load").length - 1);
    // Two images per batch; three batches are begun before the first step of an epoch ends.
    expect(steps).toEqual([6, 2, 0, 0, 6, 2, 0, 0, 0]);
  });

  it("names an image of another size", async () => {
    const wrong = logitsOf(fromTiny(), randomImages([3, 4, 4], 2));
    await expect(wrong).rejects.toMatchObject({
      code: "E_IMAGE",
      message: expect.stringMatching(/"image 0".*\[3,4,4\].*\[3,8,8\]/),
    });
  });
});

describe("save", () => {
  it.each([
    ["VGG", () => fromTiny()],
    ["small CNN", () => ImageClassifier.fromConfig({ architecture: "small-cnn", imageSize: [16, 16] }, { labels: ["a", "b"] })],
    [
      "VGG with batch normalisation",
      () =>
        ImageClassifier.fromConfig(
          { architecture: "vgg", layers: [4, "M", 8], imageSize: [8, 8], poolSize: 1, hiddenSizes: [8], batchNorm: true },
          { labels: ["a", "b"] },
        ),
    ],
  ])("and load back: %s", async (_, make) => {
    const model = make();
    const folder = join(temporaryFolder(), "model");
    await model.save(folder);
    const dataset = randomImages(model.inputShape, 3);
    const expected = await logitsOf(model, dataset);
    for (const format of ["safetensors", "onnx"] as const) {
      const loaded = await ImageClassifier.fromPretrained(folder, { format });
      expect(loaded.labels).toEqual(model.labels);
      expect(loaded.processor.toConfig()).toEqual(model.processor.toConfig());
      expect(loaded.dropoutSites.map(({ name, rate }) => [name, rate])).toEqual(
        model.dropoutSites.map(({ name, rate }) => [name, rate]),
      );
      expectClose(await logitsOf(loaded, dataset), expected, format === "onnx" ? 1e-5 : 0.000001);
    }
    const again = await ImageClassifier.fromPretrained(folder);
    const second = join(temporaryFolder(), "second");
    await again.save(second);
    for (const file of ["config.json", "preprocessor_config.json", "model.safetensors", "onnx/model.onnx"]) {
      expect((await readFile(join(second, file))).equals(await readFile(join(folder, file))), file).toBe(true);
    }
  });

  it("writes a folder that transformers.js's pipeline loads, with the same logits", async () => {
    const { env, pipeline, RawImage } = await import("@huggingface/transformers");
    env.allowRemoteModels = false;
    const model = ImageClassifier.fromConfig(
      { architecture: "vgg", layers: [4, "M", 8, "M"], imageSize: [20, 24], poolSize: 2, hiddenSizes: [16], batchNorm: true },
      { labels: ["red", "green", "blue"], seed: 2 },
    );
    const folder = join(temporaryFolder(), "model");
    await model.save(folder);
    const random = createRandom(4);
    const bytes = Uint8ClampedArray.from({ length: 50 * 40 * 3 }, () => random.integer(0, 255));
    const classify = await pipeline("image-classification", folder, { dtype: "fp32", local_files_only: true });
    const image = new RawImage(bytes, 50, 40, 3);
    const found = (await classify(image, { top_k: 3 })) as { label: string; score: number }[];
    const { ImageDataset } = await import("../../src/data/images/image-dataset.js");
    const rows = [{ image: { width: 50, height: 40, channels: 3, data: Uint8Array.from(bytes) } }];
    const logits = await logitsOf(model, new ImageDataset(rows, { processor: model.processor, labels: model.labels }));
    const weights = Array.from(logits, Math.exp);
    const sum = weights.reduce((a, b) => a + b);
    for (const { label, score } of found) {
      expect(score).toBeCloseTo(weights[model.labels.indexOf(label)]! / sum, 4);
    }
  });
});

describe("wrong input", () => {
  it.each([
    [{ architecture: "resnet50" }, /"resnet50".*vgg16.*small-cnn/],
    [{ architecture: "vgg16", imageSize: [16, 16] as [number, number] }, /too small/],
    [{ architecture: "vgg16", dropout: 1 }, /dropout/],
    [{ architecture: "small-cnn", imageSize: [8, 8] as [number, number] }, /Nothing is left/],
    [{ architecture: "small-cnn", layers: [3] }, /layers/],
  ])("fromConfig refuses %j", (config, message) => {
    expect(() => ImageClassifier.fromConfig(config, { labels: ["a"] })).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringMatching(message) }),
    );
  });

  it("fromConfig refuses a processor of another size", () => {
    const processor = imageProcessor({ size: [9, 9] });
    expect(() => ImageClassifier.fromConfig({ architecture: "vgg16" }, { labels: ["a"], processor })).toThrow(
      /\[3,9,9\].*\[3,224,224\]/,
    );
  });

  it("a folder without weights, or with those of something else", async () => {
    const folder = temporaryFolder();
    await expect(ImageClassifier.fromPretrained(folder)).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
    await mkdir(join(folder, "x"));
    await writeSafetensors(
      join(folder, "x", "model.safetensors"),
      new Map([["embeddings.weight", { dims: [1], data: new Float32Array(1) }]]),
    );
    await expect(ImageClassifier.fromPretrained(join(folder, "x"))).rejects.toMatchObject({
      code: "E_MODEL_FORMAT",
      message: expect.stringContaining("embeddings.weight"),
    });
  });
});

import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Optimizer } from "../../../src/core/bayesian-model.js";
import { createDataset } from "../../../src/core/dataset-view.js";
import { joinFeatures, joinPredictions } from "../../../src/core/join-chunks.js";
import { createRandom } from "../../../src/core/random.js";
import { imageProcessor } from "../../../src/data/images/plain-image-processor.js";
import { chooseMaps, featureMaps, HEAD_PREFIX, lastMap, placeWidth } from "../../../src/models/head/attach-head.js";
import { convnetWidth } from "../../../src/models/head/convnet.js";
import { parseConvnet, readConvnet } from "../../../src/models/head/convnet-string.js";
import { HeadClassifier } from "../../../src/models/head/head-classifier.js";
import { headConfig } from "../../../src/models/head/head-config.js";
import { ImageClassifier } from "../../../src/models/images/image-classifier.js";
import { temporaryFolder } from "../../temporary-folder.js";

describe("the string of layers", () => {
  it("is read as it is written", () => {
    expect(readConvnet("128, p,d ,R,64")).toEqual([
      { kind: "convolution", channels: 128 },
      { kind: "pool" },
      { kind: "dropout" },
      { kind: "residual" },
      { kind: "convolution", channels: 64 },
    ]);
  });

  it.each([
    ["128,q,d", 4, '"q" at position 5'],
    ["128,,d", 4, "nothing at position 5"],
    ["12x", 0, '"12x" at position 1'],
    ["0", 0, "1 to 4096 channels"],
    ["8, p, p,p", 8, "Nothing is left of a map of 7 x 5"],
  ])("says where %s is wrong", (text, at, message) => {
    const read = parseConvnet(text, [3, 7, 5]);
    expect(read).toMatchObject({ problem: { at, message: expect.stringContaining(message) } });
    expect(() => readConvnet(text, [3, 7, 5])).toThrow("cannot be read");
  });

  it("never throws, whatever is typed, and names a place inside", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("1", "2", "p", "d", "r", ",", " ", "x", "-") }), (text) => {
        const read = parseConvnet(text, [2, 8, 8]);
        return "layers" in read || (read.problem.at >= 0 && read.problem.at <= text.length);
      }),
    );
  });
});

const shape = [3, 4, 6] as const;
const inputDim = 72;
const random = createRandom(3);
const items = Array.from({ length: 5 }, () => Float32Array.from({ length: inputDim }, () => random.normal()));

const CONFIGS = {
  plain: { layers: "4,p,5", kernel: 3, pooling: "average" },
  separable: { layers: "4,p,5", kernel: 3, separable: true, pooling: "flatten" },
  residual: { layers: "r,4", kernel: 3, pooling: "max" },
  normalised: { layers: "4,r", kernel: 1, batchNorm: true, pooling: "average" },
} as const;

describe("a head on feature maps", () => {
  it.each(Object.entries(CONFIGS))(
    "%s: gradients are those of central differences, unknown labels have none",
    async (_, convnet) => {
      const head = HeadClassifier.fromConfig(
        { inputDim, dropout: 0, convnet: { shape: [...shape], batchNorm: false, separable: false, dropout: 0.5, ...convnet } },
        { labels: ["a", "b", "c"], seed: 4, task: "multi" },
      );
      const targets = [
        [1, null, 0],
        [null, 0, null],
        [0, 1, 1],
        [1, 1, null],
        [null, null, 1],
      ] as const;
      const batch = items.map((input, index) => ({ index, input, target: targets[index]! }));
      let gradients = new Map<string, Float32Array>();
      const optimizer: Optimizer = {
        step(updates) {
          gradients = new Map(updates.map(({ name, gradient }) => [name, gradient.data.slice()]));
        },
        stateDict: () => new Map(),
        loadStateDict() {},
      };
      const learner = await head.createLearner({
        ...{ loss: { name: "binaryCrossEntropy" }, optimizer, seed: 1, dropout: false, batchNormalization: "running" },
        maxGradNorm: Number.POSITIVE_INFINITY,
      });
      const lossAt = async () => (await learner.step([batch], { step: 0, learningRate: 0 })).loss;
      // The mean over known entries, from the logits themselves.
      const { data } = await joinPredictions(
        head.predict(
          createDataset(5, (index) => ({ index, input: items[index]!, target: undefined })),
          { mode: "deterministic" },
        ),
        { total: 5, kind: "sigmoid" } as never,
      );
      let [sum, known] = [0, 0];
      for (const [n, entries] of targets.entries())
        for (const [c, y] of entries.entries()) {
          if (y === null) continue;
          const z = data[n * 3 + c]!;
          sum += Math.log1p(Math.exp(z)) - y * z;
          known++;
        }
      expect(await lossAt()).toBeCloseTo(sum / known, 4);
      const found = gradients;
      const state = head.stateDict();
      for (const [name, gradient] of found) {
        const weights = state.get(name)!.data;
        for (const at of [0, weights.length >> 1, weights.length - 1]) {
          const [before, h] = [weights[at]!, 2e-3];
          weights[at] = before + h;
          const above = await lossAt();
          weights[at] = before - h;
          const below = await lossAt();
          weights[at] = before;
          expect((above - below) / (2 * h), `${name}[${at}]`).toBeCloseTo(gradient[at]!, 2);
        }
      }
      expect(found.size).toBe([...state.keys()].filter((name) => !name.includes("running")).length);
    },
  );

  it("is saved and loaded with all of it, and has as many numbers as it says", async () => {
    const convnet = { shape: [...shape] as [number, number, number], layers: "4,p,d,r", pooling: "flatten" as const };
    const head = HeadClassifier.fromConfig(
      { inputDim, convnet: { kernel: 3, batchNorm: true, separable: true, dropout: 0.3, ...convnet } },
      {
        labels: ["a", "b"],
        seed: 1,
      },
    );
    expect(convnetWidth(head.config.convnet!)).toBe(4 * 2 * 3);
    const folder = join(temporaryFolder(), "head");
    await head.save(folder);
    const again = await HeadClassifier.fromPretrained(folder);
    expect(await again.classify(items)).toEqual(await head.classify(items));
    expect(() => headConfig({ inputDim, convnet: { shape, layers: "4,x" } })).toThrow('"x" at position 3');
  });
});

describe("a head attached to an image network", () => {
  const processor = imageProcessor({ size: [12, 12], channels: 1 });
  const network = ImageClassifier.fromConfig(
    { architecture: "small-cnn", channels: [4, 6], kernelSize: 3, padding: 1, imageSize: [12, 12], hiddenSizes: [8] },
    { labels: ["a", "b"], processor, seed: 1 },
  );
  const pixels = Array.from({ length: 4 }, () => ({
    ...{ width: 12, height: 12, channels: 1 as const },
    data: Uint8Array.from({ length: 144 }, () => random.integer(0, 255)),
  }));

  it("names its maps by numbers and by patterns", () => {
    const maps = featureMaps(network.graph);
    expect(lastMap(network.graph).shape).toEqual([6, 3, 3]);
    expect(chooseMaps(network.graph, "0, -1").map(({ shape: size }) => size)).toEqual([maps[0]!.shape, [6, 3, 3]]);
    expect(chooseMaps(network.graph, "maxpool")).toHaveLength(2);
    expect(() => chooseMaps(network.graph, "99")).toThrow("feature maps 0 to");
    expect(() => chooseMaps(network.graph, "nothing")).toThrow("made by Conv");
  });

  it.each(["max", "average", "flatten"] as const)(
    "says what the head says of the features by themselves, pooled by %s",
    async (pooling) => {
      const place = { maps: chooseMaps(network.graph, "maxpool"), pooling };
      const config = headConfig({ inputDim: placeWidth(place), hiddenSizes: [5], dropout: 0.5 });
      const attached = network.withHead({ place, head: config, labels: ["x", "y", "z"], seed: 9 });
      const vectors = network.withHead({ place, head: headConfig({ inputDim: config.inputDim }), labels: ["0", "1"] });
      const { data, shape: size } = await joinFeatures(vectors.features(vectors.datasetOf(pixels)), { total: 4 });
      expect(size[1]).toBe(config.inputDim);
      const alone = HeadClassifier.fromConfig(config, { labels: ["x", "y", "z"], seed: 9 });
      const state = new Map(attached.stateDict());
      for (const [name, tensor] of alone.stateDict()) state.set(`${HEAD_PREFIX}${name}`, tensor);
      attached.loadStateDict(state);
      const one = await attached.classify(pixels);
      const other = await alone.classify(Array.from({ length: 4 }, (_, n) => data.slice(n * size[1], (n + 1) * size[1])));
      for (const [n, { label, probability }] of one.entries()) {
        expect(label).toBe(other[n]!.label);
        expect(probability).toBeCloseTo(other[n]!.probability, 4);
      }
      const folder = join(temporaryFolder(), "model");
      await attached.save(folder);
      const again = await ImageClassifier.fromPretrained(folder);
      const loaded = await again.classify(pixels);
      for (const [n, { probability }] of loaded.entries()) expect(probability).toBeCloseTo(one[n]!.probability, 4);
      expect(again.dropoutSites).toHaveLength(attached.dropoutSites.length);
    },
  );
});

import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { DeepEnsemble } from "../../src/bayesian/deep-ensemble.js";
import { fitLastLayerLaplace } from "../../src/bayesian/laplace/fit-last-layer-laplace.js";
import { patchModule } from "../../src/bayesian/patch-module.js";
import type { Example } from "../../src/core/dataset.js";
import { joinFeatures, joinPredictions } from "../../src/core/join-chunks.js";
import type { Predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import { featureStatistics } from "../../src/data/features/feature-statistics.js";
import { bald } from "../../src/heuristics/bald.js";
import { HeadClassifier, type HeadOptions } from "../../src/models/head/head-classifier.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { badge } from "../../src/strategies/badge.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { temporaryFolder } from "../temporary-folder.js";
import { asDataset, maxDifference, tinyConfig } from "./tiny.js";

const labels = ["a", "b", "c"];
const WIDTH = 6;

/** Items around one centre per class; feature d has the scale 10^(d - 2), so that standardising matters. */
function blobs(count: number, seed = 1): Example<Float32Array>[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const target = index % labels.length;
    const input = Float32Array.from(
      { length: WIDTH },
      (_, d) => 10 ** (d - 2) * (3 + (d % 3 === target ? 2 : 0) + random.uniform()),
    );
    return { index: 50 + index, input, target };
  });
}

const items = blobs(30);
const dataset = asDataset(items);

function build(options: Partial<HeadOptions> = {}, seed = 3): HeadClassifier {
  return HeadClassifier.fromConfig({ inputDim: WIDTH, ...options }, { labels, seed });
}

async function logits(model: HeadClassifier, options: { iterations?: number; seed?: number } = {}): Promise<Predictions> {
  return joinPredictions(model.predict(dataset, options), { total: dataset.length });
}

/** W x + b per row, in float64. */
function affine(rows: readonly (readonly number[])[], model: HeadClassifier, layer: string): number[][] {
  const weight = model.stateDict().get(`${layer}.weight`)!;
  const bias = model.stateDict().get(`${layer}.bias`)!.data;
  return rows.map((row) => Array.from(bias, (b, c) => row.reduce((sum, x, d) => sum + x * weight.data[c * row.length + d]!, b)));
}

/** Its power series: exact enough for the small arguments of these tests. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 200; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const activations = {
  relu: (x: number) => Math.max(0, x),
  gelu: (x: number) => (Math.abs(x) > 5 ? Math.max(0, x) : (x * (1 + erf(x / Math.SQRT2))) / 2),
};

const variants: [string, Partial<HeadOptions>][] = [
  ["a linear head", {}],
  ["a linear head on standardised features", { normalise: featureStatistics(dataset) }],
  ["an MLP", { hiddenSizes: [5, 4], normalise: featureStatistics(dataset) }],
  ["an MLP with GELU", { hiddenSizes: [5], activation: "gelu", normalise: featureStatistics(dataset) }],
];

describe.each(variants)("%s", (_, options) => {
  function expectedLayers(model: HeadClassifier): { hidden: number[][]; logits: number[][] } {
    const { mean, deviation } = options.normalise ?? { mean: [], deviation: [] };
    let hidden = items.map(({ input }) => Array.from(input, (x, d) => (x - (mean[d] ?? 0)) / (deviation[d] ?? 1)));
    for (let i = 0; i < (options.hiddenSizes?.length ?? 0); i++) {
      hidden = affine(hidden, model, `hidden.${i}`).map((row) => row.map(activations[options.activation ?? "relu"]));
    }
    return { hidden, logits: affine(hidden, model, "classifier") };
  }

  it("computes what its layers say; features() are what the last one reads", async () => {
    const model = build(options);
    const expected = expectedLayers(model);
    const { data } = await logits(model);
    const scale = Math.max(...expected.logits.flat().map(Math.abs));
    expect(maxDifference(data, expected.logits.flat()) / scale).toBeLessThan(2e-6);
    const features = await joinFeatures(model.features(dataset), { total: 30 });
    expect(features.shape).toEqual([30, expected.hidden[0]!.length]);
    expect(features.indices).toEqual(items.map(({ index }) => index));
    expect(maxDifference(features.data, expected.hidden.flat()) / Math.max(1, scale)).toBeLessThan(2e-6);
    expect(model.lastLayer).toMatchObject({ weight: "classifier.weight", bias: "classifier.bias", layout: "out-in" });
  });

  it("loads back exactly, draws included; its ONNX file takes features as they come", async () => {
    const model = build(options);
    const folder = join(temporaryFolder(), "head");
    await model.save(folder);
    const loaded = await HeadClassifier.fromPretrained(folder);
    expect(loaded.labels).toEqual(labels);
    expect(loaded.config).toEqual(model.config);
    expect(await loaded.featureFingerprint()).toBe(await model.featureFingerprint());
    patchModule(model);
    patchModule(loaded);
    expect(await logits(loaded, { iterations: 4 })).toEqual(await logits(model, { iterations: 4 }));

    loaded.resetWeights({ seed: 8 }); // nothing of it was drawn here
    expect(loaded.stateDict()).toEqual(model.stateDict());

    const session = await ort.InferenceSession.create(readFileSync(join(folder, "onnx", "model.onnx")));
    const input = Float32Array.from(items.flatMap((item) => [...item.input]));
    const output = await session.run({ features: new ort.Tensor("float32", input, [30, WIDTH]) });
    const expected = expectedLayers(model).logits.flat();
    const scale = Math.max(...expected.map(Math.abs));
    expect(maxDifference(output["logits"]!.data as Float32Array, expected) / scale).toBeLessThan(2e-6);
  });

  it("has dropout in front of each linear layer, all of it in the head", () => {
    const model = build({ ...options, dropout: 0.3 });
    const layers = [...(options.hiddenSizes ?? []).map((_, i) => `hidden.${i}`), "classifier"];
    const expected = layers.map((layer) => ({ name: `${layer}.dropout`, rate: 0.3, place: "head" }));
    expect(model.dropoutSites).toEqual(expected);
    expect(patchModule(model, { where: "head" }).patched).toHaveLength(layers.length);
  });
});

describe("a head", () => {
  it("takes one step of SGD as softmax regression does", async () => {
    const normalise = featureStatistics(dataset);
    const model = build({ normalise });
    const before = new Map([...model.stateDict()].map(([name, { data }]) => [name, data.slice()]));
    const args = { maxSteps: 1, batchSize: 30, learningRate: 0.1, optim: "sgd", dropout: false, maxGradNorm: Infinity } as const;
    const rows = items.map(({ input }) => Array.from(input, (x, d) => (x - normalise.mean[d]!) / normalise.deviation[d]!));
    const scores = affine(rows, model, "classifier");
    await new BaalTrainer({ model, args: { ...args, lrSchedulerType: "constant" } }).train(dataset);
    const weight = Array.from(before.get("classifier.weight")!);
    const bias = Array.from(before.get("classifier.bias")!);
    for (const [n, row] of rows.entries()) {
      const total = scores[n]!.reduce((sum, score) => sum + Math.exp(score), 0);
      for (let c = 0; c < 3; c++) {
        const error = (Math.exp(scores[n]![c]!) / total - Number(items[n]!.target === c)) / 30;
        bias[c]! -= 0.1 * error;
        for (let d = 0; d < WIDTH; d++) weight[c * WIDTH + d]! -= 0.1 * error * row[d]!;
      }
    }
    expect(maxDifference(model.stateDict().get("classifier.weight")!.data, weight)).toBeLessThan(1e-6);
    expect(maxDifference(model.stateDict().get("classifier.bias")!.data, bias)).toBeLessThan(1e-6);
  });

  it.each([[[]], [[8]]])("learns, with hidden layers %j", async (hiddenSizes) => {
    const model = build({ hiddenSizes, normalise: featureStatistics(dataset), dropout: 0.2 });
    const args = { maxSteps: 150, batchSize: 10, learningRate: 0.02 };
    const trainer = new BaalTrainer({ model, args });
    await trainer.train(dataset);
    const metrics = await trainer.evaluate(asDataset(blobs(60, 9)));
    expect(metrics["accuracy"]).toBeGreaterThan(0.95);
  });

  it("draws with the variance that dropout on its features has", async () => {
    const model = build({ normalise: featureStatistics(dataset), dropout: 0.25 });
    patchModule(model);
    const draws = 4000;
    const { data } = await joinPredictions(model.predict(asDataset(items.slice(0, 2)), { iterations: draws }), { total: 2 });
    const { data: features } = await joinFeatures(model.features(asDataset(items.slice(0, 2))), { total: 2 });
    const weight = model.stateDict().get("classifier.weight")!.data;
    for (let row = 0; row < 6; row++) {
      const [n, c] = [Math.floor(row / 3), row % 3];
      const values = data.subarray(row * draws, (row + 1) * draws);
      const mean = values.reduce((sum, x) => sum + x, 0) / draws;
      const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws;
      // Var[w x m / (1 - p)] = (w x)^2 p / (1 - p) for each feature.
      let expected = 0;
      for (let d = 0; d < WIDTH; d++) expected += ((features[n * WIDTH + d]! * weight[c * WIDTH + d]!) ** 2 * 0.25) / 0.75;
      expect(variance / expected).toBeGreaterThan(0.9);
      expect(variance / expected).toBeLessThan(1.1);
    }
  });

  it("leaves its features alone where inputDropout is 0", async () => {
    const model = build({ hiddenSizes: [4], dropout: 0.5, inputDropout: 0 });
    expect(model.dropoutSites.map(({ rate }) => rate)).toEqual([0, 0.5]);
    expect(patchModule(model)).toEqual({
      patched: [{ name: "classifier.dropout", rate: 0.5 }],
      skipped: ["hidden.0.dropout"],
    });
  });

  it.each([[[]], [[5]]])(
    "works with ensembles, Laplace, DropConnect, BALD and BADGE, with hidden layers %j",
    async (hiddenSizes) => {
      const model = build({ hiddenSizes, normalise: featureStatistics(dataset) });
      const laplace = await fitLastLayerLaplace(model, dataset, { priorPrecision: 1 });
      const ensemble = new DeepEnsemble();
      for (const seed of [1, 2, 3]) {
        model.resetWeights({ seed });
        ensemble.add(model.stateDict());
      }
      for (const patch of [{ posterior: laplace }, { posterior: ensemble }, { method: "dropconnect" as const }, {}]) {
        patchModule(model, patch);
        const predictions = await logits(model, { iterations: 3 });
        const scores = bald().score(predictions);
        expect(scores.length).toBe(30);
        expect(Math.max(...scores)).toBeGreaterThan(0);
      }
      const features = await joinFeatures(model.features(dataset), { total: 30 });
      const predictions = await joinPredictions(model.predict(dataset, { mode: "deterministic" }), { total: 30 });
      const pool = { indices: predictions.indices, predictions, features };
      expect((await badge().select(pool, 5, createRandom(1))).indices).toHaveLength(5);
    },
  );

  it("starts as PyTorch draws linear layers, from its seed alone", () => {
    const state = (seed: number) =>
      HeadClassifier.fromConfig({ inputDim: 400, hiddenSizes: [100] }, { labels, seed }).stateDict();
    for (const [name, { data }] of state(1)) {
      const bound = name.startsWith("hidden") ? 1 / 20 : 1 / 10;
      const largest = Math.max(...data.map(Math.abs));
      expect(largest, name).toBeLessThanOrEqual(bound * (1 + 1e-6));
      if (name.endsWith("weight")) {
        expect(largest, name).toBeGreaterThan(0.9 * bound);
        expect(Math.abs(data.reduce((sum, x) => sum + x, 0) / data.length)).toBeLessThan(0.1 * bound);
      }
      expect(data).toEqual(state(1).get(name)!.data);
      expect(data).not.toEqual(state(2).get(name)!.data);
    }
  });

  it("names the item whose features do not fit", async () => {
    const model = build();
    const wide = asDataset([...items, { index: 99, input: new Float32Array(7), target: 0 }]);
    const broken = asDataset([...items, { index: 98, input: new Float32Array(6).fill(Number.NaN, 2, 3), target: 0 }]);
    const trainer = new BaalTrainer({ model, args: { maxSteps: 1, batchSize: 40 } });
    await expect(trainer.train(wide)).rejects.toMatchObject({ code: "E_DATA", message: /Item 99 has 7 features where 6/ });
    await expect(trainer.predictOnDataset(broken)).rejects.toMatchObject({ code: "E_NOT_FINITE", message: /Item 98 .*NaN at 2/ });
    expect(() => featureStatistics(wide)).toThrow(/Item 99 has 7 features/);
    expect(() => featureStatistics(broken)).toThrow(/Item 98 .*NaN at 2/);
  });

  it("takes hiddenDims, as saved heads call them, for hiddenSizes", async () => {
    const [model, other] = [build({ hiddenDims: [4, 3] }), build({ hiddenSizes: [4, 3] })];
    expect(model.config).toEqual(other.config);
    expect(model.config.hiddenSizes).toEqual([4, 3]);
    const folder = join(temporaryFolder(), "head");
    await model.save(folder);
    expect(JSON.parse(readFileSync(join(folder, "config.json"), "utf8")).head).toMatchObject({ hiddenDims: [4, 3] });
    expect((await HeadClassifier.fromPretrained(folder)).config).toEqual(model.config);
  });

  it("refuses unusable configurations", () => {
    const code = "E_ARGUMENT";
    const unusable: Partial<HeadOptions>[] = [
      { inputDim: 0 },
      { hiddenSizes: [1.5] },
      { dropout: 1 },
      { normalise: { mean: new Float32Array(5), deviation: new Float32Array(6).fill(1) } },
      { normalise: { mean: new Float32Array(6), deviation: new Float32Array(6) } },
    ];
    for (const options of unusable)
      expect(() => build(options), JSON.stringify(options)).toThrow(expect.objectContaining({ code }));
    expect(() => HeadClassifier.fromConfig({ inputDim: 2 }, { labels: ["a", "a"] })).toThrow(expect.objectContaining({ code }));
  });

  it("says what is wrong with a folder", async () => {
    const folder = join(temporaryFolder(), "head");
    await expect(HeadClassifier.fromPretrained(folder)).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
    await build().save(folder);
    const config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8"));
    const changed = async (change: object) => {
      const copy = join(temporaryFolder(), "copy");
      cpSync(folder, copy, { recursive: true });
      writeFileSync(join(copy, "config.json"), JSON.stringify({ ...config, ...change }));
      return HeadClassifier.fromPretrained(copy);
    };
    await expect(changed({ head: { ...config.head, inputDim: 7 } })).rejects.toThrow(/classifier.weight has the shape \[3,6\]/);
    await expect(changed({ head: { ...config.head, hiddenDims: [2] } })).rejects.toMatchObject({ code: "E_MODEL_FORMAT" });
    await expect(changed({ id2label: undefined, label2id: undefined })).rejects.toThrow(/names no labels/);
    const text = join(temporaryFolder(), "text");
    await TextClassifier.fromConfig(tinyConfig, { labels }).save(text);
    await expect(HeadClassifier.fromPretrained(text)).rejects.toMatchObject({ code: "E_MODEL_FORMAT", message: /"distilbert"/ });
  });
});

describe("statistics of features", () => {
  it("are mean and deviation, 1 for a feature that never varies", () => {
    const rows = [
      [1000001, 5],
      [1000002, 5],
      [1000006, 5],
    ];
    const { mean, deviation } = featureStatistics(
      asDataset(rows.map((row, index) => ({ index, input: Float32Array.from(row), target: undefined }))),
    );
    expect([...mean]).toEqual([1000003, 5]);
    expect(deviation[0]).toBeCloseTo(Math.sqrt(14 / 3), 6);
    expect(deviation[1]).toBe(1);
  });

  it("need an item", () => {
    expect(() => featureStatistics(asDataset([]))).toThrow(expect.objectContaining({ code: "E_DATA" }));
  });
});

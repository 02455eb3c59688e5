import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { dropoutSites, installMasks } from "../../src/bayesian/dropout-sites.js";
import { encodeTargets, lossNormalizer } from "../../src/engine/autodiff/targets.js";
import { trainingGraph } from "../../src/engine/autodiff/training-graph.js";
import { createSession, type Feed } from "../../src/engine/runtime/session.js";
import { encoderClassifierGraph } from "../../src/models/architectures/encoder-graph.js";
import { encoderConfigFromHub, modernHubConfig } from "../../src/models/architectures/text-architectures.js";
import { importImageOnnx } from "../../src/models/images/import-image-onnx.js";
import { importTextOnnx } from "../../src/models/text/import-text-onnx.js";
import { longs } from "../engine/onnx/raw-model.js";
import { maxDifference } from "./tiny.js";

/** Made by torch-exports/make_exports.py. */
interface Expected {
  readonly input_ids: number[][];
  readonly attention_mask: number[][];
  readonly labels: number[];
  readonly models: Record<string, ExpectedModel>;
}

interface ExpectedModel {
  readonly config: Record<string, unknown>;
  readonly logits: number[][];
  readonly loss: number;
  /** The norm of each parameter's gradient. */
  readonly gradients: Record<string, number>;
  /** The rates above 0 of all calls of dropout in a training pass. */
  readonly dropout: number[];
}

const path = (file: string) => fileURLToPath(new URL(`torch-exports/${file}`, import.meta.url));
const expected = JSON.parse(readFileSync(path("expected.json"), "utf8")) as Expected;

function load(name: string, exporter: string) {
  const { config, logits } = expected.models[name]!;
  return importTextOnnx(path(`${name}_${exporter}.onnx`), {
    hubConfig: config,
    seed: 1,
    chooseLabels: () => logits[0]!.map((_, i) => `LABEL_${i}`),
  });
}

const cases = Object.keys(expected.models).flatMap((name) => ["legacy", "dynamo"].map((exporter) => ({ name, exporter })));

describe.each(cases)("$name by the $exporter exporter", ({ name, exporter }) => {
  const model = expected.models[name]!;

  it("gives PyTorch's logits, and PyTorch's gradients of every parameter", async () => {
    const { graph: forward, weights } = await load(name, exporter);
    const { graph } = installMasks(forward, () => false);
    const training = trainingGraph(graph, { logits: graph.outputs[0]!, loss: "crossEntropy", trainable: [...weights.keys()] });
    const feeds = new Map<string, Feed>();
    for (const [key, { dims, data }] of weights) feeds.set(key, { dtype: "float32", dims, data });
    const size = [expected.input_ids.length, expected.input_ids[0]!.length];
    feeds.set("input_ids", longs(expected.input_ids.flat(), size));
    feeds.set("attention_mask", longs(expected.attention_mask.flat(), size));
    const loss = { name: "crossEntropy" } as const;
    const classes = model.logits[0]!.length;
    for (const [key, data] of encodeTargets(expected.labels, loss, classes, lossNormalizer(expected.labels, loss))) {
      feeds.set(key, { dtype: "float32", dims: [expected.labels.length, classes], data });
    }
    for (const key of [...feeds.keys()])
      if (!training.graph.inputs.has(key) && !training.graph.parameters.has(key)) feeds.delete(key);
    const results = await (await createSession(training.graph, { threads: 1 })).run(feeds);
    const floats = (value: string) => results.get(value)!.data as Float32Array;
    const largest = Math.max(...model.logits.flat().map(Math.abs));
    model.logits.flat().forEach((logit, i) => {
      expect(Math.abs(floats(training.logits)[i]! - logit) / largest).toBeLessThan(1e-5);
    });
    const norms = new Map<string, number>();
    for (const [key, { dense, rows }] of training.gradients) {
      const { dims, data } = weights.get(key)!;
      const sum = dense === undefined ? new Float32Array(data.length) : floats(dense).slice();
      for (const { ids, values } of rows) {
        const width = data.length / dims[0]!;
        floats(values).forEach((value, i) => {
          sum[Number(results.get(ids)!.data[Math.floor(i / width)]) * width + (i % width)]! += value;
        });
      }
      norms.set(key, Math.hypot(...sum));
    }
    const scale = Math.max(...Object.values(model.gradients));
    for (const [key, norm] of Object.entries(model.gradients)) {
      // Keys' biases have none: rounding alone.
      if (norm < 1e-6 * scale) continue;
      expect(norms.has(key), key).toBe(true);
      expect(Math.abs(norms.get(key)! - norm) / norm, key).toBeLessThan(1e-3);
    }
    expect([...norms.keys()].filter((key) => model.gradients[key] === undefined)).toEqual([]);
  });

  it("has the dropout sites of its module, with their rates", async () => {
    const { graph, unplacedDropout = [] } = await load(name, exporter);
    const rates = dropoutSites(graph).flatMap(({ rate }) => (rate > 0 ? [Number(rate.toFixed(6))] : []));
    expect(unplacedDropout).toEqual([]);
    expect(rates.length).toBe(model.dropout.length);
    for (const rate of new Set(rates)) {
      expect(model.dropout.filter((other) => other === rate).length).toBeGreaterThanOrEqual(
        rates.filter((other) => other === rate).length,
      );
    }
    expect(installMasks(graph, () => true).unusable).toEqual([]);
  });
});

describe.each([
  // Its blocks, of no published size, are dropped at the class's own rate, which is 0.
  { exporter: "dynamo", sites: [{ name: "dropout", rate: 0 }] },
  // Its random numbers are stochastic depth, of the second block alone.
  { exporter: "training", sites: [{ name: "features.3.0.stochastic_depth", rate: 0.3 }] },
])("a fresh ConvNeXt, whose scales and biases are all alike, by the $exporter exporter", ({ exporter, sites }) => {
  const image = JSON.parse(readFileSync(path("convnext.json"), "utf8")) as Pick<ExpectedModel, "logits" | "gradients">;
  const chooseLabels = (own: number) => ({
    labels: Array.from({ length: own }, (_, i) => `${i}`),
    isFresh: false,
    task: "single" as const,
  });

  it("gives PyTorch's logits, gradients of every parameter, and dropout sites", async () => {
    const file = path(`convnext_${exporter}.onnx`);
    const { graph: forward, weights } = await importImageOnnx(file, { imageSize: [32, 32], seed: 1, chooseLabels });
    expect(dropoutSites(forward).map(({ name, rate }) => ({ name, rate: Number(rate.toFixed(5)) }))).toEqual(sites);
    expect([...weights.keys()].sort()).toEqual(Object.keys(image.gradients).sort());
    const { graph } = installMasks(forward, () => false);
    const training = trainingGraph(graph, { logits: graph.outputs[0]!, loss: "crossEntropy", trainable: [...weights.keys()] });
    const feeds = new Map<string, Feed>();
    for (const [key, { dims, data }] of weights) feeds.set(key, { dtype: "float32", dims, data });
    const pixels = Float32Array.from({ length: 2 * 3 * 32 * 32 }, (_, i) => Math.sin(0.7 * i));
    feeds.set("pixel_values", { dtype: "float32", dims: [2, 3, 32, 32], data: pixels });
    const loss = { name: "crossEntropy" } as const;
    for (const [key, data] of encodeTargets([1, 0], loss, 3, lossNormalizer([1, 0], loss)))
      feeds.set(key, { dtype: "float32", dims: [2, 3], data });
    const results = await (await createSession(training.graph, { threads: 1 })).run(feeds);
    const floats = (value: string) => results.get(value)!.data as Float32Array;
    const largest = Math.max(...image.logits.flat().map(Math.abs));
    image.logits.flat().forEach((logit, i) => {
      expect(Math.abs(floats(training.logits)[i]! - logit) / largest).toBeLessThan(1e-5);
    });
    const scale = Math.max(...Object.values(image.gradients));
    for (const [key, norm] of Object.entries(image.gradients)) {
      const found = Math.hypot(...floats(training.gradients.get(key)!.dense!));
      expect(Math.abs(found - norm) / Math.max(norm, 1e-4 * scale), key).toBeLessThan(1e-3);
    }
  });
});

describe.each(["legacy", "dynamo"])("DeBERTa's table of distances by the %s exporter", (exporter) => {
  it("is dropped out item by item, as in the graph that is built of its configuration: the same masks give the same logits", async () => {
    const { graph, weights } = await load("deberta-v2", exporter);
    const { config, logits } = expected.models["deberta-v2"]!;
    const hub = modernHubConfig(config, "config.json");
    const built = encoderClassifierGraph(encoderConfigFromHub(hub, "config.json"), logits[0]!.length);
    const size = [expected.input_ids.length, expected.input_ids[0]!.length];
    const run = async (forward: typeof graph, factor: (i: number) => number) => {
      const { graph: masked, masks, unusable } = installMasks(forward, ({ name }) => name.endsWith(".pos_dropout"));
      expect(unusable).toEqual([]);
      expect(masks.map(({ site }) => site.name)).toEqual(
        [0, 1].map((i) => `deberta.encoder.layer.${i}.attention.self.pos_dropout`),
      );
      const feeds = new Map<string, Feed>();
      for (const [key, { dims, data }] of weights)
        if (masked.parameters.has(key)) feeds.set(key, { dtype: "float32", dims, data });
      feeds.set("input_ids", longs(expected.input_ids.flat(), size));
      feeds.set("attention_mask", longs(expected.attention_mask.flat(), size));
      for (const { input } of masks) {
        const dims = masked.inputs
          .get(input)!
          .shape!.map((dim) => (dim === "batch" ? size[0]! : dim === "sequence" ? size[1]! : Number(dim)));
        const data = Float32Array.from({ length: dims.reduce((product, dim) => product * dim, 1) }, (_, i) => factor(i));
        feeds.set(input, { dtype: "float32", dims, data });
      }
      return (await (await createSession(masked, { threads: 1 })).run(feeds)).get(masked.outputs[0]!)!.data as Float32Array;
    };
    const changing = (i: number) => 1 + 0.5 * Math.sin(1.3 * i);
    const found = await run(graph, changing);
    expect(maxDifference(found, await run(built, changing))).toBeLessThan(1e-6);
    expect(maxDifference(found, await run(graph, () => 1))).toBeGreaterThan(1e-4);
  });
});

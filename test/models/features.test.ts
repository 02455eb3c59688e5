import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { patchModule } from "../../src/bayesian/patch-module.js";
import type { EncodedText } from "../../src/core/dataset.js";
import { joinFeatures, joinPredictions } from "../../src/core/join-chunks.js";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { graphBuilder } from "../../src/engine/onnx/builder.js";
import { createGraph } from "../../src/engine/onnx/graph.js";
import { lastLayer } from "../../src/models/graph/graph-layers.js";
import { importTextOnnx } from "../../src/models/text/import-text-onnx.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { itShared, sharedPath } from "../shared.js";
import { temporaryFolder } from "../temporary-folder.js";
import { asDataset, maxDifference, tinyConfig, tinyTexts } from "./tiny.js";

const tokenizer = trainWordPiece(["where is my parcel", "cancel the order"], { vocabSize: 50 });
const texts = tinyTexts(11).map((example) => ({ ...example, index: 100 - example.index }));
const indices = texts.map((example) => example.index);

/** W h + b in float64. */
function affine(h_N_D: Float32Array, weight_C_D: Float32Array, bias_C: Float32Array): number[] {
  const classes = bias_C.length;
  const width = weight_C_D.length / classes;
  return Array.from({ length: (h_N_D.length / width) * classes }, (_, at) => {
    const [n, c] = [Math.floor(at / classes), at % classes];
    let sum = bias_C[c]!;
    for (let d = 0; d < width; d++) sum += weight_C_D[c * width + d]! * h_N_D[n * width + d]!;
    return sum;
  });
}

async function expectAffine(model: TextClassifier, examples = texts): Promise<void> {
  const dataset = asDataset<EncodedText>(examples);
  const total = examples.length;
  const { shape, data, indices: named } = await joinFeatures(model.features(dataset), { total });
  const logits = await joinPredictions(model.predict(dataset, { mode: "deterministic" }), { total });
  const state = model.stateDict();
  const weight = state.get("classifier.weight")!;
  expect(shape).toEqual([total, weight.dims[1]]);
  expect(named).toEqual(examples.map((example) => example.index));
  expect(maxDifference(affine(data, weight.data, state.get("classifier.bias")!.data), logits.data)).toBeLessThan(2e-5);
}

describe.each(["distilbert", "bert"] as const)("the features of a %s", (modelType) => {
  const build = () => TextClassifier.fromConfig({ ...tinyConfig, modelType }, { labels: ["a", "b", "c"], seed: 5 });

  it("are what the last layer reads: the logits are W h + b", async () => {
    const model = build();
    model.stateDict().get("classifier.bias")!.data.set([0.5, -1, 2]);
    await expectAffine(model);
  });

  it("are the same when dropout is on, in any chunks and batches", async () => {
    const model = build();
    const before = await joinFeatures(model.features(asDataset(texts)), { total: 11 });
    patchModule(model, { rate: 0.5 });
    const after = await joinFeatures(model.features(asDataset(texts)), { total: 11 });
    expect(after).toEqual(before);
    const chunks = [];
    for await (const chunk of model.features(asDataset(texts), { chunkSize: 4, tokensPerBatch: 9 })) chunks.push(chunk);
    expect(chunks.map((chunk) => chunk.indices)).toEqual([indices.slice(0, 4), indices.slice(4, 8), indices.slice(8)]);
    expect(
      maxDifference(
        chunks.flatMap((chunk) => [...chunk.data]),
        before.data,
      ),
    ).toBeLessThan(1e-5);
  });

  it("follow the weights", async () => {
    const model = build();
    const before = await joinFeatures(model.features(asDataset(texts)), { total: 11 });
    model.resetWeights({ seed: 77 });
    const after = await joinFeatures(model.features(asDataset(texts)), { total: 11 });
    expect(maxDifference(after.data, before.data)).toBeGreaterThan(0.01);
    await expectAffine(model);
  });

  it("are those of the saved model's ONNX export", async () => {
    const folder = join(temporaryFolder(), "model");
    const model = TextClassifier.fromConfig({ ...tinyConfig, modelType }, { labels: ["a", "b", "c"], seed: 5, tokenizer });
    await model.save(folder);
    await expectAffine(await TextClassifier.fromPretrained(folder, { format: "onnx" }));
  });

  it("stop when the signal fires", async () => {
    const signal = AbortSignal.abort();
    await expect(joinFeatures(build().features(asDataset(texts), { signal }), { total: 11 })).rejects.toMatchObject({
      code: "E_ABORTED",
    });
  });

  it("name the item whose features are not finite", async () => {
    const model = build();
    model.stateDict().get(modelType === "bert" ? "bert.pooler.dense.bias" : "pre_classifier.bias")!.data[3] = Number.NaN;
    await expect(joinFeatures(model.features(asDataset(texts.slice(2, 3))), { total: 1 })).rejects.toThrow(
      /feature 3 for item 98/,
    );
  });
});

describe("the features of an imported export", () => {
  for (const file of ["model_opset11.onnx", "model_opset14.onnx", "model_opset17.onnx"]) {
    itShared(`are what its last layer reads: ${file}`, async () => {
      const folder = temporaryFolder();
      copyFileSync(sharedPath("fixtures", "distilbert-tiny", "config.json"), join(folder, "config.json"));
      copyFileSync(sharedPath("fixtures", "distilbert-tiny", "onnx", file), join(folder, "model.onnx"));
      await tokenizer.save(folder);
      await expectAffine(await TextClassifier.fromPretrained(folder, { format: "onnx" }));
    });
  }

  it.each(["bert_opset11.onnx", "bert_opset13_sdpa.onnx", "bert_opset14_training.onnx", "roberta_opset17.onnx"])(
    "%s has a last layer of its own",
    async (file) => {
      const hubConfig = { model_type: file.split("_")[0] };
      const { graph } = await importTextOnnx(`test/fixtures/onnx/${file}`, {
        hubConfig,
        seed: 1,
        chooseLabels: (own) => own ?? [],
      });
      const last = lastLayer(graph)!;
      expect(last.weight).toMatch(/^classifier\.(out_proj\.)?weight$/);
      expect(last.bias).toBe(last.weight.replace("weight", "bias"));
      const [rows, columns] = graph.parameters.get(last.weight)!.shape!;
      const classes = graph.parameters.get(last.bias!)!.shape![0];
      expect(last.layout === "out-in" ? rows : columns).toBe(classes);
    },
  );
});

describe("the last layer", () => {
  const build = (make: (b: ReturnType<typeof graphBuilder>, x: string) => string) => {
    const b = graphBuilder(createGraph("test"));
    b.output(make(b, b.input("x", { dtype: "float32", shape: ["batch", 4] })), "logits");
    return lastLayer(b.graph);
  };

  it("is found in each spelling", () => {
    const w = (b: ReturnType<typeof graphBuilder>) => b.parameter("w", [4, 3]);
    const c = (b: ReturnType<typeof graphBuilder>) => b.parameter("c", [3]);
    const inOut = { input: "x", weight: "w", layout: "in-out" };
    expect(build((b, x) => b.add(b.matMul(x, w(b)), c(b)))).toEqual({ ...inOut, bias: "c" });
    expect(build((b, x) => b.add(c(b), b.matMul(x, w(b))))).toEqual({ ...inOut, bias: "c" });
    expect(build((b, x) => b.matMul(x, w(b)))).toEqual({ ...inOut, bias: undefined });
    expect(build((b, x) => b.gemm(x, b.parameter("w", [3, 4]), c(b), { transB: true }))).toEqual({
      ...inOut,
      layout: "out-in",
      bias: "c",
    });
  });

  it("is missing where the logits are not W h + b", () => {
    expect(build((b, x) => b.relu(b.matMul(x, b.parameter("w", [4, 3]))))).toBeUndefined();
    expect(build((b, x) => b.matMul(x, b.add(b.parameter("w", [4, 3]), b.scalar(1))))).toBeUndefined();
    const logits = (b: ReturnType<typeof graphBuilder>, x: string) => b.matMul(x, b.parameter("w", [4, 3]));
    expect(build((b, x) => b.add(logits(b, x), b.matMul(x, b.parameter("v", [4, 3]))))).toBeUndefined();
  });
});

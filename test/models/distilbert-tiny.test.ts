import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import type { Gradient, LearnerOptions, Optimizer } from "../../src/core/bayesian-model.js";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { AdamW } from "../../src/engine/optimizers/adamw.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { itShared } from "../shared.js";
import { distilbertTiny, type Golden, type GoldenGradient, goldenExamples } from "./distilbert-tiny.js";
import { asDataset, maxDifference } from "./tiny.js";

/** Every way into the model: the hub's safetensors, and ONNX exports, of which opset 17's is decomposed the least. */
const sources = ["model.safetensors", "onnx/model_opset11.onnx", "onnx/model_opset14.onnx", "onnx/model_opset17.onnx"] as const;

async function load(source: (typeof sources)[number]): Promise<{ model: TextClassifier; golden: Golden }> {
  const { golden } = distilbertTiny();
  return { model: await tinyFrom(source), golden };
}

/** The fixture as a model folder whose `onnx/model.onnx` is the export asked for. The fixture has no tokenizer, ours is added. */
async function tinyFrom(source: (typeof sources)[number]): Promise<TextClassifier> {
  const { folder } = distilbertTiny();
  const copy = await mkdtemp(join(tmpdir(), "baaljs-tiny-"));
  onTestFinished(() => rm(copy, { recursive: true }));
  await copyFile(join(folder, "config.json"), join(copy, "config.json"));
  const isOnnx = source.endsWith(".onnx");
  await mkdir(join(copy, "onnx"));
  await copyFile(join(folder, source), join(copy, isOnnx ? "onnx/model.onnx" : source));
  await trainWordPiece(["a b c"], { vocabSize: 20 }).save(copy);
  return TextClassifier.fromPretrained(copy, { format: isOnnx ? "onnx" : "safetensors" });
}

/** Keeps the gradients that the learner hands over, and changes nothing. */
class Spy implements Optimizer {
  readonly gradients = new Map<string, Gradient>();
  step(updates: Parameters<Optimizer["step"]>[0]): void {
    for (const { name, gradient } of updates) this.gradients.set(name, gradient);
  }
  stateDict = () => new Map();
  loadStateDict(): void {}
}

const learnerOptions = (optimizer: Optimizer): LearnerOptions => ({
  loss: { name: "crossEntropy" },
  optimizer,
  maxGradNorm: 1,
  seed: 0,
  dropout: false,
});

function dense(gradient: Gradient, { shape }: GoldenGradient): Float32Array {
  if (gradient.kind === "dense") return gradient.data;
  const [rows, width] = shape as [number, number];
  const full = new Float32Array(rows * width);
  gradient.rows.forEach((row, i) => {
    full.set(gradient.data.subarray(i * width, (i + 1) * width), row * width);
  });
  return full;
}

describe.each(sources)("the tiny DistilBERT from %s", (source) => {
  itShared("gives PyTorch's logits", async () => {
    const { model, golden } = await load(source);
    for await (const { data } of model.predict(asDataset(goldenExamples(golden)))) {
      expect(maxDifference(data, golden.logits)).toBeLessThan(1e-5);
    }
  });

  itShared("gives PyTorch's loss and all of its gradients", async () => {
    const { model, golden } = await load(source);
    const spy = new Spy();
    const learner = await model.createLearner(learnerOptions(spy));
    const { loss } = await learner.step([goldenExamples(golden)], { step: 0, learningRate: 0 });
    expect(loss).toBeCloseTo(golden.loss, 5);
    expect([...spy.gradients.keys()].sort()).toEqual(Object.keys(golden.gradients).sort());
    for (const [name, expected] of Object.entries(golden.gradients)) {
      const actual = dense(spy.gradients.get(name)!, expected);
      const values = expected.values ?? expected.first64!;
      const error = Math.sqrt(values.reduce((sum, value, i) => sum + (value - actual[i]!) ** 2, 0));
      // Key biases shift all scores of a query alike: their true gradient is 0, what both report is rounding below 1e-9.
      const tolerance = Math.max(1e-5 * expected.norm, 1e-9);
      expect(error, name).toBeLessThan(tolerance);
      expect(Math.abs(Math.hypot(...actual) - expected.norm), name).toBeLessThan(Math.max(tolerance, 1e-8));
    }
  });

  itShared("trains as PyTorch does: 8 steps of AdamW", async () => {
    const { model, golden } = await load(source);
    const learner = await model.createLearner(learnerOptions(new AdamW({ weightDecay: 0.01 })));
    for (const [step, batch] of golden.training.batches.entries()) {
      const expected = golden.training.steps[step]!;
      const { loss, gradientNorm } = await learner.step([goldenExamples(batch)], { step, learningRate: expected.learningRate });
      expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-4);
      expect(Math.abs(gradientNorm - expected.gradNorm)).toBeLessThan(1e-4);
    }
    for await (const { data } of model.predict(asDataset(goldenExamples(golden)))) {
      expect(maxDifference(data, golden.training.logitsAfter)).toBeLessThan(1e-5);
    }
    const { data } = model.stateDict().get("classifier.weight")!;
    expect(maxDifference(data, golden.training.classifierWeightAfter)).toBeLessThan(1e-5);
  });
});

import { describe, expect, it } from "vitest";
import type { Optimizer } from "../../../src/core/bayesian-model.js";
import { HuggingFaceDatasets } from "../../../src/data/text/text-dataset.js";
import { trainWordPiece } from "../../../src/data/text/train-word-piece.js";
import { createMaskedLMLearner } from "../../../src/models/graph/masked-lm-learner.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { pretrainMaskedLM } from "../../../src/training/masked-lm/pretrain-masked-lm.js";
import { temporaryFolder } from "../../temporary-folder.js";

/** Sentences of which each half tells the other. */
const pairs = [
  ["the cat drinks", "cold milk now"],
  ["my dog wants", "a large bone"],
  ["that bird eats", "small round seeds"],
  ["one horse likes", "green fresh grass"],
];
const texts = Array.from({ length: 64 }, (_, i) => pairs[i % 4]!.join(" "));
const tokenizer = trainWordPiece(texts, { vocabSize: 120 });
const rows = new HuggingFaceDatasets(
  texts.map((text) => ({ text })),
  { tokenizer, labels: ["a", "b"] },
);

function model(options: { readonly modelType?: "distilbert" | "bert"; readonly dropout?: number } = {}): TextClassifier {
  const { modelType = "distilbert", dropout = 0 } = options;
  const size = { dim: 32, nLayers: 2, nHeads: 2, hiddenDim: 64, maxPositionEmbeddings: 32, initializerRange: 0.08 };
  return TextClassifier.fromConfig(
    { modelType, ...size, dropout, attentionDropout: dropout, classifierDropout: dropout },
    { labels: ["a", "b"], seed: 3, tokenizer },
  );
}

/** Keeps the gradients and leaves the weights. */
function recorder(): { readonly optimizer: Optimizer; readonly gradients: Map<string, Float32Array> } {
  const gradients = new Map<string, Float32Array>();
  return {
    gradients,
    optimizer: {
      step(updates) {
        for (const { name, dims, gradient } of updates) {
          const dense = new Float32Array(dims.reduce((a, b) => a * b, 1));
          if (gradient.kind === "dense") dense.set(gradient.data);
          else
            for (const [i, row] of gradient.rows.entries())
              dense.set(gradient.data.subarray(i * dims[1]!, (i + 1) * dims[1]!), row * dims[1]!);
          gradients.set(name, dense);
        }
      },
      stateDict: () => new Map(),
      loadStateDict: () => undefined,
    },
  };
}

describe("the masked language model's learner", () => {
  it.each(["distilbert", "bert"] as const)("has the gradients of its loss: %s", async (modelType) => {
    const trained = model({ modelType });
    const { optimizer, gradients } = recorder();
    const learner = await createMaskedLMLearner(trained.encoderParts, { optimizer, maxGradNorm: Infinity, seed: 1 });
    const { inputIds } = rows.at(0).input;
    const hidden = inputIds.slice();
    hidden[2] = tokenizer.maskTokenId!;
    const input = { ...rows.at(0).input, inputIds: hidden };
    const batch = [
      { index: 0, input, positions: [2, 3], targets: [inputIds[2]!, inputIds[3]!] },
      { index: 1, input: rows.at(1).input, positions: [1], targets: [rows.at(1).input.inputIds[1]!] },
    ];
    const lossOf = async () => (await learner.step(batch, { step: 0, learningRate: 0 })).loss;
    const base = await lossOf();
    expect(Math.abs(base - Math.log(tokenizer.vocabSize))).toBeLessThan(1.5);
    const found = new Map([...gradients].map(([name, data]) => [name, data.slice()]));
    const prefix = modelType === "bert" ? "bert" : "distilbert";
    const words = `${prefix}.embeddings.word_embeddings.weight`;
    // Along the gradient, the loss changes by its squared norm: of the tied table, read twice, and of every other weight.
    for (const [name, { data }] of trained.stateDict()) {
      const slope = found.get(name);
      if (!slope) {
        expect(name).toMatch(/classifier|pooler/);
        continue;
      }
      const norm = Math.hypot(...slope);
      if (norm < 1e-4) continue;
      const kept = data.slice();
      const size = 0.02;
      const at = async (sign: number) => {
        for (let i = 0; i < data.length; i++) data[i] = kept[i]! + (sign * size * slope[i]!) / norm;
        return lossOf();
      };
      const change = ((await at(1)) - (await at(-1))) / (2 * size);
      data.set(kept);
      expect(Math.abs(change / norm - 1), name).toBeLessThan(0.02);
    }
    expect(found.has(words)).toBe(true);
  });
});

describe("pretrainMaskedLM", () => {
  it("learns to guess the words, and is what resetWeights goes back to, with a fresh head", async () => {
    const pretrained = model({ dropout: 0.1 });
    const losses: number[] = [];
    const args = { maxSteps: 120, batchSize: 16, learningRate: 0.005, warmupRatio: 0.1, seed: 1 };
    const result = await pretrainMaskedLM(pretrained, rows, {
      args,
      onProgress: (event) => event.type === "train" && losses.push(event.loss),
    });
    expect(result.globalStep).toBe(120);
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
    expect(mean(losses.slice(-10))).toBeLessThan(0.5 * mean(losses.slice(0, 10)));
    expect(result.trainingLoss).toBeCloseTo(mean(losses), 10);
    const after = structuredClone(pretrained.stateDict());
    for (const { data } of pretrained.stateDict().values()) data.fill(7);
    pretrained.resetWeights({ seed: 9 });
    for (const [name, { data }] of pretrained.stateDict()) {
      const isSame = String(data) === String(after.get(name)!.data);
      // Zero biases are drawn as zeros again.
      if (!/classifier\.weight$/.test(name)) expect(isSame || /classifier/.test(name), name).toBe(true);
      else expect(isSame, name).toBe(false);
    }
  });

  it("gives the same again with the same seed, other weights with another", async () => {
    const weights = async (seed: number) => {
      const trained = model({ dropout: 0.1 });
      await pretrainMaskedLM(trained, rows, { args: { maxSteps: 5, batchSize: 8, learningRate: 0.01, seed } });
      return trained.stateDict();
    };
    const first = await weights(1);
    expect(await weights(1)).toEqual(first);
    expect(await weights(2)).not.toEqual(first);
  });

  it("stops when told to", async () => {
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const run = pretrainMaskedLM(model(), rows, { signal: controller.signal, onProgress });
    await expect(run).rejects.toMatchObject({ code: "E_ABORTED" });
  });

  it("refuses a share out of range, no texts, and a model from an ONNX file", async () => {
    await expect(pretrainMaskedLM(model(), rows, { maskingShare: 1 })).rejects.toMatchObject({ code: "E_ARGUMENT" });
    await expect(pretrainMaskedLM(model(), { length: 0, at: rows.at.bind(rows) })).rejects.toMatchObject({ code: "E_DATA" });
    const folder = `${temporaryFolder()}/model`;
    await model().save(folder);
    const imported = await TextClassifier.fromPretrained(folder, { format: "onnx" });
    await expect(pretrainMaskedLM(imported, rows)).rejects.toMatchObject({ code: "E_MODEL_FORMAT" });
  });
});

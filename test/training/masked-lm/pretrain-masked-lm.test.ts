import { describe, expect, it } from "vitest";
import type { Optimizer } from "../../../src/core/bayesian-model.js";
import { datasetView } from "../../../src/core/dataset-view.js";
import { TextDataset } from "../../../src/data/text/text-dataset.js";
import { trainWordPiece } from "../../../src/data/text/train-word-piece.js";
import { createMaskedLanguageModel } from "../../../src/models/text/masked-language-model.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { type PretrainOptions, pretrainMaskedLM } from "../../../src/training/masked-lm/pretrain-masked-lm.js";
import type { TrainerProgress } from "../../../src/training/trainer-callback.js";
import type { TrainerState } from "../../../src/training/trainer-state.js";
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
const rows = new TextDataset(
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
    const languageModel = createMaskedLanguageModel(trained.encoderParts);
    const learner = await languageModel.createLearner({ optimizer, maxGradNorm: Infinity, seed: 1 });
    const { inputIds } = rows.at(0).input;
    const hidden = inputIds.slice();
    hidden[2] = tokenizer.maskTokenId!;
    const input = { ...rows.at(0).input, inputIds: hidden, positions: [2, 3] };
    const other = { ...rows.at(1).input, positions: [1] };
    const batch = [
      { index: 0, input, target: [inputIds[2]!, inputIds[3]!] },
      { index: 1, input: other, target: [other.inputIds[1]!] },
      { index: 2, input: { ...other, positions: [] }, target: [] },
    ];
    const lossOf = async () => (await learner.step([batch], { step: 0, learningRate: 0 })).loss;
    const base = await lossOf();
    const measured = await languageModel.lossOf(batch);
    expect(measured.tokens).toBe(3);
    expect(measured.loss / 3).toBeCloseTo(base, 5);
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

  const run = { maxSteps: 12, batchSize: 8, learningRate: 0.01, seed: 1 };

  it("goes on from a checkpoint to the same weights, bit by bit, and only with the same settings", async () => {
    const whole = model({ dropout: 0.1 });
    const result = await pretrainMaskedLM(whole, rows, { args: run });
    const outputDir = `${temporaryFolder()}/checkpoints`;
    const args = { ...run, outputDir, saveStrategy: "steps", saveSteps: 5 } as const;
    const controller = new AbortController();
    const onProgress = (event: TrainerProgress) => event.type === "train" && event.step === 7 && controller.abort();
    const cut = model({ dropout: 0.1 });
    await expect(pretrainMaskedLM(cut, rows, { args, signal: controller.signal, onProgress })).rejects.toMatchObject({
      code: "E_ABORTED",
      message: expect.stringMatching(/^Pretraining \(after step 7 of 12\)/),
    });
    const resumed = model({ dropout: 0.1 });
    const steps: number[] = [];
    const resume = { ...args, resumeFromCheckpoint: true };
    const after = await pretrainMaskedLM(resumed, rows, {
      args: resume,
      onProgress: (event) => event.type === "train" && steps.push(event.step),
    });
    expect(steps).toEqual([6, 7, 8, 9, 10, 11, 12]);
    expect(resumed.stateDict()).toEqual(whole.stateDict());
    expect(after.trainingLoss).toBe(result.trainingLoss);
    await expect(pretrainMaskedLM(model(), rows, { args: resume, unit: "token" })).rejects.toMatchObject({
      code: "E_CHECKPOINT",
      message: expect.stringMatching(/task masked language model, 0.15 of the tokens by word then/),
    });
  });

  it("calls callbacks, logs, measures other texts, ends with the best weights and stops early", async () => {
    const evalTexts = datasetView(rows, [0, 1, 2, 3]);
    const called: string[] = [];
    const record = (name: string) => (state: TrainerState) => void called.push(`${name} ${state.globalStep}`);
    const trained = model();
    const { state } = await pretrainMaskedLM(trained, rows, {
      // Nothing changes, so that the second evaluation is no better than the first.
      args: {
        ...{ ...run, learningRate: 0, evalStrategy: "steps", evalSteps: 2, loggingSteps: 3, loadBestModelAtEnd: true },
        earlyStoppingPatience: 1,
      },
      ...{ evalTexts, callbacks: [{ onLog: record("log"), onEvaluate: record("evaluate"), onTrainEnd: record("end") }] },
    });
    expect(called).toEqual(["evaluate 2", "log 3", "evaluate 4", "end 4"]);
    expect(state.bestStep).toBe(2);
    const [first, second] = state.logHistory.filter(({ kind }) => kind === "evaluate");
    expect(first!.values["loss"]).toBeGreaterThan(1);
    expect(second!.values).toEqual(first!.values);
  });

  it("takes texts and rows as they are", async () => {
    const weights = async (items: Parameters<typeof pretrainMaskedLM>[1]) => {
      const trained = model();
      await pretrainMaskedLM(trained, items, { args: { ...run, maxSteps: 2 } });
      return trained.stateDict();
    };
    const expected = await weights(rows);
    expect(await weights(texts)).toEqual(expected);
    expect(await weights(texts.map((text) => ({ text })))).toEqual(expected);
    await expect(weights({ train: texts } as never)).rejects.toThrow("pretrainMaskedLM takes a data set, rows or texts; splits");
  });

  it("averages batches in one step", async () => {
    const steps = async (args: PretrainOptions["args"]) => {
      const losses: number[] = [];
      const trained = model();
      await pretrainMaskedLM(trained, rows, {
        args: { ...run, maxSteps: 2, ...args },
        onProgress: (event) => event.type === "train" && losses.push(event.loss),
      });
      return losses;
    };
    const whole = await steps({ batchSize: 16 });
    const parts = await steps({ batchSize: 4, gradientAccumulationSteps: 4 });
    for (const [i, loss] of parts.entries()) expect(loss).toBeCloseTo(whole[i]!, 4);
  });

  it("refuses what it has no use for, and an evaluation without texts", async () => {
    const args = { loss: "meanSquaredError" } as PretrainOptions["args"];
    await expect(pretrainMaskedLM(model(), rows, { args })).rejects.toThrow("Pretraining has no use for loss");
    const evaluated = pretrainMaskedLM(model(), rows, { args: { evalStrategy: "epoch" } });
    await expect(evaluated).rejects.toMatchObject({ code: "E_ARGUMENT", message: expect.stringMatching(/give evalTexts/) });
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

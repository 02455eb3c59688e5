import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Dataset, EncodedText } from "../../src/core/dataset.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import type { TrainingArguments } from "../../src/training/training-arguments.js";

const ARGS: TrainingArguments = {
  learningRate: 1e-3,
  weightDecay: 0.01,
  batchSize: 6,
  gradientAccumulationSteps: 2,
  maxSteps: 9,
};

/** Texts of 3 to 9 tokens; rare tokens make embedding rows that have moments but no gradient in most steps. */
const texts: Dataset<EncodedText> = {
  length: 30,
  at: (index) => ({
    index,
    input: { inputIds: Int32Array.from({ length: 3 + (index % 7) }, (_, j) => 1 + ((index * 13 + j * 31) % 150)) },
    target: index % 3,
  }),
};

function tinyModel(): TextClassifier {
  const config = { vocabSize: 160, dim: 16, nLayers: 1, nHeads: 2, hiddenDim: 32, maxPositionEmbeddings: 16 };
  return TextClassifier.fromConfig(config, { labels: ["a", "b", "c"], seed: 5 });
}

function weightsOf(model: TextClassifier): Record<string, number[]> {
  return Object.fromEntries([...model.stateDict()].map(([name, { data }]) => [name, [...data]]));
}

it("a text classifier that was interrupted ends with bit-equal weights, dropout and embedding rows included", async () => {
  const outputDir = await mkdtemp(join(tmpdir(), "baal-text-"));
  onTestFinished(() => rm(outputDir, { recursive: true }));
  const whole = tinyModel();
  const fresh = weightsOf(whole);
  await new BaalTrainer({ model: whole, args: ARGS }).train(texts);

  const saving: TrainingArguments = { ...ARGS, outputDir, saveStrategy: "steps", saveSteps: 2 };
  const abort = new AbortController();
  const stop = { onStepEnd: ({ globalStep }: { readonly globalStep: number }) => void (globalStep === 5 && abort.abort()) };
  const interrupted = new BaalTrainer({ model: tinyModel(), args: saving, callbacks: [stop] });
  await expect(interrupted.train(texts, { signal: abort.signal })).rejects.toThrow(
    expect.objectContaining({ code: "E_ABORTED" }),
  );

  const resumed = tinyModel();
  const { globalStep } = await new BaalTrainer({ model: resumed, args: { ...saving, resumeFromCheckpoint: true } }).train(texts);
  expect(globalStep).toBe(9);
  expect(weightsOf(resumed)).toEqual(weightsOf(whole));
  expect(weightsOf(resumed)).not.toEqual(fresh);
});

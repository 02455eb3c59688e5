import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { trainingDefaults, weightBytes } from "../../../src/label-studio/training/training-options.js";
import { resolveTrainingArguments } from "../../../src/training/resolve-training-arguments.js";

it("every default is one that the trainer takes, and many labels do not make endless trainings", () => {
  for (const kind of ["text", "image"] as const) {
    for (const bytes of [1e6, 1e7, 1e9]) {
      for (const items of [1, 100, 100_000]) {
        const args = trainingDefaults({ kind, weightBytes: bytes, items });
        const { numTrainEpochs, batchSize, minSteps } = resolveTrainingArguments(args);
        const steps = (numTrainEpochs * items) / batchSize;
        expect(numTrainEpochs).toBeGreaterThanOrEqual(1);
        expect(steps <= 2000 + 1e-6 || numTrainEpochs === 1).toBe(true);
        expect(minSteps).toBeLessThanOrEqual(400);
      }
    }
  }
});

it("a large model of images learns with its last layer alone, a small one with all", () => {
  expect(trainingDefaults({ kind: "image", weightBytes: 5e8, items: 100 }).fineTune).toBe("head");
  expect(trainingDefaults({ kind: "image", weightBytes: 5e5, items: 100 }).fineTune).toBeUndefined();
});

it("the size of a model is that of its weight files, wherever they are in its folder", async () => {
  const folder = mkdtempSync(join(tmpdir(), "baaljs-weights-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "onnx"));
  writeFileSync(join(folder, "model.safetensors"), new Uint8Array(1000));
  writeFileSync(join(folder, "onnx", "model.onnx"), new Uint8Array(200));
  writeFileSync(join(folder, "tokenizer.json"), new Uint8Array(5000));
  expect(await weightBytes(folder)).toBe(1200);
});

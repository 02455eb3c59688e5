import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { TextDataset } from "../../src/data/text/text-dataset.js";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { temporaryFolder } from "../temporary-folder.js";
import { tinyConfig } from "./tiny.js";

const texts = ["late and broken", "late", "broken", "fine"];
const tokenizer = trainWordPiece(texts, { vocabSize: 80 });
const labels = ["delay", "damage"];
const { vocabSize: _, ...config } = tinyConfig;

it("a model says in its config.json what it was trained for, and reads it there", async () => {
  const model = TextClassifier.fromConfig(config, { labels, seed: 1, tokenizer });
  const problemOf = async (name: string) => {
    const folder = join(temporaryFolder(), name);
    await model.save(folder);
    const { problem_type } = JSON.parse(await readFile(join(folder, "config.json"), "utf8")) as { problem_type?: string };
    return [problem_type, (await TextClassifier.fromPretrained(folder)).task];
  };
  expect(await problemOf("untrained")).toEqual(["single_label_classification", "single"]);
  const many = texts.map((text) => ({ text, label: labels.filter((_label, i) => text.includes(["late", "broken"][i]!)) }));
  const dataset = new TextDataset(many, { tokenizer, labels });
  await new BaalTrainer({ model, args: { loss: "binaryCrossEntropy", maxSteps: 2 } }).train(dataset);
  expect(await problemOf("several labels")).toEqual(["multi_label_classification", "multi"]);
  const one = texts.map((text, i) => ({ text, label: labels[i % 2] }));
  const again = new BaalTrainer({ model, args: { loss: "crossEntropy", maxSteps: 2 } });
  await again.train(new TextDataset(one, { tokenizer, labels }));
  expect(await problemOf("one label")).toEqual(["single_label_classification", "single"]);
});

it("the loss follows from the model's task, and the kind of its predictions too", async () => {
  for (const [task, loss, kind] of [
    ["single", "crossEntropy", "logits"],
    ["multi", "binaryCrossEntropy", "sigmoidLogits"],
    ["regression", "meanSquaredError", "values"],
  ] as const) {
    const model = TextClassifier.fromConfig(config, { labels, task, seed: 1, tokenizer });
    const trainer = new BaalTrainer({ model });
    expect(trainer.args.loss).toBe(loss);
    expect((await trainer.predictOnDataset(texts)).kind).toBe(kind);
    expect((await trainer.predictOnDataset([])).kind).toBe(kind);
    const target = { single: 1, multi: [1, 0], regression: [0.5, -2.5] }[task];
    const rows = texts.map((text) => ({ text, label: target }));
    await new BaalTrainer({ model, args: { maxSteps: 1 } }).train(rows);
    expect(model.task).toBe(task);
    expect(await trainer.evaluate(rows)).toHaveProperty("loss");
    const folder = join(temporaryFolder(), task);
    await model.save(folder);
    expect((await TextClassifier.fromPretrained(folder)).task).toBe(task);
  }
});

it("a loss of another task is no reading of the predictions", async () => {
  const model = TextClassifier.fromConfig(config, { labels, task: "multi", seed: 1, tokenizer });
  const trainer = new BaalTrainer({ model, args: { loss: "crossEntropy" } });
  await expect(trainer.evaluate([{ text: "late", label: "delay" }])).rejects.toMatchObject({
    code: "E_ARGUMENT",
    message: expect.stringMatching(/sigmoidLogits.*"binaryCrossEntropy"/),
  });
  expect(() => TextClassifier.fromConfig(config, { labels, task: "several" as "multi", tokenizer })).toThrow(
    /one of single, multi/,
  );
});

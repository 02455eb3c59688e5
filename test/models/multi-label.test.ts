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
    return [problem_type, (await TextClassifier.fromPretrained(folder)).isMultiLabel];
  };
  expect(await problemOf("untrained")).toEqual([undefined, false]);
  const many = texts.map((text) => ({ text, label: labels.filter((_label, i) => text.includes(["late", "broken"][i]!)) }));
  const dataset = new TextDataset(many, { tokenizer, labels });
  await new BaalTrainer({ model, args: { loss: "binaryCrossEntropy", maxSteps: 2 } }).train(dataset);
  expect(await problemOf("several labels")).toEqual(["multi_label_classification", true]);
  const one = texts.map((text, i) => ({ text, label: labels[i % 2] }));
  await new BaalTrainer({ model, args: { maxSteps: 2 } }).train(new TextDataset(one, { tokenizer, labels }));
  expect(await problemOf("one label")).toEqual([undefined, false]);
});

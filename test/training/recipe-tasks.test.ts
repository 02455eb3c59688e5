import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Target } from "../../src/core/dataset.js";
import { createDataset } from "../../src/core/dataset-view.js";
import type { Task } from "../../src/core/task.js";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { foldsOf } from "../../src/training/cross-validate.js";
import { recommendTraining, remarkNearChance } from "../../src/training/recommend-training.js";
import { resolveTrainingArguments } from "../../src/training/resolve-training-arguments.js";
import { trainByRecipe } from "../../src/training/train-by-recipe.js";
import { tinyConfig } from "../models/tiny.js";

const words = ["late", "broken", "refund", "fine"];
const labels = ["delay", "damage", "money"];
/** Texts of some of the words, which are their labels; of each eighth item one label is unknown. */
const manyRows = (count: number) =>
  Array.from({ length: count }, (_, n) => {
    const has = [n % 2 === 0, n % 3 === 0, n % 7 === 0];
    const text = [...words.slice(0, 3).filter((_word, c) => has[c]), `fine ${n % 5}`].join(" ");
    return { text, label: has.map((there, c) => (n % 8 === 1 && c === 0 ? null : Number(there))) };
  });
const numberRows = (count: number) =>
  manyRows(count).map(({ text }) => ({ text, label: [text.split(" ").length * 0.5 + (text.includes("late") ? 3 : 0)] }));
const tokenizer = trainWordPiece([...words, "0 1 2 3 4"], { vocabSize: 60 });
let folder: string;

const pretrained = (task: Task, given: readonly string[]) =>
  TextClassifier.fromPretrained(folder, { labels: given, pooling: "mean", task });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "baaljs-recipe-tasks-"));
  const shape = { ...tinyConfig, vocabSize: tokenizer.vocabSize, modelType: "bert" } as const;
  await TextClassifier.fromConfig(shape, { labels: ["a", "b"], seed: 3, tokenizer }).save(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the recipe of labels by themselves", () => {
  it("goes by the items and by how many labels they have", async () => {
    const model = await pretrained("multi", labels);
    const adviceOf = (count: number) =>
      recommendTraining(model, model.datasetOf(manyRows(count), { loss: "binaryCrossEntropy" }));
    expect(adviceOf(20)).toMatchObject({
      recipe: "solvedHead",
      why: expect.stringMatching(/^20 items with \d+ of 3 labels are few/),
    });
    expect(adviceOf(120)).toMatchObject({ recipe: "fineTuning", why: expect.stringContaining("120 items") });
    const rare = manyRows(120).map(({ text }, n) => ({ text, label: [Number(n === 0), 0, null] }));
    expect(recommendTraining(model, model.datasetOf(rare, { loss: "binaryCrossEntropy" })).recipe).toBe("solvedHead");
  });

  it("solves a regression per label, and leaves out items that nothing is known of", async () => {
    const model = await pretrained("multi", labels);
    const rows = [...manyRows(40), { text: "fine", label: [null, null, null] }];
    const { recipe, solved, thresholds } = await trainByRecipe(model, model.datasetOf(rows, { loss: "binaryCrossEntropy" }));
    expect(recipe).toBe("solvedHead");
    expect(solved).toMatchObject({ items: 40, withNames: false, pseudoWeight: 0 });
    expect(thresholds).toBeUndefined();
    expect(model.task).toBe("multi");
    const { meanAveragePrecision } = await new BaalTrainer({ model }).evaluate(manyRows(30));
    // The encoder is random; guessing has 0.33.
    expect(meanAveragePrecision).toBeGreaterThan(0.7);
  });

  it("finds thresholds on what is held out, where that is enough", async () => {
    const model = await pretrained("multi", labels);
    const dataset = model.datasetOf(manyRows(110), { loss: "binaryCrossEntropy" });
    const advice = { recipe: "solvedHead", why: "a test", args: {} } as const;
    const { thresholds, heldOut } = await trainByRecipe(model, dataset, { advice });
    expect(heldOut).toBeUndefined();
    expect(thresholds).toHaveLength(3);
    expect(model.thresholds).toEqual(thresholds);
    const { macroF1 } = await new BaalTrainer({ model }).evaluate(manyRows(40));
    expect(macroF1).toBeGreaterThan(0.8);
  });

  it("tries a fine-tuning by the mean average precision of labels held out", async () => {
    const model = await pretrained("multi", labels);
    const advice = { recipe: "fineTuning", why: "a test", args: { maxSteps: 6, learningRate: 1e-3, batchSize: 8 } } as const;
    const { heldOut, recipe, thresholds } = await trainByRecipe(model, manyRows(110), { advice });
    expect(heldOut).toMatchObject({ folds: 2, judgedBy: "meanAveragePrecision" });
    const { solvedHead, fineTuned } = heldOut!;
    const isKept =
      fineTuned["loss"]! < solvedHead["loss"]! && fineTuned["meanAveragePrecision"]! >= solvedHead["meanAveragePrecision"]!;
    expect(recipe).toBe(isKept ? "fineTuning" : "solvedHead");
    expect(model.thresholds).toEqual(thresholds);
  });

  it("has no use for names", async () => {
    const model = await pretrained("multi", labels);
    await expect(trainByRecipe(model, manyRows(20), { names: labels })).rejects.toMatchObject({ code: "E_ARGUMENT" });
  });
});

describe("the recipe of numbers", () => {
  it("solves ridge regression", async () => {
    const model = await pretrained("regression", ["size"]);
    const dataset = model.datasetOf(numberRows(40), { loss: "meanSquaredError" });
    expect(recommendTraining(model, dataset)).toMatchObject({ recipe: "solvedHead", why: expect.stringContaining("40 items") });
    const { solved } = await trainByRecipe(model, dataset);
    expect(solved).toMatchObject({ items: 40, hasConverged: true });
    const { r2 } = await new BaalTrainer({ model }).evaluate(numberRows(30));
    expect(r2).toBeGreaterThan(0.8);
  });

  it("tries a fine-tuning by R2", async () => {
    const model = await pretrained("regression", ["size"]);
    const advice = { recipe: "fineTuning", why: "a test", args: { maxSteps: 4, learningRate: 1e-4, batchSize: 8 } } as const;
    const { heldOut } = await trainByRecipe(model, numberRows(60), { advice });
    expect(heldOut).toMatchObject({ items: 60, folds: 2, judgedBy: "r2" });
    expect(heldOut!.solvedHead["r2"]).toBeGreaterThan(0.5);
  });
});

describe("folds of labels by themselves", () => {
  it("share out the rarest label of each item", () => {
    const targets: readonly Target[] = Array.from({ length: 40 }, (_, n) => [
      1,
      Number(n % 10 === 0),
      n === 3 || n === 4 ? null : 0,
    ]);
    const dataset = createDataset(40, (index) => ({ index, input: undefined, target: targets[index] }));
    const folds = foldsOf(dataset, [...targets.keys()], { task: "multi" });
    const rareOnes = folds.map(({ held }) =>
      Array.from({ length: held.length }, (_, i) => held.at(i).index).filter((index) => index % 10 === 0),
    );
    expect(rareOnes.map((found) => found.length)).toEqual([2, 2]);
    expect(folds.map(({ held }) => held.length)).toEqual([20, 20]);
  });
});

describe("a remark near chance", () => {
  const traits = { labels: ["a", "b"], hasFreshHead: true };
  const result = (trainingLoss: number) => ({ globalStep: 20, trainingLoss });

  it("goes by how common labels are", () => {
    const args = resolveTrainingArguments({}, { task: "multi" });
    // Half and a tenth of the items: (ln 2 + 0.3251) / 2 = 0.509 nats.
    const targets = Array.from({ length: 20 }, (_, n) => [n % 2, Number(n < 2)]);
    expect(remarkNearChance(traits, args, result(0.45), targets)).toMatch(/how common each label is 0\.51/);
    expect(remarkNearChance(traits, args, result(0.4), targets)).toBeUndefined();
    const focal = resolveTrainingArguments({ loss: "sigmoidFocal" });
    expect(remarkNearChance(traits, focal, result(0.5), targets)).toBeUndefined();
  });

  it("goes by the variance of numbers", () => {
    const args = resolveTrainingArguments({}, { task: "regression" });
    const targets = [
      [1, 10],
      [3, 10],
      [null, 10],
    ];
    expect(remarkNearChance(traits, args, result(0.39), targets)).toMatch(/the mean of the numbers 0\.40/);
    expect(remarkNearChance(traits, args, result(0.3), targets)).toBeUndefined();
  });
});

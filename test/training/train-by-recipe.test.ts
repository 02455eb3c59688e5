import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { namesOfLabels } from "../../src/models/checkpoint/model-labels.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { trainContrastively } from "../../src/training/contrastive/train-contrastive.js";
import { recommendTraining } from "../../src/training/recommend-training.js";
import { solveLastLayer } from "../../src/training/solve-last-layer.js";
import { trainByRecipe } from "../../src/training/train-by-recipe.js";
import type { TrainerProgress } from "../../src/training/trainer-callback.js";
import { tinyConfig } from "../models/tiny.js";

const labels = ["lost_card", "balance"];
const phrases = ["my card is lost", "what is my balance"];
/** Easy texts; the class of n is n % 2. */
const rowsOf = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ text: `${phrases[n % 2]} ${n % 10}`, label: labels[n % 2]! }));
const tokenizer = trainWordPiece([...phrases, "0 1 2 3 4 5 6 7 8 9"], { vocabSize: 90 });
let folder: string;

/** An encoder from files, with a fresh last layer for `labels`. */
const pretrained = (given: readonly string[] = labels) =>
  TextClassifier.fromPretrained(folder, { labels: given, pooling: "mean" });
const randomModel = () =>
  TextClassifier.fromConfig({ ...tinyConfig, vocabSize: tokenizer.vocabSize, modelType: "bert" }, { labels, seed: 3, tokenizer });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "baaljs-recipe-"));
  const other = TextClassifier.fromConfig(
    { ...tinyConfig, vocabSize: tokenizer.vocabSize, modelType: "bert" },
    { labels: ["other", "labels", "three"], seed: 3, tokenizer },
  );
  await other.save(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the recipe for a number of labels", () => {
  it("solves with few labels, and tries fine-tuning with 100 and 8 a class, of half the layers while there are not many", async () => {
    const model = await pretrained();
    const adviceOf = (count: number) => recommendTraining(model, model.datasetOf(rowsOf(count), { loss: "crossEntropy" }));
    expect(adviceOf(30)).toMatchObject({ recipe: "solvedHead", why: expect.stringContaining("30 labels of 2 classes") });
    expect(adviceOf(99).recipe).toBe("solvedHead");
    const fineTune = Math.ceil(model.parameterLayers.length / 2);
    const args = { batchSize: 16, learningRate: 1e-4, minSteps: 100 };
    expect(adviceOf(100)).toMatchObject({ recipe: "fineTuning", args: { ...args, fineTune } });
    expect(adviceOf(2001)).toMatchObject({ recipe: "fineTuning", args: { ...args, fineTune: "all" } });
    const many = await pretrained(Array.from({ length: 20 }, (_, c) => `class ${c}`));
    const dataset = model.datasetOf(rowsOf(159), { loss: "crossEntropy" });
    expect(recommendTraining(many, dataset)).toMatchObject({ recipe: "solvedHead", why: expect.stringContaining("160") });
    expect(new BaalTrainer({ model }).recommend(rowsOf(10))).toEqual(adviceOf(10));
  });

  it("is none for random weights, for a last layer that is there, and for other losses", async () => {
    const model = await pretrained();
    const dataset = model.datasetOf(rowsOf(10), { loss: "crossEntropy" });
    const own = await TextClassifier.fromPretrained(folder);
    expect(recommendTraining(randomModel(), dataset)).toMatchObject({ recipe: "plain", why: expect.stringContaining("random") });
    expect(recommendTraining(own, dataset)).toMatchObject({ recipe: "plain", why: expect.stringContaining("already") });
    expect(recommendTraining(model, dataset, { loss: "sigmoidFocal" })).toMatchObject({
      recipe: "plain",
      why: expect.stringContaining('"sigmoidFocal"'),
    });
    const { pooling: _, ...rest } = { ...model, labels, pooling: undefined };
    expect(recommendTraining(rest, dataset)).toMatchObject({ recipe: "plain", why: expect.stringContaining("none of texts") });
  });

  it("takes labels for names where they are words", () => {
    expect(namesOfLabels(["pay_bill", "LostCard", "what/else"])).toEqual(["pay bill", "lost card", "what else"]);
    expect(namesOfLabels(["好", "坏"])).toEqual(["好", "坏"]);
    expect(namesOfLabels(["class_1", "class_2"])).toBeUndefined();
    expect(namesOfLabels(["a", "bee"])).toBeUndefined();
    expect(namesOfLabels(["0", "1"])).toBeUndefined();
  });
});

describe("training by it", () => {
  const accuracyOf = async (model: TextClassifier) => (await new BaalTrainer({ model }).evaluate(rowsOf(20)))["accuracy"];

  it("solves the last layer, and takes items without a label only with names that tell the labelled ones apart", async () => {
    const model = await pretrained();
    const mixed = [...rowsOf(6), ...rowsOf(20).map(({ text }) => ({ text, label: undefined }))];
    const alone = await trainByRecipe(model, mixed, { names: false });
    expect(alone).toMatchObject({ recipe: "solvedHead", withNames: false, solved: { items: 6, pseudoWeight: 0 } });
    expect(await accuracyOf(model)).toBe(1);
    const named = await trainByRecipe(model, mixed, { names: phrases });
    expect(named).toMatchObject({ withNames: true, solved: { items: 6 } });
    expect(named.solved!.pseudoWeight).toBeGreaterThan(0);
    const wrong = await pretrained(["what balance is my", "lost is card my"]);
    const renamed = mixed.map(({ text, label }) => ({ text, label: label && wrong.labels[labels.indexOf(label)]! }));
    expect(await trainByRecipe(wrong, renamed)).toMatchObject({ withNames: false, solved: { pseudoWeight: 0 } });
  });

  it("keeps a fine-tuning that does better on labels held out, and trains again with all", async () => {
    const model = await pretrained();
    const args = { maxSteps: 20, learningRate: 5e-3 };
    const advice = { recipe: "fineTuning", why: "", args } as const;
    const { recipe, solved, trained, heldOut } = await trainByRecipe(model, rowsOf(40), { advice, names: false });
    expect(recipe).toBe("fineTuning");
    expect(trained!.globalStep).toBe(20);
    expect(solved!.items).toBe(40);
    expect(heldOut).toMatchObject({ items: 40, folds: 2 });
    expect(heldOut!.fineTuned["loss"]).toBeLessThan(heldOut!.solvedHead["loss"]!);
    expect(await accuracyOf(model)).toBe(1);
  });

  it("tries what it recommends for a hundred labels, with half the steps in each of two parts", async () => {
    const model = await pretrained();
    const totals = new Set<number>();
    const onProgress = (event: TrainerProgress) => void (event.type === "train" && totals.add(event.totalSteps));
    const { advice, heldOut, recipe, trained } = await trainByRecipe(model, rowsOf(100), { names: false, onProgress });
    expect(advice.recipe).toBe("fineTuning");
    expect(heldOut).toMatchObject({ items: 100, folds: 2 });
    expect([...totals]).toEqual(recipe === "fineTuning" ? [50, 100] : [50]);
    expect(trained?.globalStep).toBe(recipe === "fineTuning" ? 100 : undefined);
  });

  it("fine-tunes on the names, too, where the head that it begins at has them", async () => {
    const [model, byHand] = [await pretrained(), await pretrained()];
    const args = { maxSteps: 12, learningRate: 5e-3 };
    const advice = { recipe: "fineTuning", why: "", args } as const;
    const result = await trainByRecipe(model, rowsOf(20), { advice, names: phrases });
    expect(result).toMatchObject({ recipe: "fineTuning", withNames: true });
    const names = phrases.map((text, c) => ({ text, label: labels[c]! }));
    const loss = "crossEntropy";
    await solveLastLayer(byHand, byHand.datasetOf(rowsOf(20), { loss }), { names: byHand.datasetOf(names, { loss }) });
    await new BaalTrainer({ model: byHand, args: { ...args, seed: 42 } }).train([...rowsOf(20), ...names]);
    expect(model.stateDict()).toEqual(byHand.stateDict());
  });

  it("keeps an encoder that was trained by comparing texts, with the head solved on what came of it", async () => {
    const [model, without] = [await pretrained(), await pretrained()];
    const args = { maxSteps: 20, learningRate: 5e-3, batchSize: 8 };
    const advice = { recipe: "contrastive", why: "", args } as const;
    const { recipe, trained, heldOut } = await trainByRecipe(model, rowsOf(40), { advice, names: false });
    expect(recipe).toBe("contrastive");
    expect(trained).toMatchObject({ globalStep: 20, solved: { items: 40 } });
    expect(heldOut!.fineTuned["loss"]).toBeLessThan(heldOut!.solvedHead["loss"]!);
    const direct = await trainContrastively(without, rowsOf(40), { args: { ...args, seed: 42 } });
    expect(direct.trainingLoss).toBe(trained!.trainingLoss);
  });

  it("goes back to the head solved on all labels where fine-tuning does worse", async () => {
    const [model, plain] = [await pretrained(), await pretrained()];
    const ruin = { recipe: "fineTuning", why: "", args: { maxSteps: 3, learningRate: 5 } } as const;
    const result = await trainByRecipe(model, rowsOf(40), { advice: ruin, names: false });
    expect(result).toMatchObject({ recipe: "solvedHead", solved: { items: 40 } });
    expect(result.trained).toBeUndefined();
    await trainByRecipe(plain, rowsOf(40), { advice: { recipe: "solvedHead", why: "", args: {} }, names: false });
    expect(model.stateDict()).toEqual(plain.stateDict());
  });

  it("refuses data without any label", async () => {
    const unlabelled = phrases.map((text) => ({ text, label: undefined }));
    await expect(trainByRecipe(await pretrained(), unlabelled)).rejects.toMatchObject({ code: "E_DATA" });
  });
});

describe("a fresh last layer near chance", () => {
  const warningsOf = async (args: object) => {
    const events: TrainerProgress[] = [];
    await new BaalTrainer({ model: randomModel(), args }).train(rowsOf(8), { onProgress: (event) => events.push(event) });
    return events.filter(({ type }) => type === "warning");
  };

  it("is warned of after the usual arguments, and not after others", async () => {
    const [warning, ...others] = await warningsOf({});
    expect(warning).toMatchObject({ message: expect.stringMatching(/^3 steps .*minSteps/) });
    expect(others).toEqual([]);
    expect(await warningsOf({ maxSteps: 3 })).toEqual([]);
    expect(await warningsOf({ learningRate: 0.02, minSteps: 40 })).toEqual([]);
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readTrainingRows } from "../../src/cli/training-data.js";

describe("training data", () => {
  let folder: string;
  const options = (name: string) => ({ data: join(folder, name), textColumn: "text", labelColumn: "label", maxSeqLen: 16 });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "baal-data-"));
    const rows = Array.from({ length: 20 }, (_, i) => `text ${i},${i % 4 === 3 ? "" : i % 2 ? "b" : "a"}`);
    await writeFile(join(folder, "train.csv"), `text,label\n${rows.join("\n")}\n`);
    await writeFile(join(folder, "eval.csv"), "text,label\nx,a\ny,\n");
    await writeFile(join(folder, "one.csv"), "text,label\nx,a\n");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("leaves out rows without a label", async () => {
    const rows = await readTrainingRows({ ...options("train.csv"), evalData: join(folder, "eval.csv") }, 1);
    expect(rows).toMatchObject({ labels: ["a", "b"] });
    expect(rows.unlabelled).toHaveLength(5);
    expect(rows.train).toHaveLength(15);
    expect(rows.evaluation).toEqual([{ text: "x", label: "a" }]);
  });

  it("splits by the seed, without overlap", async () => {
    const split = (seed: number) => readTrainingRows({ ...options("train.csv"), evalSplit: 0.2 }, seed);
    const { train, evaluation = [] } = await split(1);
    expect(evaluation).toHaveLength(3);
    expect(new Set([...train, ...evaluation].map((row) => row["text"])).size).toBe(15);
    expect((await split(1)).evaluation).toEqual(evaluation);
    expect((await split(2)).evaluation).not.toEqual(evaluation);
  });

  it("takes lists for several labels per text, and texts where a separator is named", async () => {
    await writeFile(join(folder, "multi.jsonl"), '{"text":"x","label":["a","b"]}\n{"text":"y","label":["a"]}\n{"text":"z"}\n');
    const lists = await readTrainingRows(options("multi.jsonl"), 1);
    expect(lists).toMatchObject({ task: "multi", labels: ["a", "b"], unlabelled: [{ text: "z" }] });
    expect(lists.train.map((row) => row["label"])).toEqual([
      [1, 1],
      [1, 0],
    ]);
    await writeFile(join(folder, "multi.csv"), "text,label\nx,a|b\ny,a\n");
    const texts = await readTrainingRows({ ...options("multi.csv"), labelSeparator: "|" }, 1);
    expect(texts.train.map((row) => row["label"])).toEqual(lists.train.map((row) => row["label"]));
    // Without one they are names of their own.
    expect((await readTrainingRows(options("multi.csv"), 1)).labels).toEqual(["a", "a|b"]);
  });

  it("takes numbers for a regression on request, and asks where they have fractions", async () => {
    await writeFile(join(folder, "numbers.csv"), "text,label\nx,1.5\ny,-2\n");
    await expect(readTrainingRows(options("numbers.csv"), 1)).rejects.toThrow(/--task regression/);
    const { task, train, labels } = await readTrainingRows({ ...options("numbers.csv"), task: "regression" }, 1);
    expect({ task, labels, values: train.map((row) => row["label"]) }).toEqual({
      task: "regression",
      labels: ["label"],
      values: [[1.5], [-2]],
    });
  });

  it.each([
    ["text,prediction,probability", "prediction"],
    ["text,baal_label,other", "baal_label"],
    ["text,baal_label_2,other", "baal_label_2"],
    // As baal predict wrote it once.
    ["text,label,row,probability,uncertainty", "label"],
  ])("learns from the guesses of a model on request only (%s)", async (columns, labelColumn) => {
    const rest = ",1".repeat(columns.split(",").length - 2);
    await writeFile(join(folder, "guessed.csv"), `${columns}\nx,a${rest}\ny,b${rest}\n`);
    const guessed = { ...options("guessed.csv"), labelColumn };
    await expect(readTrainingRows(guessed, 1)).rejects.toThrow(/guessed.*--pseudo-labels/);
    expect((await readTrainingRows({ ...guessed, pseudoLabels: true }, 1)).labels).toEqual(["a", "b"]);
    await expect(readTrainingRows({ ...options("train.csv"), labelColumn, evalData: guessed.data }, 1)).rejects.toThrow();
  });

  it("has no label for none of the labels where an item has several, or a number", async () => {
    await writeFile(join(folder, "multi.jsonl"), '{"text":"x","label":["a","b"]}\n{"text":"y","label":["none"]}\n');
    const outside = { outOfScopeLabel: "none" };
    const refused = { name: "UsageError", message: expect.stringMatching(/one label an item.*lists of labels.*empty list/) };
    await expect(readTrainingRows({ ...options("multi.jsonl"), ...outside }, 1)).rejects.toMatchObject(refused);
    await writeFile(join(folder, "numbers.csv"), "text,label\nx,1.5\ny,-2\n");
    const numbers = { ...options("numbers.csv"), ...outside, task: "regression" as const };
    await expect(readTrainingRows(numbers, 1)).rejects.toMatchObject({ name: "UsageError" });
  });

  it("refuses a single class", async () => {
    await expect(readTrainingRows(options("one.csv"), 1)).rejects.toThrow(/at least two labels/);
  });
});

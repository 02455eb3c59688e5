import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { runCli } from "../../src/cli/run-cli.js";
import { readRows } from "../../src/data/rows/stream-rows.js";
import { loadModel } from "../../src/models/load-model.js";
import { fileSha256 } from "../../src/system/digest.js";
import { lockOutput } from "../../src/system/outputs.js";
import { captureOutput } from "./captured-output.js";
import { sentimentRows, writeTinyModel } from "./tiny-model.js";

const written = captureOutput();
let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const train = (...args: string[]) => runCli(["train", "--model", at("model"), ...args]);
const json = async (...names: string[]) => JSON.parse(await readFile(at(...names), "utf8"));
const quick = ["--learning-rate", "0.02", "--batch-size", "16"];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "baal-train-"));
  await writeTinyModel(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("what baal train says and writes", () => {
  beforeAll(async () => {
    const data = ["--data", at("train.csv"), "--eval-split", "0.2", "--output", at("trained")];
    const stop = ["--early-stopping-patience", "2", "--load-best-model-at-end", "--metric-for-best-model", "accuracy"];
    await train(...data, ...quick, ...stop, "--save-strategy", "epoch", "--num-train-epochs", "12");
  });

  it("shows each epoch's evaluation, and says where it stopped and what was best", async () => {
    const log = await readFile(at("trained", "training.log"), "utf8");
    expect(log).toMatch(/epoch +step +train loss +eval loss +eval accuracy/);
    expect(log).toMatch(/ 1\.00 +3 .*\n.* 2\.00 +6 /);
    expect(log).toMatch(/stopped early, after \d+ of 36 steps: accuracy did not improve in 2 evaluations in a row/);
    expect(log).toMatch(/the best accuracy was 1\.0000, at step \d+; its weights are the model's/);
  });

  it("keeps state, metrics and how it was trained", async () => {
    const state = await json("trained", "trainer_state.json");
    expect(state).toMatchObject({ max_steps: 36, best_metric: 1 });
    const evaluations = state.log_history.filter((entry: object) => "eval_accuracy" in entry);
    expect(evaluations.length).toBeGreaterThan(2);
    expect(evaluations.at(-1)).toMatchObject({ step: state.global_step, eval_expected_calibration_error: expect.any(Number) });
    const sha256 = await fileSha256(at("train.csv"));
    expect(await json("trained", "metrics.json")).toMatchObject({
      recipe: "plain",
      data: { name: "train.csv", sha256, trainItems: 48 },
      measured: { items: 12, metrics: { accuracy: 1 } },
    });
    expect(await json("trained", "baaljs_training.json")).toMatchObject({
      input: { text: "text", maxSeqLen: 128 },
      arguments: { learningRate: 0.02, batchSize: 16 },
    });
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("writes a card that the hub can read", async () => {
    const card = await readFile(at("trained", "README.md"), "utf8");
    const [, front = "", body = ""] = /^---\n([\s\S]*?)---\n([\s\S]*)$/.exec(card) ?? [];
    const { tags, pipeline_tag, base_model, "model-index": index } = parse(front);
    expect({ tags, pipeline_tag, base_model }).toEqual({
      tags: ["baaljs", "transformers.js", "onnx", "active-learning"],
      pipeline_tag: "text-classification",
      // A folder is no model of the hub.
      base_model: undefined,
    });
    expect(index[0].name).toBe("trained");
    const [{ task, dataset, metrics }] = index[0].results;
    expect(task).toEqual({ type: "text-classification" });
    expect(dataset).toEqual({ name: "train.csv (held out of the data)", type: "train.csv" });
    expect(metrics).toContainEqual({ type: "accuracy", value: 1 });
    expect(body).toContain(await fileSha256(at("train.csv")));
    for (const part of ["| negative | ", "| positive | ", "## Limits", "Calibration:", "It knows 2 labels"])
      expect(body).toContain(part);
  });

  it("trains on as the model was trained, unless told otherwise", async () => {
    const again = ["--model", at("trained"), "--data", at("train.csv"), "--max-steps", "1"];
    expect(await runCli(["train", ...again, "--output", at("again")]), written.stderr).toBe(0);
    expect(written.stderr).toContain("was trained: --batch-size 16, --learning-rate 0.02 (other");
    expect((await json("again", "baaljs_training.json")).arguments).toMatchObject({ learningRate: 0.02, batchSize: 16 });
    expect(await runCli(["train", ...again, "--output", at("other"), "--learning-rate", "0.1"])).toBe(0);
    expect((await json("other", "baaljs_training.json")).arguments).toMatchObject({ learningRate: 0.1, batchSize: 16 });
  });

  it("trains on as long as the model was trained, whatever way another length is said in", async () => {
    const steps = async (from: string, output: string, ...more: string[]) => {
      written.stdout = "";
      const data = ["--data", at("train.csv"), "--model", at(from), "--output", at(output), "--json"];
      expect(await runCli(["train", ...data, ...more]), written.stderr).toBe(0);
      return JSON.parse(written.stdout).steps as number;
    };
    expect(await steps("trained", "seven", "--max-steps", "7")).toBe(7);
    expect(await steps("seven", "seven-too")).toBe(7);
    expect(await steps("seven", "epoch", "--num-train-epochs", "2")).toBe(8);
    expect(await steps("epoch", "epoch-too", "--learning-rate", "0.01")).toBe(8);
    expect(await steps("epoch", "longer", "--min-steps", "11")).toBe(12);
  });
});

describe("tasks", () => {
  const rows = sentimentRows(60);

  it("several labels an item: trained, saved, and predicted each by itself", async () => {
    const lines = rows.map(({ text, label }, i) => `${text},${i % 3 === 2 ? "" : `${label}|${i % 2 ? "odd" : "even"}`}`);
    writeFileSync(at("multi.csv"), `text,label\n${lines.join("\n")}\n`);
    const args = [
      "--data",
      at("multi.csv"),
      "--label-separator",
      "|",
      ...quick,
      "--eval-data",
      at("multi.csv"),
      "--max-steps",
      "60",
      "--output",
      at("multi"),
      "--json",
    ];
    expect(await train(...args), written.stderr).toBe(0);
    expect(JSON.parse(written.stdout)).toMatchObject({
      task: "multi",
      labels: ["even", "negative", "odd", "positive"],
      trainItems: 40,
    });
    const { model } = await loadModel(at("multi"));
    expect(model.task).toBe("multi");
    const thresholds = model.thresholds ?? [];
    expect(thresholds).toHaveLength(4);
    const predict = [
      "predict",
      "--model",
      at("multi"),
      "--data",
      at("multi.csv"),
      "--output",
      at("multi.jsonl"),
      "--probabilities",
    ];
    expect(await runCli(predict), written.stderr).toBe(0);
    const predicted = await readRows(at("multi.jsonl"));
    for (const [i, row] of predicted.entries()) {
      const probabilities = model.labels.map((label) => Number(row[`probability_${label}`]));
      expect(String(row["prediction"]).split("|")).toEqual(model.labels.filter((_, c) => probabilities[c]! >= thresholds[c]!));
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeGreaterThan(1.2);
      expect(row["prediction"]).toContain(rows[i]!.label);
    }
  });

  it("numbers: value and spread, the draws' mean and deviation", async () => {
    const lines = rows.map(({ text, label }) => `${text},${label === "positive" ? 1.5 : -0.5}`);
    writeFileSync(at("numbers.csv"), `text,stars\n${lines.join("\n")}\n`);
    const data = ["--data", at("numbers.csv"), "--label-column", "stars"];
    expect(await train(...data, "--output", at("numbers"))).toBe(1);
    expect(written.stderr).toContain("--task regression");
    const args = [
      ...data,
      "--task",
      "regression",
      "--eval-split",
      "0.2",
      ...quick,
      "--max-steps",
      "60",
      "--output",
      at("numbers"),
      "--json",
    ];
    expect(await train(...args), written.stderr).toBe(0);
    const predict = [
      "predict",
      "--model",
      at("numbers"),
      "--data",
      at("numbers.csv"),
      "--output",
      at("numbers.jsonl"),
      "--draws",
    ];
    expect(await runCli(predict), written.stderr).toBe(0);
    const [first] = await readRows(at("numbers.jsonl"));
    expect(Object.keys(first!)).toEqual(["text", "stars", "prediction", "spread", "uncertainty", "draws"]);
    for (const row of await readRows(at("numbers.jsonl"))) {
      const draws = (row["draws"] as number[][]).flat();
      const mean = draws.reduce((sum, value) => sum + value, 0) / 20;
      expect(row["prediction"]).toBeCloseTo(mean, 5);
      expect(Number(row["spread"]) ** 2).toBeCloseTo(draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 20, 5);
      expect(Math.sign(Number(row["prediction"]) - 0.5)).toBe(Math.sign(Number(row["stars"]) - 0.5));
    }
  });

  it("a template of several columns is kept with the model, and predicted by", async () => {
    const lines = rows.map(
      ({ text, label }) => `${text.split(" ").join(",").split(",").slice(0, 1)},${text.slice(text.indexOf(" ") + 1)},${label}`,
    );
    writeFileSync(at("parts.csv"), `first,rest,label\n${lines.join("\n")}\n`);
    expect(
      await train("--data", at("parts.csv"), "--text", "{first} {rest}", ...quick, "--max-steps", "40", "--output", at("parts")),
      written.stderr,
    ).toBe(0);
    expect(
      await runCli(["predict", "--model", at("parts"), "--data", at("parts.csv"), "--output", at("p.csv")]),
      written.stderr,
    ).toBe(0);
    for (const row of await readRows(at("p.csv"))) expect(row["prediction"]).toBe(row["label"]);
  });
});

it("warns of a model that does not beat the most frequent label", async () => {
  const lines = sentimentRows(60).map(({ text }, i) => `${text},${i % 7 < 3 ? "a" : "b"}`);
  writeFileSync(at("noise.csv"), `text,label\n${lines.join("\n")}\n`);
  const args = ["--data", at("noise.csv"), "--eval-data", at("noise.csv"), "--max-steps", "1", "--output", at("noise")];
  expect(await train(...args), written.stderr).toBe(0);
  expect(written.stderr).toMatch(/warning: near chance: [\d.]+ % of the 60 evaluation items are right, .* gives 55\.0 %/);
});

it("names the commands that go by words alone, and needs an encoder itself", async () => {
  const args = ["--data", at("train.csv"), "--output", at("words")];
  for (const more of [[], ["--recipe", "solvedHead"]])
    expect(await runCli(["train", "--model", "tfidf", ...args, ...more])).toBe(2);
  expect(written.stderr).toMatch(/for baal select, label and hygiene.*give train .* an encoder's folder or hub id/);
  expect(readdirSync(folder)).not.toContain("words");
});

it("looks at the output before it trains: who else writes it, and whether it can be written", async () => {
  const args = ["--data", at("train.csv"), "--max-steps", "1"];
  const lock = await lockOutput(at("held"));
  try {
    expect(await train(...args, "--output", at("held"))).toBe(1);
    expect(written.stderr).toMatch(/held is being written by another command/);
    expect(written.stderr).not.toContain("training on");
  } finally {
    await lock.release();
  }
  mkdirSync(at("file"), { recursive: true });
  writeFileSync(at("file", "plain"), "");
  expect(await train(...args, "--output", at("file", "plain", "model"))).toBe(1);
  expect(written.stderr).toMatch(/could not be written \((ENOTDIR|EEXIST)\): a part of its path is a file/);
  expect(written.stderr).not.toContain("training on");
});

import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { patchModule } from "../../src/bayesian/patch-module.js";
import { runCli } from "../../src/cli/run-cli.js";
import { DEFAULT_SEED } from "../../src/core/defaults.js";
import { readRows } from "../../src/data/rows/stream-rows.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { lockOutput } from "../../src/system/outputs.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { captureOutput } from "./captured-output.js";
import { writeTinyModel } from "./tiny-model.js";

const written = captureOutput();
let folder: string;
const at = (name: string) => join(folder, name);
const predict = (...args: string[]) => runCli(["predict", "--model", at("model"), "--iterations", "3", ...args]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baal-predict-"));
  await writeTinyModel(folder);
  const rows = [
    { id: 7, title: "a good", body: "day", tags: ["x", "y"] },
    { id: 8, title: "awful", body: null, note: 'said "no"' },
  ];
  await writeFile(at("mixed.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("keeps every column and row in their order, of rows with different columns as well", async () => {
  for (const format of ["jsonl", "csv", "parquet"]) {
    const output = at(`mixed.${format}`.replace("mixed.jsonl", "out.jsonl"));
    const template = ["--text", "{title} {body}"];
    expect(await predict("--data", at("mixed.jsonl"), ...template, "--output", output), written.stderr).toBe(0);
    const rows = await readRows(output);
    const own = ["id", "title", "body", "tags", "note"];
    expect(Object.keys(rows[0]!)).toEqual([...own, "prediction", "probability", "uncertainty"]);
    expect(rows.map(({ id, title }) => [Number(id), title])).toEqual([
      [7, "a good"],
      [8, "awful"],
    ]);
    expect(rows[1]!["note"]).toBe('said "no"');
  }
});

it("tells probabilities, the most probable labels and the draws, and they agree", async () => {
  const output = at("wide.jsonl");
  const more = ["--probabilities", "--top", "2", "--draws"];
  expect(await predict("--data", at("train.csv"), "--output", output, ...more), written.stderr).toBe(0);
  const ranks = ["prediction", "probability", "prediction_2", "probability_2"];
  const rows = await readRows(output);
  expect(Object.keys(rows[0]!)).toEqual([
    ...["text", "label", ...ranks, "uncertainty", "probability_negative", "probability_positive", "draws"],
  ]);
  for (const row of rows) {
    const draws = row["draws"] as number[][];
    expect(draws.map((draw) => draw.length)).toEqual([2, 2, 2]);
    const [negative, positive] = [0, 1].map((c) => draws.reduce((sum, draw) => sum + draw[c]! / 3, 0)) as [number, number];
    expect(row["probability_negative"]).toBeCloseTo(negative, 6);
    expect(row["probability_positive"]).toBeCloseTo(positive, 6);
    expect([row["prediction"], row["prediction_2"]]).toEqual(
      negative > positive ? ["negative", "positive"] : ["positive", "negative"],
    );
    expect(row["probability"]).toBeCloseTo(Math.max(negative, positive), 6);
    const entropy = -negative * Math.log(negative) - positive * Math.log(positive);
    expect(row["uncertainty"]).toBeCloseTo(entropy, 2);
  }
});

it("never loses a column of the data to one of its own", async () => {
  await writeFile(at("again.csv"), "text,prediction\na good day,mine\n");
  expect(await predict("--data", at("again.csv"), "--output", at("refused.csv"))).toBe(1);
  expect(written.stderr).toMatch(/"prediction" already.*--column-prefix/);
  expect(existsSync(at("refused.csv"))).toBe(false);
  expect(await predict("--data", at("again.csv"), "--output", at("prefixed.csv"), "--column-prefix", "new_")).toBe(0);
  const [row] = await readRows(at("prefixed.csv"));
  expect(Object.keys(row!)).toEqual(["text", "prediction", "new_prediction", "new_probability", "new_uncertainty"]);
  expect(row!["prediction"]).toBe("mine");
});

it("reads texts as the model was trained, unless told otherwise", async () => {
  const model = await TextClassifier.fromPretrained(at("model"));
  await model.save(at("templated"));
  const record = { recipe: "plain", input: { text: "{title} {body}", maxSeqLen: 8 }, arguments: {} };
  await writeFile(at("templated/baaljs_training.json"), JSON.stringify(record));
  const args = ["--model", at("templated"), "--data", at("mixed.jsonl"), "--iterations", "1"];
  const answers = async (name: string, ...more: string[]) => {
    expect(await runCli(["predict", ...args, "--output", at(name), ...more]), written.stderr).toBe(0);
    return (await readRows(at(name))).map(({ uncertainty }) => uncertainty);
  };
  const own = await answers("own.jsonl");
  expect(await answers("same.jsonl", "--text", "{title} {body}")).toEqual(own);
  expect(await answers("other.jsonl", "--text-column", "title")).not.toEqual(own);
  expect(await runCli(["predict", ...args, "--output", at("no.jsonl"), "--text", "{title", "--quiet"])).toBe(2);
  expect(await runCli(["predict", ...args, "--output", at("no.jsonl"), "--text", "{titel}"])).toBe(1);
  expect(written.stderr).toContain("titel");
});

it("says who writes an output already, and leaves nothing of its own beside it", async () => {
  const lock = await lockOutput(at("held.csv"));
  try {
    expect(await predict("--data", at("train.csv"), "--output", at("held.csv"))).toBe(1);
    expect(written.stderr).toMatch(/held\.csv is being written by another command: .* this very process/);
  } finally {
    await lock.release();
  }
  expect(await predict("--data", at("train.csv"), "--output", at("held.csv"))).toBe(0);
  expect((await readdir(folder)).filter((name) => name.includes("held"))).toEqual(["held.csv"]);
  expect(await readFile(at("held.csv"), "utf8")).toContain("text,label,prediction,probability,uncertainty\n");
});

it.each(["balanced", "independent"] as const)(
  "draws with %s masks where it is told to, with balanced ones where not",
  async (masks) => {
    const output = at(`${masks}.jsonl`);
    const asked = masks === "balanced" ? [] : ["--masks", masks];
    const own = ["--data", at("train.csv"), "--iterations", "5", "--draws", "--overwrite"];
    expect(await predict(...own, "--output", output, ...asked), written.stderr).toBe(0);
    const model = await TextClassifier.fromPretrained(at("model"));
    patchModule(model, { masks });
    const rows = await readRows(output);
    const texts = rows.map((row) => String(row["text"]));
    const { data } = await new BaalTrainer({ model }).predictOnDataset(texts, { iterations: 5, seed: DEFAULT_SEED });
    for (const [i, row] of rows.entries()) {
      for (const [k, draw] of (row["draws"] as number[][]).entries()) {
        const [a, b] = [data[(i * 2 + 0) * 5 + k]!, data[(i * 2 + 1) * 5 + k]!];
        expect(draw[0]).toBeCloseTo(1 / (1 + Math.exp(b - a)), 4);
      }
    }
  },
);

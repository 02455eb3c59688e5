import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { captureOutput } from "./captured-output.js";
import { sentimentRows, writeTinyModel } from "./tiny-model.js";

const written = captureOutput();
let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baal-recipe-"));
  await writeTinyModel(folder);
  // Labels that the model has no last layer for, and every third text without one.
  const rows = sentimentRows(60).map(
    ({ text, label }, n) => `${text},${n % 3 === 2 ? "" : label === "positive" ? "glad" : "sad"}`,
  );
  await writeFile(at("moods.csv"), `text,label\n${rows.join("\n")}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const train = (...args: string[]) =>
  runCli(["train", "--model", at("model"), "--output", at("out"), "--overwrite-output-dir", ...args]);

describe("baal train without training arguments", () => {
  it("solves a fresh last layer, and says so, why, and how to choose otherwise", async () => {
    expect(await train("--data", at("moods.csv"), "--eval-split", "0.2"), written.stderr).toBe(0);
    expect(written.stderr).toMatch(/32 labels of 2 classes are few: the last layer is solved .* --num-train-epochs 3/);
    expect(written.stdout).toContain("solved the last layer on 32 texts");
  });

  it("names the recipe with --json; the model predicts its data", async () => {
    expect(await train("--data", at("moods.csv"), "--eval-data", at("moods.csv"), "--json"), written.stderr).toBe(0);
    const result = JSON.parse(written.stdout);
    expect(result).toMatchObject({ recipe: "solvedHead", labels: ["glad", "sad"], trainItems: 40, evalItems: 40, steps: 0 });
    expect(result.evaluation.accuracy).toBe(1);
  });

  it.each([["--max-steps", "3"], ["--no-dropout"], ["--fine-tune", "head"]])(
    "trains by the arguments where there are any: %s",
    async (...args) => {
      expect(await train("--data", at("moods.csv"), ...args), written.stderr).toBe(0);
      expect(written.stdout).toMatch(/^trained \d+ steps/);
      expect(written.stderr).toContain("20 texts without a label are left out");
    },
  );

  it("trains on a model that has a last layer for the labels", async () => {
    expect(await train("--data", at("train.csv"), "--json"), written.stderr).toBe(0);
    expect(JSON.parse(written.stdout)).toMatchObject({ recipe: "plain", steps: 24, trainItems: 60 });
  });
});

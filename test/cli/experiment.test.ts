import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { duration } from "../../src/cli/duration.js";
import { runCli } from "../../src/cli/run-cli.js";
import { tinyConfig, writeSentences } from "../experiment/tiny-config.js";
import { temporaryFolder } from "../temporary-folder.js";
import { captureOutput } from "./captured-output.js";

describe("baal experiment", () => {
  const written = captureOutput();
  let folder: string;
  let config: string;
  beforeEach(async () => {
    folder = temporaryFolder();
    config = join(folder, "config.json");
    await writeSentences(folder);
    await writeFile(config, JSON.stringify(tinyConfig(folder)));
  });
  const output = () => join(folder, "out");

  it("runs, tells of each step, and continues what is there", async () => {
    expect(await runCli(["experiment", config, "--seeds", "1,", "--output", output()])).toBe(2);
    const args = ["experiment", config, "--seed", "7", "--steps", "2", "--threads", "1", "--output", output()];
    expect(await runCli(args)).toBe(0);
    expect(written.stdout).toContain(`Report: ${join(output(), "report.html")}`);
    expect(written.stderr).toContain("4/4  topk:entropy seed 7, step 2/2: 16 labels, accuracy ");
    written.stdout = "";
    written.stderr = "";
    expect(await runCli([...args, "--json"])).toBe(0);
    expect(JSON.parse(written.stdout)).toMatchObject({
      output: output(),
      cells: 2,
      files: expect.arrayContaining(["report.html"]),
    });
    expect(written.stderr).toBe("");
    written.stdout = "";
    expect(await runCli(["report", output(), "--quiet"])).toBe(0);
    expect(written.stdout).toContain("topk:entropy");
  });

  it("says which cells failed, and exits with 1", async () => {
    const args = ["experiment", config, "--seeds", "1,2", "--threads", "1", "--output", output()];
    expect(await runCli([...args, "--learning-rate", "1e38"])).toBe(1);
    expect(written.stderr).toMatch(/topk:entropy seed 2 failed: /);
    expect(written.stderr).toMatch(/error: 4 of 4 cells failed, the others are done; .*random seed 1, topk:entropy seed 1/);
    expect(existsSync(join(output(), "report.html"))).toBe(true);
  });

  it("shows the plan and what it takes, and leaves nothing behind", async () => {
    expect(await runCli(["experiment", config, "--dry-run", "--output", output()])).toBe(0);
    expect(written.stdout).toMatch(/labels\s+12, 16, 20\n/);
    expect(written.stdout).toMatch(/training\s+30, 30, 30 steps of [\d.]+ ms\n/);
    expect(written.stdout).toMatch(/time\s+about \d+ s\n/);
    expect(existsSync(output())).toBe(false);
  });

  it("counts pretraining in", async () => {
    const pretraining = ["--set", "pretraining.maxSteps=100000", "--set", "stopping.budget=16"];
    expect(await runCli(["experiment", config, ...pretraining, "--dry-run", "--json", "--output", output()])).toBe(0);
    const { estimate } = JSON.parse(written.stdout) as { readonly estimate: Readonly<Record<string, number>> };
    expect(estimate["pretrainingSteps"]).toBe(100_000);
    // Two seeds.
    expect(estimate["totalSeconds"]).toBeGreaterThan(200_000 * estimate["secondsPerPretrainingStep"]!);
    expect(existsSync(output())).toBe(false);
  });

  it("needs no configuration file: flags say it all, and override what a file says", async () => {
    const flags = [
      ...["--dataset", "shapes", "--set", "dataset.trainItems=100", "--set", "dataset.testItems=40"],
      ...["--architecture", "small-cnn", "--set", "model.channels=[2, 4]", "--set", "model.patch={ rate: 0.3 }"],
      ...["--strategies", "topk:bald", "random", "--seeds", "4,7", "--set", "initialLabels.perClass=1"],
      ...["--query-size", "5", "--steps", "2", "--iterations", "3", "--pool-size", "50", "--weights", "keep"],
      ...["--max-steps", "4", "--min-steps", "2", "--batch-size", "8", "--learning-rate", "0.01"],
      ...["--eval-iterations", "2", "--device", "cpu", "--threads", "1"],
    ];
    expect(await runCli(["experiment", ...flags, "--dry-run", "--json", "--output", output()])).toBe(0);
    const fromFlags = (JSON.parse(written.stdout) as { readonly config: object }).config;
    expect(fromFlags).toMatchObject({
      dataset: { name: "shapes", trainItems: 100, testItems: 40 },
      model: { architecture: "small-cnn", channels: [2, 4], patch: { rate: 0.3 } },
      ...{ strategies: ["topk:bald", "random"], seeds: [4, 7], initialLabels: { perClass: 1 }, querySize: 5, steps: 2 },
      ...{ iterations: 3, poolSize: 50, weights: "keep", evaluation: { iterations: 2 }, device: "cpu" },
      training: { maxSteps: 4, minSteps: 2, batchSize: 8, learningRate: 0.01 },
    });
    // As a file, in YAML.
    const file = join(folder, "same.yaml");
    await writeFile(file, stringify(fromFlags));
    written.stdout = "";
    expect(await runCli(["experiment", file, "--query-size", "6", "--dry-run", "--json", "--output", output()])).toBe(0);
    expect((JSON.parse(written.stdout) as { readonly config: object }).config).toEqual({ ...fromFlags, querySize: 6 });
    expect(await runCli(["experiment", ...flags, "--quiet", "--output", output()])).toBe(0);
    expect(existsSync(join(output(), "cells", "topk-bald-7", "steps.jsonl"))).toBe(true);
  });

  it("lists the data sets with their licences", async () => {
    expect(await runCli(["experiment", "--list-datasets", "--json"])).toBe(0);
    const { datasets } = JSON.parse(written.stdout) as {
      readonly datasets: readonly { readonly name: string; readonly licence: string }[];
    };
    expect(datasets).toContainEqual(expect.objectContaining({ name: "clinc_oos", licence: "CC BY 3.0" }));
  });

  it.each<[readonly string[], number, string]>([
    [["--strategies", "best"], 2, 'Unknown strategy "best"'],
    [["--query-size", "500"], 2, "too few for 12 initial labels and a query of 500"],
    [["--label-column", "intent"], 1, '"intent"'],
    [["--set", "dataset.labels=[food, oos]"], 1, "lacks weather"],
    [["--set", "training.learningrate=1"], 2, "Did you mean learningRate"],
    [["--set", "steps"], 2, "sets no field"],
    [["--steps", "0"], 2, "a whole number of at least 1"],
    [["--architecture", "small-cnn"], 2, "The model reads images"],
    [["--data", "/nonexistent.csv"], 1, "/nonexistent.csv"],
    [["--out-of-scope", "guess"], 2, "Allowed choices are class, threshold"],
  ])("refuses %j with exit code %i, before anything starts", async (args, code, message) => {
    expect(await runCli(["experiment", config, ...args, "--output", output()])).toBe(code);
    expect(written.stderr).toContain(message);
    expect(written.stdout).toBe("");
    expect(existsSync(output())).toBe(false);
  });

  it("needs a data set and a model, and a configuration that can be read", async () => {
    expect(await runCli(["experiment"])).toBe(2);
    expect(written.stderr).toContain("--recipe");
    expect(await runCli(["experiment", join(folder, "nope.yaml")])).toBe(1);
    await writeFile(config, "- a\n");
    expect(await runCli(["experiment", config])).not.toBe(0);
    expect(written.stderr).toContain("is expected to hold fields");
  });

  it("reports on folders that hold runs only, and says where several go", async () => {
    expect(await runCli(["report", folder])).toBe(1);
    expect(written.stderr).toContain("no run.json");
    expect(await runCli(["report", folder, folder])).toBe(2);
    expect(written.stderr).toContain("--output");
  });
});

describe("duration", () => {
  it.each([
    [4.4, "4 s"],
    [125, "2 min"],
    [12_000, "3 h 20 min"],
  ])("%d seconds are %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

import { join } from "node:path";
import { expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { temporaryFolder } from "../temporary-folder.js";
import { captureOutput } from "./captured-output.js";
import { writeTinyModel } from "./tiny-model.js";

const written = captureOutput();

it("measures a model: predictions in both precisions, a step, a head's draws, and requests to a server of it", async () => {
  const parent = temporaryFolder();
  await writeTinyModel(parent);
  expect(
    await runCli(["bench", "--model", join(parent, "model"), "--seconds", "0.01", "--iterations", "2", "--json", "--quiet"]),
  ).toBe(0);
  const { measured, iterations } = JSON.parse(written.stdout) as {
    readonly iterations: number;
    readonly measured: readonly { name: string; unit: string; median: number; best: number; worst: number; runs: number }[];
  };
  expect(iterations).toBe(2);
  expect(measured.map(({ name }) => name)).toEqual([
    ...["matrix", "predict", "predict-int8", "train", "head-solve", "head-draws", "serve", "serve-8"],
  ]);
  for (const { unit, median, best, worst, runs } of measured) {
    expect(runs).toBeGreaterThanOrEqual(3);
    const order = unit === "ms" ? [best, median, worst] : [worst, median, best];
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
  }
});

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { readRows } from "../../src/data/rows/stream-rows.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { temporaryFolder } from "../temporary-folder.js";
import { captureOutput } from "./captured-output.js";
import { writeTinyModel } from "./tiny-model.js";

captureOutput();

const heldOut = { inScopeItems: 1, outOfScopeItems: 1, auroc: 1, inScopeAccuracy: 1, outOfScopeRecall: 1 };

it("leaves texts out of scope unanswered by a model's own rule, and answers them on request", async () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  await writeTinyModel(folder);
  const model = await TextClassifier.fromPretrained(at("model"));
  // Entropy of two classes lies between 0 and ln 2: one threshold takes every text, the other none.
  for (const [name, threshold] of [
    ["strict", -1],
    ["lenient", 2],
  ] as const) {
    model.outOfScope = { score: "entropy", threshold, label: "neither", heldOut, kept: new Map() };
    await model.save(at(name));
  }
  await writeFile(at("texts.csv"), "text\nwhat a good day\nthis is bad\n");
  const labelsOf = async (name: string, ...flags: string[]) => {
    const output = at(`${name}${flags.length}.csv`);
    const data = ["--data", at("texts.csv"), "--output", output];
    expect(await runCli(["predict", "--model", at(name), ...data, "--iterations", "2", ...flags])).toBe(0);
    return (await readRows(output)).map(({ prediction }) => prediction);
  };
  expect(await labelsOf("strict")).toEqual(["neither", "neither"]);
  const answers = await labelsOf("lenient");
  expect(answers).not.toContain("neither");
  expect(await labelsOf("strict", "--no-abstain")).toEqual(answers);
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it, onTestFinished } from "vitest";
import { loadEmbeddedIntents } from "../../src/data/embedded.js";
import { readModel } from "../../src/entries/engine.js";
import { loadRecipe, modelFromRecipe } from "../../src/models/text/recipe.js";
import { temporaryFolder } from "../temporary-folder.js";

function run(script: string, ...args: string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", `examples/${script}`, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

async function outputOf(child: ReturnType<typeof run>): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  if (child.exitCode === null) await once(child, "exit");
  expect(child.exitCode).toBe(0);
  return lines;
}

it("the library in 15 lines", async () => {
  const lines = (await outputOf(run("library.ts", "1"))).filter((line) => line.includes("labels:"));
  expect(lines.map((line) => Number.parseInt(line, 10))).toEqual([200]);
});

it("a graph of one's own, fitted and written", async () => {
  const file = join(temporaryFolder(), "curve.onnx");
  const lines = await outputOf(run("engine.ts", file, "300"));
  expect(lines.map((line) => line.match(/^step (\d+):/)![1])).toEqual(["1", "100", "200", "300"]);
  expect(Number(lines.at(-1)!.split(" ").at(-1))).toBeLessThan(0.1);
  const { graph } = await readModel(file);
  expect([[...graph.inputs.keys()], graph.outputs]).toEqual([["x"], ["curve"]]);
});

it("gradients checked by finite differences, of a graph and of a file", async () => {
  const largest = (lines: readonly string[]) => Number(lines.at(-1)!.match(/^largest difference: (\S+)$/)![1]);
  expect(largest(await outputOf(run("engine-check.ts")))).toBeLessThan(1e-3);
  const file = "test/engine/autodiff/vision-exports/squeezenet_opset12.onnx";
  const { graph } = await readModel(file);
  expect(largest(await outputOf(run("engine-check.ts", file, graph.outputs[0]!)))).toBeLessThan(1e-2);
});

it("a Keras model in TensorFlow.js", async () => {
  const [line] = await outputOf(run("tfjs-keras.ts", "1"));
  const [, accuracy, ...picked] = line!.match(
    /^24 labels: accuracy ([\d.]+) %, picked (\d+) circle, (\d+) square, (\d+) cross$/,
  )!;
  expect(Number(accuracy)).toBeGreaterThan(45);
  expect(picked.map(Number).reduce((sum, count) => sum + count)).toBe(24);
});

it("an experiment, which a second run takes up where the first ended", async () => {
  const folder = temporaryFolder();
  const first = await outputOf(run("experiment.ts", folder, "--steps", "1"));
  expect(first.map((line) => line.split(/ +/, 2))).toEqual([
    ["random", "200:"],
    ["power:entropy", "200:"],
  ]);
  expect(await outputOf(run("experiment.ts", folder, "--steps", "1"))).toEqual(first);
});

it("active learning on CLINC-OOS", async () => {
  const folder = temporaryFolder();
  const intents = await loadEmbeddedIntents();
  const pairs = (rows: readonly { text: string; intent: string }[]) => rows.map(({ text, intent }) => [text, intent]);
  const split = (rows: typeof intents.train, name: string) => ({
    [name]: pairs(rows.filter(({ intent }) => intent !== "oos")),
    [`oos_${name}`]: pairs(rows.filter(({ intent }) => intent === "oos")),
  });
  const path = join(folder, "data.json");
  const rows = { ...split(intents.train.slice(0, 400), "train"), ...split(intents.test, "test") };
  writeFileSync(path, JSON.stringify(rows));
  const args = ["--rounds", "2", "--initial-labels", "60", "--query-size", "20", "--max-steps", "10", "--test-items", "80"];
  const [, ...table] = await outputOf(run("clinc-oos.ts", path, ...args));
  expect(table.map((line) => Number.parseInt(line, 10))).toEqual([60, 80]);
  for (const line of table) expect(line).toMatch(/^ +\d+ +[\d.]+ % +[\d.]+ % +[01]\.\d{3}$/);
});

it("a head on frozen features, all of them from the cache in the second run", async () => {
  const folder = temporaryFolder();
  const first = await outputOf(run("frozen-features.ts", folder));
  const second = await outputOf(run("frozen-features.ts", folder));
  // The corpus repeats some texts.
  expect(first[0]).toMatch(/^train: 3000 texts, 64 features each, \d{1,2} not computed again$/);
  expect(second[0]).toBe("train: 3000 texts, 64 features each, 3000 not computed again");
  expect(second[1]).toBe("test: 1000 texts, 64 features each, 1000 not computed again");
  const accuracies = (lines: readonly string[]) => lines.slice(2).map((line) => line.replace(/, head trained.*/, ""));
  expect(accuracies(first).map((line) => Number.parseInt(line, 10))).toEqual([150, 250, 350]);
  expect(accuracies(second)).toEqual(accuracies(first));
});

it("images from a folder: a small CNN and what BALD picks", async () => {
  const lines = await outputOf(run("images.ts"));
  expect(lines).toHaveLength(10);
  for (const line of lines) expect(line).toMatch(/^\d\.\d\d .*shapes\/[a-z]+\/\d+\.png$/);
  expect(new Set(lines.map((line) => line.slice(5))).size).toBe(10);
});

it("a Label Studio server from code", async () => {
  const folder = join(temporaryFolder(), "model");
  const recipe = await loadRecipe("distilbert-mini");
  await modelFromRecipe(recipe, { texts: ["yes of course", "no thanks"], labels: ["yes", "no"], seed: 1 }).save(folder);
  const child = run("label-studio-server.ts", folder, "0");
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const url = line.replace("listening on ", "");
  const config =
    '<View><Text name="t" value="$text"/><Choices name="c" toName="t"><Choice value="yes"/><Choice value="no"/></Choices></View>';
  const response = await fetch(`${url}/predict`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ tasks: [{ id: 1, data: { text: "yes please" } }], project: "1.2", label_config: config, params: {} }),
  });
  const { results } = (await response.json()) as { results: { model_version: string; score: number }[] };
  expect(results).toHaveLength(1);
  expect(results[0]!.model_version).toBe("intents-1");
  expect(results[0]!.score).toBeGreaterThanOrEqual(0);
  expect(results[0]!.score).toBeLessThanOrEqual(1);
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { StateDict } from "../../src/core/bayesian-model.js";
import { readSafetensors } from "../../src/engine/safetensors/read-safetensors.js";
import { writeSafetensors } from "../../src/engine/safetensors/write-safetensors.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { temporaryFolder } from "../temporary-folder.js";

const labels = ["cat", "dog", "fox"];
const network = {
  architecture: "small-cnn",
  channels: [4],
  kernelSize: 3,
  hiddenSizes: [8],
  imageSize: [8, 8] as [number, number],
};
const image = { width: 8, height: 8, channels: 1, data: Uint8Array.from({ length: 64 }, (_, i) => i) } as const;

let folder: string;
let said: string[];

beforeEach(async () => {
  folder = join(temporaryFolder(), "model");
  await ImageClassifier.fromConfig(network, { labels, seed: 3 }).save(folder);
  said = [];
  vi.spyOn(process, "emitWarning").mockImplementation((message) => void said.push(String(message)));
});

afterEach(() => {
  vi.restoreAllMocks();
});

async function renamed(to: (name: string) => string, more: StateDict = new Map()): Promise<void> {
  const path = join(folder, "model.safetensors");
  const table = [...(await readSafetensors(path))].map(
    ([name, { dims, data }]) => [to(name), { dims, data: Float32Array.from(data) }] as const,
  );
  await writeSafetensors(path, new Map([...table, ...more]));
}

function change(fields: object): void {
  const path = join(folder, "config.json");
  writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, "utf8")) as object), ...fields }));
}

it("an image model's folder is loaded whole without a word, and from wrapped modules with one", async () => {
  const expected = await (await ImageClassifier.fromPretrained(folder)).classify(image);
  expect(said).toEqual([]);
  await renamed((name) => `module._orig_mod.${name}`, new Map([["criterion.weight", { dims: [3], data: new Float32Array(3) }]]));
  const model = await ImageClassifier.fromPretrained(folder);
  expect(await model.classify(image)).toEqual(expected);
  expect(said).toEqual([
    `${folder}: not used: criterion; the prefix module. and _orig_mod. of the weights' names was taken off.`,
  ]);
});

it("labels of the model's own are kept where they cover those asked for; else the last layer is drawn, and told", async () => {
  expect((await ImageClassifier.fromPretrained(folder, { labels: ["dog"], keepLabels: true })).labels).toEqual(labels);
  expect(said).toEqual([]);
  expect((await ImageClassifier.fromPretrained(folder, { labels: ["dog", "owl"], keepLabels: true })).labels).toEqual([
    "dog",
    "owl",
  ]);
  expect(said).toEqual([expect.stringMatching(/: drawn at random: \S+\.$/)]);
});

it("names for outputs that are not there are told, and a regression is one", async () => {
  change({ id2label: { 0: "a", 7: "h" } });
  expect((await ImageClassifier.fromPretrained(folder)).labels).toEqual(["a", "LABEL_1", "LABEL_2"]);
  expect(said.join()).toContain("names outputs that the head of 3 does not have: 7");
  change({ problem_type: "regression" });
  expect((await ImageClassifier.fromPretrained(folder)).task).toBe("regression");
  expect((await ImageClassifier.fromPretrained(folder, { labels: ["x", "y"] })).task).toBe("single");
  expect((await ImageClassifier.fromPretrained(folder, { labels: ["x", "y"], task: "multi" })).task).toBe("multi");
});

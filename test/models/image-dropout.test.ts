import { readdirSync, readFileSync } from "node:fs";
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { dropoutSites, installMasks } from "../../src/bayesian/dropout-sites.js";
import { patchModule } from "../../src/bayesian/patch-module.js";
import type { Dataset } from "../../src/core/dataset.js";
import type { ImageInput } from "../../src/data/images/image-input.js";
import { createSession, type Feed } from "../../src/engine/runtime/session.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { importImageOnnx } from "../../src/models/images/import-image-onnx.js";
import { torchvisionDropout } from "../../src/models/images/torchvision-dropout.js";
import { temporaryFolder } from "../temporary-folder.js";
import { maxDifference } from "./tiny.js";

/** Made by image-dropout/make_exports.py. */
interface Expected {
  readonly config: Readonly<Record<string, unknown>>;
  /** Of a training pass, in its order. */
  readonly sites: readonly { readonly module: string; readonly rate: number; readonly unit: "element" | "item" }[];
  /** Where the n-th site multiplies by 1 + n / 16. */
  readonly logits: readonly number[];
}

const path = (file: string) => fileURLToPath(new URL(`image-dropout/${file}`, import.meta.url));
const expected = JSON.parse(readFileSync(path("expected.json"), "utf8")) as Record<string, Expected>;
const SIZE = 32;
const COUNT = 3 * SIZE * SIZE;
const pixels = Float32Array.from({ length: 2 * COUNT }, (_, i) => Math.sin(0.7 * i));
const files = readdirSync(path("")).filter((file) => file.endsWith(".onnx"));
const cases = files.map((file) => ({ file, name: file.replace(/_\w+\.onnx$/, "") }));

function load(file: string, hubConfig: Expected["config"]) {
  return importImageOnnx(path(file), {
    ...{ imageSize: [SIZE, SIZE], seed: 1, hubConfig },
    chooseLabels: (own) => ({ labels: Array.from({ length: own }, (_, i) => `${i}`), isFresh: false, task: "single" }),
  });
}

async function folderOf(file: string, config: Expected["config"]): Promise<string> {
  const folder = temporaryFolder();
  await copyFile(path(file), join(folder, "model.onnx"));
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  return folder;
}

const dataset: Dataset<ImageInput> = {
  length: 2,
  at: (index) => ({
    index,
    input: {
      name: `${index}`,
      load: () => ({ shape: [3, SIZE, SIZE], data: pixels.subarray(index * COUNT, (index + 1) * COUNT) }),
    },
    target: index,
  }),
};

async function draws(model: ImageClassifier): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const { data } of model.predict(dataset, { iterations: 40, seed: 2 })) found.push(...data);
  return found;
}

describe.each(cases)("$file, exported in evaluation mode", ({ file, name }) => {
  const { config, sites, logits } = expected[name]!;

  it("has the dropout that a training pass of its source applies, at its places", async () => {
    const imported = await load(file, config);
    const { graph } = imported;
    expect(imported.unplacedDropout).toEqual([]);
    const active = dropoutSites(graph).filter(({ rate }) => rate > 0);
    expect(active.map(({ rate }) => Number(rate.toPrecision(5)))).toEqual(sites.map(({ rate }) => Number(rate.toPrecision(5))));
    expect(new Set(active.map((site) => site.name)).size).toBe(sites.length);
    const { graph: masked, masks, unusable } = installMasks(graph, ({ rate }) => rate > 0);
    expect(unusable).toEqual([]);
    const feeds = new Map<string, Feed>();
    for (const [key, { dims, data }] of imported.weights) feeds.set(key, { dtype: "float32", dims, data });
    feeds.set("pixel_values", { dtype: "float32", dims: [2, 3, SIZE, SIZE], data: pixels });
    for (const [i, { input }] of masks.entries()) {
      const dims = masked.inputs.get(input)!.shape!.map((dim) => (dim === "batch" ? 2 : Number(dim)));
      // One number for each item: the rest of the mask has one element.
      expect(dims.slice(1).every((dim) => dim === 1)).toBe(sites[i]!.unit === "item");
      const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1)).fill(1 + (i + 1) / 16);
      feeds.set(input, { dtype: "float32", dims, data });
    }
    const results = await (await createSession(masked, { threads: 1 })).run(feeds);
    const found = results.get(masked.outputs[0]!)!.data as Float32Array;
    expect(maxDifference(found, logits) / Math.max(...logits.map(Math.abs))).toBeLessThan(1e-5);
  });

  it("draws by them, the same when it is saved and loaded; a rate that is asked for stands in front of the last layer", async () => {
    const model = await ImageClassifier.fromPretrained(await folderOf(file, config));
    expect(model.importReport.unplacedDropout).toEqual([]);
    expect(model.loadingReport.remarks.join()).toMatch(sites.length === 0 ? /no dropout.*dropout: 0\.3/ : /^$/);
    const asked = await ImageClassifier.fromPretrained(await folderOf(file, config), { dropout: 0.4 });
    expect(asked.dropoutSites.at(-1)).toMatchObject({ rate: 0.4, place: "head" });
    const chosen = sites.length > 0 ? model : asked;
    patchModule(chosen);
    const found = await draws(chosen);
    expect(new Set(found.slice(0, 40)).size).toBeGreaterThan(1);
    const folder = join(temporaryFolder(), "model");
    await chosen.save(folder);
    const again = await ImageClassifier.fromPretrained(folder);
    patchModule(again);
    expect(await draws(again)).toEqual(found);
  });
});

it("knows an export's network by config.json alone: nothing is made up for another type, and nothing is said falsely", async () => {
  const model = await ImageClassifier.fromPretrained(await folderOf("vit_legacy.onnx", { model_type: "of-tomorrow" }));
  expect(model.dropoutSites.map(({ rate }) => rate)).toEqual([0]);
  expect(model.loadingReport.remarks.join()).toMatch(
    /no dropout, for what its network drops out is neither in config\.json nor known/,
  );
});

it("names what has no place: the attention of windows, whose masks would be of several items", async () => {
  const config = { ...expected["swin-v2"]!.config, attention_probs_dropout_prob: 0.1 };
  const { unplacedDropout, remarks, graph } = await load("swin-v2_legacy.onnx", config);
  const at = "model.swinv2.encoder.layers.0.blocks";
  expect([...unplacedDropout].sort()).toEqual([
    `${at}.0.attention.output.dropout`,
    `${at}.0.attention.self.dropout`,
    `${at}.1.attention.output.dropout`,
    `${at}.1.attention.self.dropout`,
  ]);
  expect(remarks.join()).toContain("dropout of the source that has no place here");
  // The last block has one window.
  expect(dropoutSites(graph).filter(({ rate }) => rate > 0)).toHaveLength(expected["swin-v2"]!.sites.length + 2);
});

/** Rates of torchvision's published networks. */
const published = JSON.parse(readFileSync(path("published.json"), "utf8")) as Record<
  string,
  { readonly last: number; readonly blocks: number; readonly width: number; readonly dropout: number }
>;
const MODULES: Readonly<Record<string, (block: number) => string>> = {
  convnext: (block) => `features.1.${block}.block.5`,
  efficientnet: (block) => `features.1.${block}.block.0.0`,
  swin: (block) => `features.1.${block}.attn.qkv`,
};

it.each(Object.entries(published))("tells torchvision's %s by its size", (name, { last, blocks, width, dropout }) => {
  const paths = Array.from({ length: blocks }, (_, block) => MODULES[/^[a-z]+/.exec(name)![0]]!(block));
  const found = torchvisionDropout(paths, width)!;
  expect(found.sites[0]!.rate(blocks - 1, blocks)).toBeCloseTo(last, 5);
  expect(found.head.rate).toBe(dropout);
});

it("has an export of each model that the script makes", () => {
  expect([...new Set(cases.map(({ name }) => name))].sort()).toEqual(Object.keys(expected).sort());
});

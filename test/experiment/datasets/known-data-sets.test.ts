import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../../src/core/dataset.js";
import type { ImageInput } from "../../../src/data/images/image-input.js";
import { setUpCell } from "../../../src/experiment/cell-setup.js";
import { experimentDatasets } from "../../../src/experiment/datasets/dataset-table.js";
import { loadExperimentData } from "../../../src/experiment/load-experiment-data.js";
import { prepareExperiment } from "../../../src/experiment/prepare-experiment.js";
import { itShared, sharedPath } from "../../shared.js";
import { temporaryFolder } from "../../temporary-folder.js";

/** As MNIST's files: `count` images of one grey level each, labels 0 to 9 in turn. */
async function writeTinyMnist(folder: string, count: number): Promise<void> {
  const idx = (dims: readonly number[], data: Uint8Array) => {
    const head = Buffer.alloc(4 + 4 * dims.length);
    head.writeUInt32BE(0x0800 + dims.length);
    dims.forEach((dim, i) => void head.writeUInt32BE(dim, 4 + 4 * i));
    return gzipSync(Buffer.concat([head, data]));
  };
  await mkdir(folder, { recursive: true });
  for (const part of ["train", "t10k"]) {
    const pixels = new Uint8Array(count * 784).map((_, i) => Math.floor(i / 784));
    await writeFile(join(folder, `${part}-images-idx3-ubyte.gz`), idx([count, 28, 28], pixels));
    await writeFile(
      join(folder, `${part}-labels-idx1-ubyte.gz`),
      idx(
        [count],
        new Uint8Array(count).map((_, i) => i % 10),
      ),
    );
  }
}

const cnn = { model: { architecture: "small-cnn" }, strategies: ["random"], querySize: 1, steps: 1, initialLabels: 2 };

describe("the data sets known by name", () => {
  it("all say where they come from and what they may be used for", () => {
    for (const { name, about, licence, source } of experimentDatasets.values())
      for (const text of [name, about, licence, source]) expect(text).not.toBe("");
  });

  it("repeated-mnist cuts first, repeats then, and adds noise of its own to each copy's normalised pixels", async () => {
    const folder = temporaryFolder();
    await writeTinyMnist(join(folder, "mnist"), 50);
    const dataset = { name: "repeated-mnist", times: 3, baseItems: 20, seed: 5 };
    const prepared = await prepareExperiment({ ...cnn, dataset }, { dataDir: folder });
    const level = prepared.pool.map(({ image }) => (image as { data: Uint8Array }).data[0]!);
    expect(level).toHaveLength(60);
    expect(level.slice(0, 20)).toEqual(level.slice(20, 40));
    expect(new Set(level).size).toBe(20);
    const { train, test } = await setUpCell(prepared, { seed: 1 });
    const [first, copy] = [await pixels(train as Dataset<ImageInput>, 0), await pixels(train as Dataset<ImageInput>, 20)];
    const clean = (level[0]! / 255 - 0.1307) / 0.3081;
    for (const noisy of [first, copy]) {
      const noise = noisy.map((value) => value - clean);
      const mean = noise.reduce((a, b) => a + b, 0) / 784;
      const deviation = Math.sqrt(noise.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 784);
      expect(Math.abs(mean)).toBeLessThan(0.02);
      expect(deviation).toBeGreaterThan(0.09);
      expect(deviation).toBeLessThan(0.11);
    }
    expect(first).not.toEqual(copy);
    // Not in the test images, and the same whenever the data are read.
    expect(new Set(await pixels(test as Dataset<ImageInput>, 3)).size).toBe(1);
    const again = await setUpCell(await prepareExperiment({ ...cnn, dataset }, { dataDir: folder }), { seed: 2 });
    expect(await pixels(again.train as Dataset<ImageInput>, 20)).toEqual(copy);
  });

  it("says what was read", async () => {
    const folder = temporaryFolder();
    const content = JSON.stringify({
      ...{ train: [["a b", "x"]], val: [["a", "x"]], test: [["b", "y"]] },
      ...{ oos_train: [["c", "oos"]], oos_val: [["d", "oos"]], oos_test: [["e", "oos"]] },
    });
    await writeFile(join(folder, "data_small.json"), content);
    const { about, test, outOfScopeLabel } = await loadExperimentData(
      { name: "clinc_oos", variant: "small" },
      { dataDir: folder },
    );
    expect(about.files).toEqual([
      { name: "data_small.json", bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") },
    ]);
    expect(test).toEqual([
      { text: "b", intent: "y" },
      { text: "e", intent: "oos" },
    ]);
    expect(outOfScopeLabel).toBe("oos");
    expect(about.licence).toBe("CC BY 3.0");
  });

  it("says where the full variant is to be had", async () => {
    await expect(loadExperimentData({ name: "clinc_oos" }, {})).rejects.toMatchObject({
      ...{ code: "E_FILE_NOT_FOUND", message: expect.stringContaining("github.com/clinc/oos-eval") },
    });
  });

  it("has the embedded ones at hand", async () => {
    expect((await loadExperimentData({ name: "intents", testItems: 100 }, {})).about.items).toEqual({
      ...{ train: 3000, validation: 0, test: 100 },
    });
    expect((await loadExperimentData({ name: "shapes" }, {})).about.items.train).toBe(2000);
  });

  itShared("reads the published files", async () => {
    const place = { dataDir: sharedPath("data") };
    const clinc = await loadExperimentData({ name: "clinc_oos", variant: "plus" }, place);
    expect(clinc.about).toMatchObject({ items: { train: 15_250, validation: 3_100, test: 5_500 }, classes: 151 });
    expect((await loadExperimentData({ name: "mnist" }, place)).about.items.train).toBe(60_000);
    expect((await loadExperimentData({ name: "cifar10" }, place)).about.items).toEqual({
      train: 10_000,
      validation: 0,
      test: 2_000,
    });
  });
});

async function pixels(dataset: Dataset<ImageInput>, position: number): Promise<number[]> {
  return Array.from((await dataset.at(position).input.load()).data);
}

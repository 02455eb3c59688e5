import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ActiveLearningDataset } from "../../../src/active/active-learning-dataset.js";
import { checkImages, withoutBadImages } from "../../../src/data/images/check-images.js";
import { ImageDataset, type ImageDatasetOptions } from "../../../src/data/images/image-dataset.js";
import type { ImageInput } from "../../../src/data/images/image-input.js";
import { imageProcessor } from "../../../src/data/images/plain-image-processor.js";
import { readImageFolder } from "../../../src/data/images/sources/read-image-folder.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { encode, picture, pngClaiming } from "./pictures.js";

const processor = imageProcessor({ size: [8, 12], mean: 0.5, std: 0.5 });

async function png(channels: 1 | 3 = 3): Promise<Buffer> {
  return encode(picture(12, 8, channels))
    .png()
    .toBuffer();
}

async function values(input: ImageInput): Promise<number[]> {
  return [...(await input.load()).data];
}

describe("ImageDataset", () => {
  it("takes paths, addresses of data, bytes, {bytes, path} and pixels, and gives the same for all", async () => {
    const folder = temporaryFolder();
    const bytes = await png();
    await writeFile(join(folder, "a b.png"), bytes);
    const images = [
      "a b.png",
      join(folder, "a b.png"),
      new URL(`file://${folder}/a%20b.png`),
      `data:image/png;base64,${bytes.toString("base64")}`,
      bytes,
      new Uint8Array(bytes),
      { bytes: new Uint8Array(bytes), path: "x.png" },
      { bytes: null, path: "a b.png" },
      picture(12, 8),
    ];
    const dataset = new ImageDataset(
      images.map((image, i) => ({ image, label: i % 2 ? "cat" : "dog" })),
      { processor, root: folder },
    );
    expect(dataset.labels).toEqual(["cat", "dog"]);
    const expected = await values(dataset.at(0).input);
    const keys = await Promise.all(images.map((_, i) => dataset.at(i).input.contentKey!()));
    for (let i = 0; i < images.length; i++) {
      const { index, input, target } = dataset.at(i);
      expect([index, target]).toEqual([i, i % 2 ? 0 : 1]);
      expect(await values(input)).toEqual(expected);
    }
    expect(new Set(keys.slice(0, 8)).size).toBe(1);
    expect(keys[8]).not.toBe(keys[0]);
    expect(dataset.at(0).input.name).toBe(join(folder, "a b.png"));
    expect(dataset.at(6).input.name).toBe('Row 6, column "image" (x.png)');
  });

  it("loads pixels of the right size at once, without a promise", () => {
    const dataset = new ImageDataset([{ image: picture(12, 8, 1) }], {
      processor: imageProcessor({ size: [8, 12], channels: 1 }),
    });
    const loaded = dataset.at(0).input.load();
    expect(loaded).not.toBeInstanceOf(Promise);
    expect(loaded).toMatchObject({ shape: [1, 8, 12] });
  });

  it("resizes pixels of another size, and gives grey ones three channels", async () => {
    for (const channels of [1, 3] as const) {
      const dataset = new ImageDataset([{ image: picture(24, 16, channels) }], { processor });
      const { shape, data } = await dataset.at(0).input.load();
      expect(shape).toEqual([3, 8, 12]);
      if (channels === 1) expect(data.slice(0, 96)).toEqual(data.slice(96, 192));
    }
  });

  it("names content by bytes and processor", async () => {
    const bytes = await png();
    const key = (image: unknown, size: readonly [number, number] = [8, 12]) =>
      new ImageDataset([{ image }], { processor: imageProcessor({ size }) }).at(0).input.contentKey!();
    expect(await key(bytes)).toBe(await key(new Uint8Array(bytes)));
    expect(await key(bytes)).not.toBe(await key(bytes, [8, 13]));
    expect(await key(bytes)).not.toBe(await key(await png(1)));
    expect(await key({ width: 2, height: 3, channels: 1, data: new Uint8Array(6) })).not.toBe(
      await key({ width: 3, height: 2, channels: 1, data: new Uint8Array(6) }),
    );
  });

  it("augments by seed, epoch and item, in epochs only", async () => {
    const rows = Array.from({ length: 3 }, () => ({ image: picture(12, 8), label: 0 }));
    const seen: number[] = [];
    const augment: ImageDatasetOptions["augment"] = (image, random) => {
      const value = random.integer(0, 255);
      seen.push(value);
      return { ...image, data: new Uint8Array(image.data.length).fill(value) };
    };
    const make = (seed: number) => new ImageDataset(rows, { processor, augment, seed });
    const first = async (seed: number, epoch: number, item: number) =>
      (await values(make(seed).inEpoch(epoch).at(item).input))[0];
    const base = await first(0, 0, 0);
    expect(await first(0, 0, 0)).toBe(base);
    expect(new Set([base, await first(0, 0, 1), await first(0, 1, 0), await first(1, 0, 0), await first(0, 1, 1)]).size).toBe(5);
    const input = make(0).inEpoch(2).at(1).input;
    expect(await values(input)).toEqual(await values(input));
    expect(input.contentKey).toBeUndefined();
    const plain = new ImageDataset(rows, { processor });
    seen.length = 0;
    expect(await values(make(0).at(1).input)).toEqual(await values(plain.at(1).input));
    expect(seen).toEqual([]);
    expect(plain.inEpoch(1)).toBe(plain);
  });

  it("refuses rows without images, unknown labels and positions out of range", () => {
    const make = (rows: readonly Record<string, unknown>[], options = {}) => new ImageDataset(rows, { processor, ...options });
    expect(() => make([{ file: "a.png" }])).toThrow(/no column "image"; its columns are "file"/);
    expect(() => make([{ image: 7 }])).toThrow(expect.objectContaining({ code: "E_DATA" }));
    expect(() => make([{ image: "" }])).toThrow(/Row 0, column "image"/);
    expect(() => make([{ image: "s3://bucket/a.png" }])).toThrow(/files, http, https and data addresses/);
    expect(() => make([{ image: "a.png", label: "x" }], { labels: ["y"] })).toThrow(
      expect.objectContaining({ code: "E_LABEL_UNKNOWN" }),
    );
    expect(() => make([{ image: "a.png" }], { labelKey: "klass" })).toThrow(/klass/);
    expect(() => make([{ image: "a.png" }]).at(1)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });

  it("can be labelled actively", async () => {
    const rows = Array.from({ length: 6 }, (_, i) => ({ image: picture(12, 8), label: i % 2 }));
    const active = new ActiveLearningDataset(new ImageDataset(rows, { processor }), { seed: 1 });
    active.labelRandomly(2);
    expect(active.pool.length).toBe(4);
    expect(await values(active.at(0).input)).toHaveLength(288);
  });

  it("is augmented through views and labelled items too, by dataset index, and only in epochs", async () => {
    const rows = Array.from({ length: 6 }, (_, i) => ({ image: picture(12, 8), label: i % 2 }));
    const augment: ImageDatasetOptions["augment"] = (image, random) => ({
      ...image,
      data: new Uint8Array(image.data.length).fill(random.integer(0, 255)),
    });
    const dataset = new ImageDataset(rows, { processor, augment });
    const active = new ActiveLearningDataset(dataset);
    active.label([4, 1], [0, 0]);
    const expected = await values(dataset.inEpoch(3).at(4).input);
    for (const labelled of [active, active.labelled, active.lastActiveSteps(1)]) {
      const { index, input, target } = labelled.inEpoch!(3).at(0);
      expect([index, target]).toEqual([4, 0]);
      expect(await values(input)).toEqual(expected);
      expect(await values(labelled.at(0).input)).toEqual(await values(dataset.at(4).input));
    }
    const texts = new ActiveLearningDataset({ length: 1, at: () => ({ index: 0, input: "text", target: 1 }) });
    texts.label([0]);
    expect(texts.inEpoch(5).at(0)).toEqual({ index: 0, input: "text", target: 1 });
    expect(texts.labelled.inEpoch).toBeUndefined();
  });

  it("reads a file anew each time", async () => {
    const path = join(temporaryFolder(), "a.png");
    const input = new ImageDataset([{ image: path }], { processor }).at(0).input;
    for (const [width, height] of [
      [12, 8],
      [40, 20],
      [5, 5],
    ] as const) {
      const bytes = await encode(picture(width, height)).png().toBuffer();
      await writeFile(path, bytes);
      expect(await values(input)).toEqual(await values(new ImageDataset([{ image: bytes }], { processor }).at(0).input));
    }
  });
});

describe("checkImages", () => {
  async function mixedFolder(): Promise<string> {
    const folder = temporaryFolder();
    const good = await png();
    const files = {
      "cat/1.png": good,
      "cat/2.png": good.subarray(0, 90),
      "dog/1.png": await pngClaiming(50_000, 50_000),
      "dog/2.png": good,
      "dog/3.jpg": Buffer.from("no image"),
      "dog/4.png": good,
    };
    for (const name of ["cat", "dog"]) await mkdir(join(folder, name));
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
    return folder;
  }

  it("lists the images that cannot be used, with name and reason", async () => {
    const folder = await mixedFolder();
    const dataset = new ImageDataset(await readImageFolder(folder), { processor });
    await rm(join(folder, "dog/4.png"));
    const progress: number[] = [];
    const bad = await checkImages(dataset, { concurrency: 3, onProgress: ({ done }) => progress.push(done) });
    expect(bad.map(({ index }) => index)).toEqual([1, 2, 4, 5]);
    expect(bad.map(({ name }) => name.slice(folder.length + 1))).toEqual(["cat/2.png", "dog/1.png", "dog/3.jpg", "dog/4.png"]);
    expect(bad[3]!.reason).toMatch(/dog\/4\.png cannot be used: there is no such file/);
    expect(progress).toEqual([1, 2, 3, 4, 5, 6]);
    const active = new ActiveLearningDataset(dataset);
    active.exclude(bad.map(({ index }) => index));
    expect(active.poolIndices).toEqual([0, 3]);
  });

  it("skips them", async () => {
    const dataset = new ImageDataset(await readImageFolder(await mixedFolder()), { processor });
    const { dataset: rest, bad } = await withoutBadImages(dataset);
    expect(bad).toHaveLength(3);
    expect([rest.length, rest.labels]).toEqual([3, ["cat", "dog"]]);
    expect([0, 1, 2].map((i) => rest.at(i).target)).toEqual([0, 1, 1]);
    expect(rest.at(1).input.name).toMatch(/dog\/2\.png$/);
    expect((await withoutBadImages(rest)).dataset).toBe(rest);
  });

  it("stops when it is told to, and does not hide other errors", async () => {
    const dataset = new ImageDataset([{ image: picture(12, 8) }], { processor });
    await expect(checkImages(dataset, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "E_ABORTED" });
    const broken = {
      length: 1,
      at: () => ({ index: 0, target: undefined, input: { name: "x", load: () => Promise.reject(new RangeError("bug")) } }),
    };
    await expect(checkImages(broken)).rejects.toThrow("bug");
    await expect(checkImages(dataset, { concurrency: 0 })).rejects.toMatchObject({ code: "E_ARGUMENT" });
  });
});

import { createWriteStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import { ImageDataset } from "../../../../src/data/images/image-dataset.js";
import { imageProcessor } from "../../../../src/data/images/plain-image-processor.js";
import { readCifar10 } from "../../../../src/data/images/sources/read-cifar10.js";
import { readImageArchive } from "../../../../src/data/images/sources/read-image-archive.js";
import { itShared, sharedPath } from "../../../shared.js";
import { temporaryFolder } from "../../../temporary-folder.js";
import { encode, picture } from "../pictures.js";

async function tarOf(files: Readonly<Record<string, Buffer>>, name = "set.tar"): Promise<string> {
  const archive = pack();
  for (const [path, bytes] of Object.entries(files)) archive.entry({ name: path }, bytes);
  archive.entry({ name: "set/train/link.png", type: "symlink", linkname: "a.png" });
  archive.finalize();
  const path = join(temporaryFolder(), name);
  await pipeline(archive, createWriteStream(path));
  return path;
}

async function packed(path: string): Promise<string> {
  await writeFile(`${path}.gz`, gzipSync(await readFile(path)));
  return `${path}.gz`;
}

const long = "l".repeat(120);

async function pictures() {
  const png = async (edge: number) => encode(picture(edge, edge)).png().toBuffer();
  return {
    "./set/train/dog/2.png": await png(20),
    [`set/train/cat/${long}.png`]: await png(10),
    "set/test/dog/1.png": await png(30),
    "set/train/dog/.hidden.png": await png(8),
    "set/train/readme.txt": Buffer.from("text"),
    "set/train/dog/1.png": await png(15),
  };
}

describe("readImageArchive", () => {
  it("reads plain and packed archives: the folders of the data are the classes, sorted by path", async () => {
    const files = await pictures();
    const plain = await tarOf(files);
    for (const archive of [plain, await packed(plain)]) {
      const rows = await readImageArchive(archive, { folder: "set/train/" });
      expect(rows.map(({ path, label }) => [path, label])).toEqual([
        [`set/train/cat/${long}.png`, "cat"],
        ["set/train/dog/1.png", "dog"],
        ["set/train/dog/2.png", "dog"],
      ]);
      for (const [i, name] of [`set/train/cat/${long}.png`, "set/train/dog/1.png", "./set/train/dog/2.png"].entries()) {
        const { image } = rows[i]!;
        expect(Buffer.from(await (image as { bytes: () => Uint8Array | Promise<Uint8Array> }).bytes())).toEqual(
          files[name as keyof typeof files],
        );
      }
      const dataset = new ImageDataset(rows, { processor: imageProcessor({ size: [8, 8] }) });
      expect((await dataset.at(0).input.load()).shape).toEqual([3, 8, 8]);
      expect(dataset.at(0).input.name).toMatch(/set\.tar(\.gz)?\/set\/train\/cat\/l+\.png$/);
      await expect(readImageArchive(archive)).rejects.toThrow(/subfolders test, train.*\{ folder: "set\/train" \}/);
    }
  });

  it("refuses missing and damaged archives and such without images", async () => {
    const plain = await tarOf(await pictures());
    const gz = await packed(plain);
    await expect(readImageArchive("/no/such.tar")).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
    await expect(readImageArchive(plain, { folder: "other" })).rejects.toThrow(/no images below "other"/);
    await expect(readImageArchive(plain, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "E_ABORTED" });
    for (const path of [plain, gz]) {
      const bytes = await readFile(path);
      await writeFile(path, bytes.subarray(0, Math.min(800, bytes.length / 2)));
      await expect(readImageArchive(path)).rejects.toMatchObject({ code: "E_DATA" });
      await writeFile(path, Buffer.from("no archive at all".repeat(100)));
      await expect(readImageArchive(path)).rejects.toMatchObject({ code: "E_DATA" });
    }
  });

  it("names an image of an archive that was cut short later", async () => {
    const plain = await tarOf(await pictures());
    const rows = await readImageArchive(plain, { folder: "set/train" });
    await writeFile(plain, (await readFile(plain)).subarray(0, 600));
    const dataset = new ImageDataset(rows, { processor: imageProcessor({ size: [8, 8] }) });
    await expect(dataset.at(2).input.load()).rejects.toMatchObject({ code: "E_DATA" });
  });

  itShared("reads the CIFAR-10 subset", async () => {
    const rows = await readImageArchive(sharedPath("data", "cifar10-subset.tar.gz"), { folder: "cifar10/test" });
    expect(rows).toHaveLength(2000);
    const dataset = new ImageDataset(rows, { processor: imageProcessor({ size: [32, 32], mean: 0.5, std: 0.25 }) });
    expect(dataset.labels).toEqual(["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]);
    expect(rows.filter(({ label }) => label === "frog")).toHaveLength(200);
    const { shape, data } = await dataset.at(1999).input.load();
    expect([shape, data.length]).toEqual([[3, 32, 32], 3072]);
  });
});

describe("readCifar10", () => {
  /** Records whose image is one colour: red = 10 * label, green = 20, blue = its number. */
  function batch(...labels: readonly number[]): Buffer {
    return Buffer.concat(
      labels.map((label, i) =>
        Buffer.concat([Buffer.from([label]), Buffer.alloc(1024, 10 * label), Buffer.alloc(1024, 20), Buffer.alloc(1024, i)]),
      ),
    );
  }

  it("reads a folder, an archive or one file", async () => {
    const files = {
      "cifar-10-batches-bin/data_batch_2.bin": batch(9, 0),
      "cifar-10-batches-bin/data_batch_1.bin": batch(3),
      "cifar-10-batches-bin/test_batch.bin": batch(5, 5, 1),
      "cifar-10-batches-bin/readme.html": Buffer.from("x"),
    };
    const archive = await packed(await tarOf(files));
    const folder = temporaryFolder();
    for (const [path, bytes] of Object.entries(files)) await writeFile(join(folder, path.split("/")[1]!), bytes);
    for (const path of [archive, folder]) {
      const rows = await readCifar10(path);
      expect(rows.map(({ label }) => label)).toEqual(["cat", "truck", "airplane"]);
      expect([...rows[1]!.image.data.subarray(0, 6)]).toEqual([90, 20, 0, 90, 20, 0]);
      expect([...rows[2]!.image.data.subarray(-3)]).toEqual([0, 20, 1]);
      expect((await readCifar10(path, { split: "test" })).map(({ label }) => label)).toEqual(["dog", "dog", "automobile"]);
    }
    expect(await readCifar10(join(folder, "data_batch_2.bin"))).toHaveLength(2);
  });

  it("refuses missing and damaged files", async () => {
    const folder = temporaryFolder();
    await expect(readCifar10(folder)).rejects.toThrow(/none of CIFAR-10's files for train/);
    await expect(readCifar10(join(folder, "x"))).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
    await writeFile(join(folder, "data_batch_1.bin"), batch(1).subarray(1));
    await expect(readCifar10(folder)).rejects.toThrow(/no multiple of 3073/);
    await writeFile(join(folder, "data_batch_1.bin"), batch(1, 10));
    await expect(readCifar10(folder)).rejects.toThrow(/image 1 has the class 10/);
  });
});

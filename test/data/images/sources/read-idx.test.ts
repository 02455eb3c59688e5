import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ImageDataset } from "../../../../src/data/images/image-dataset.js";
import { imageProcessor } from "../../../../src/data/images/plain-image-processor.js";
import { readIdx, readIdxImages } from "../../../../src/data/images/sources/read-idx.js";
import { itShared, sharedPath } from "../../../shared.js";
import { temporaryFolder } from "../../../temporary-folder.js";

function idx(dims: readonly number[], values: readonly number[], kind = 8): Buffer {
  const head = Buffer.alloc(4 + 4 * dims.length);
  head.set([0, 0, kind, dims.length]);
  for (const [axis, dim] of dims.entries()) head.writeUInt32BE(dim, 4 + 4 * axis);
  return Buffer.concat([head, Buffer.from(values)]);
}

describe("readIdx", () => {
  it("reads unsigned bytes, packed or not", async () => {
    const folder = temporaryFolder();
    const bytes = idx([2, 1, 2], [1, 2, 3, 255]);
    await writeFile(join(folder, "plain"), bytes);
    await writeFile(join(folder, "packed.gz"), gzipSync(bytes));
    for (const name of ["plain", "packed.gz"]) {
      const { dims, data } = await readIdx(join(folder, name));
      expect([dims, [...data]]).toEqual([
        [2, 1, 2],
        [1, 2, 3, 255],
      ]);
    }
  });

  it("refuses other files and such as are cut short", async () => {
    const folder = temporaryFolder();
    const bad: readonly (readonly [Buffer, RegExp])[] = [
      [Buffer.from("hello world"), /no IDX file/],
      [Buffer.alloc(2), /no IDX file/],
      [idx([2], [1, 2], 0x0d), /0x0d/],
      [idx([3], [1, 2]), /3 values, but 2 bytes/],
      [idx([1], [1, 2]), /1 values, but 2 bytes/],
      [gzipSync(idx([2], [1, 2])).subarray(0, 20), /could not be read/],
    ];
    for (const [bytes, message] of bad) {
      await writeFile(join(folder, "x"), bytes);
      await expect(readIdx(join(folder, "x"))).rejects.toMatchObject({ code: "E_DATA" });
      await expect(readIdx(join(folder, "x"))).rejects.toThrow(message);
    }
    await expect(readIdx(join(folder, "none"))).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
  });

  it("puts images and labels together, and refuses files that do not belong together", async () => {
    const folder = temporaryFolder();
    const [images, labels, other] = ["images", "labels", "other"].map((name) => join(folder, name)) as [string, string, string];
    await writeFile(images, idx([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
    await writeFile(labels, idx([2], [7, 3]));
    await writeFile(other, idx([3], [7, 3, 1]));
    const rows = await readIdxImages(images, labels);
    expect(rows[1]).toEqual({ image: { width: 3, height: 2, channels: 1, data: Buffer.from([7, 8, 9, 10, 11, 12]) }, label: 3 });
    expect("label" in (await readIdxImages(images))[0]!).toBe(false);
    await expect(readIdxImages(images, other)).rejects.toThrow(/each of the 2 images/);
    await expect(readIdxImages(labels)).rejects.toThrow(/1 axes/);
  });

  itShared("reads MNIST", async () => {
    const mnist = (name: string) => sharedPath("data", "mnist", name);
    const rows = await readIdxImages(mnist("t10k-images-idx3-ubyte.gz"), mnist("t10k-labels-idx1-ubyte.gz"));
    expect(rows).toHaveLength(10_000);
    // The first labels of the test set, known to everybody who has worked with it.
    expect(rows.slice(0, 10).map(({ label }) => label)).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    const dataset = new ImageDataset(rows, {
      processor: imageProcessor({ size: [28, 28], channels: 1, mean: 0.1307, std: 0.3081 }),
    });
    expect(dataset.labels).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    let sum = 0;
    for (let i = 0; i < 2000; i++) {
      const { data } = await dataset.at(i).input.load();
      sum += data.reduce((total, x) => total + x, 0) / data.length;
    }
    expect(Math.abs(sum / 2000)).toBeLessThan(0.05);
  });
});

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkImages } from "../../../../src/data/images/check-images.js";
import { decodeImage, encodePng, readImageHeader } from "../../../../src/data/images/decode-image.js";
import { ImageDataset } from "../../../../src/data/images/image-dataset.js";
import { imageProcessor } from "../../../../src/data/images/plain-image-processor.js";
import { imageClasses } from "../../../../src/data/images/sources/image-classes.js";
import { readImageArchive } from "../../../../src/data/images/sources/read-image-archive.js";
import { readImageFolder } from "../../../../src/data/images/sources/read-image-folder.js";
import { temporaryFolder } from "../../../temporary-folder.js";

const png = await encodePng({ width: 4, height: 4, channels: 3, data: new Uint8Array(48).fill(90) });
let said: string[];

beforeEach(() => {
  said = [];
  vi.spyOn(process, "emitWarning").mockImplementation((message) => void said.push(String(message)));
});

afterEach(() => {
  vi.restoreAllMocks();
});

function folderOf(...paths: readonly string[]): string {
  const folder = temporaryFolder();
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), png);
  }
  return folder;
}

/** The folder as an archive, with or without its own name in the paths. */
function archiveOf(folder: string, root: "named" | "dot" | "deep"): string {
  const archive = join(temporaryFolder(), "images.tar");
  const outer = join(temporaryFolder(), "a");
  cpSync(folder, join(outer, "b", "set"), { recursive: true });
  const [from, what] = { named: [join(outer, "b"), "set"], dot: [folder, "."], deep: [dirname(outer), "a"] }[root] as [
    string,
    string,
  ];
  execFileSync("tar", ["cf", archive, "-C", from, what]);
  return archive;
}

const LAYOUTS: readonly (readonly [string, readonly string[]])[] = [
  ["a folder per class", ["cat/0.png", "dog/1.png"]],
  ["classes with subfolders", ["cat/tabby/0.png", "cat/siamese/1.png", "dog/pug/2.png"]],
  ["classes with and without", ["cat/0.png", "cat/tabby/1.png", "dog/pug/old/2.png"]],
];

describe("classes", () => {
  it.each(LAYOUTS.flatMap(([name, paths]) => (["named", "dot", "deep"] as const).map((root) => [name, root, paths] as const)))(
    "are the same in a folder and in its archive: %s (%s)",
    async (_name, root, paths) => {
      const folder = folderOf(...paths);
      const expected = (await readImageFolder(folder)).map(({ image, label }) => [image.slice(folder.length + 1), label]);
      const rows = await readImageArchive(archiveOf(folder, root));
      const byPath = new Map(rows.map(({ path, label }) => [path.replace(/^(a\/b\/)?(set\/)?/, ""), label]));
      expect([...byPath].sort()).toEqual(expected.sort());
      expect(new Set(byPath.values())).toEqual(new Set(["cat", "dog"]));
    },
  );

  it("are one where an archive has a single folder, and none where it has none", async () => {
    expect((await readImageArchive(archiveOf(folderOf("cat/0.png", "cat/1.png"), "dot"))).map(({ label }) => label)).toEqual([
      "cat",
      "cat",
    ]);
    expect((await readImageArchive(archiveOf(folderOf("0.png"), "dot"))).map(({ label }) => label)).toEqual([""]);
  });

  it.each([
    [["train/cat/0.png", "test/cat/1.png"], /subfolders test, train.*--data \S+\/train --eval-data \S+\/test/],
    [["training/cat/0.png", "validation/cat/1.png", "test/cat/2.png"], /--data \S+\/training --eval-data \S+\/validation/],
    [["Train/cat/0.png"], /subfolders Train/],
    [["val/cat/0.png", "dev/dog/1.png"], /subfolders dev, val/],
  ])("are not the splits of a data set: %j", async (paths, message) => {
    const folder = folderOf(...paths);
    await expect(readImageFolder(folder)).rejects.toThrow(message);
    expect(() => imageClasses(paths, "data.tar")).toThrow(/parts of a data set and no classes/);
  });

  it("may be called train beside others", () => {
    expect(imageClasses(["train/0.png", "bus/1.png"], "x")).toEqual(["train", "bus"]);
  });
});

describe("what is passed over", () => {
  it("is counted by extension, in folders and archives", async () => {
    const folder = folderOf(
      "cat/0.png",
      "cat/1.bmp",
      "cat/2.BMP",
      "dog/3.heic",
      "dog/4.txt",
      "dog/LICENSE",
      "dog/5.jfif",
      "dog/.hidden.bmp",
    );
    const expected =
      /passed over 5 files that are no .* images: 2 \.bmp, 1 \.heic, 1 \.txt, 1 without an extension \(\.bmp, \.heic are not read/;
    expect((await readImageFolder(folder)).map(({ label }) => label)).toEqual(["cat", "dog"]);
    await readImageArchive(archiveOf(folder, "dot"));
    expect(said).toEqual([expect.stringMatching(expected), expect.stringMatching(/passed over 5 files/)]);
  });

  it("is in the message where nothing is left", async () => {
    await expect(readImageFolder(folderOf("cat/0.bmp", "cat/1.ppm"))).rejects.toThrow(/has no images .*1 \.bmp, 1 \.ppm/);
  });

  it("names classes without an image, and leaves out what systems leave behind", async () => {
    const folder = folderOf("cat/0.png", "__MACOSX/cat/1.png", "cat/.ipynb_checkpoints/0.png", "cat/Thumbs.db");
    mkdirSync(join(folder, "dog"));
    expect(await readImageFolder(folder)).toHaveLength(1);
    expect(said).toEqual([expect.stringMatching(/: no images in dog\.$/)]);
  });

  it.each(["jpg", "jpeg", "jpe", "jfif", "JPG", "png", "webp", "gif", "tif", "tiff", "avif"])(
    "is not an image called .%s",
    async (extension) => {
      expect(await readImageFolder(folderOf(`cat/0.${extension}`))).toHaveLength(1);
      expect(said).toEqual([]);
    },
  );
});

describe("images that are no images", () => {
  const processor = imageProcessor({ size: [4, 4] });
  const bmp = Buffer.concat([Buffer.from("BM"), Buffer.alloc(60)]);

  it.each([
    ["BMP", bmp],
    ["PNM", Buffer.from("P6 2 2 255\n0123456789ab")],
    ["HEIC", Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypheic"), Buffer.alloc(20)])],
    ["JPEG XL", Buffer.concat([Buffer.from([0, 0, 0, 12]), Buffer.from("JXL "), Buffer.alloc(20)])],
  ])("are refused by the name of their format, whatever theirs is: %s", async (format, bytes) => {
    const path = join(temporaryFolder(), "photo.jpg");
    writeFileSync(path, bytes);
    for (const image of [path, new Uint8Array(bytes)])
      await expect(readImageHeader(image, "photo")).rejects.toThrow(new RegExp(`${format}.*is not read; convert it`));
  });

  it.each([null, undefined, "", 7, {}, "ftp://x/y.png", []])(
    "a row with %j is one that cannot be used, when that is asked for",
    async (value) => {
      const rows = [
        { image: new Uint8Array(png), label: "a" },
        { image: value, label: "b" },
      ];
      const dataset = new ImageDataset(rows, { processor, labels: ["a", "b"], onBadValue: "defer" });
      expect((await checkImages(dataset)).map(({ index }) => index)).toEqual([1]);
      expect(() => new ImageDataset(rows, { processor, labels: ["a", "b"] })).toThrow(
        expect.objectContaining({ code: "E_DATA" }),
      );
    },
  );

  it("a column that no row has is a misspelling all the same", () => {
    expect(() => new ImageDataset([{ picture: "x" }], { processor, onBadValue: "defer" })).toThrow(/image/);
  });

  it("a path of a table that was written on Windows is found", async () => {
    const root = folderOf("cat/0.png");
    const dataset = new ImageDataset([{ image: ".\\cat\\0.png" }], { processor, root });
    expect(await checkImages(dataset)).toEqual([]);
  });
});

describe("what a decoder only warns of", () => {
  it("is read: bytes between the segments of a JPEG, and is refused where the file is cut short", async () => {
    const { default: sharp } = await import("sharp");
    const jpeg = await sharp(png).jpeg().toBuffer();
    const table = jpeg.indexOf(Buffer.from([0xff, 0xdb]));
    const odd = Buffer.concat([jpeg.subarray(0, table), Buffer.from([1, 2]), jpeg.subarray(table)]);
    const pixels = async (bytes: Buffer) => decodeImage(bytes, "photo", { header: await readImageHeader(bytes, "photo") });
    expect((await pixels(odd)).data).toEqual((await pixels(jpeg)).data);
    const large = await sharp({
      create: { width: 64, height: 64, channels: 3, background: "red", noise: { type: "gaussian", mean: 90, sigma: 40 } },
    })
      .jpeg()
      .toBuffer();
    await expect(pixels(large.subarray(0, large.length / 2))).rejects.toMatchObject({ code: "E_IMAGE" });
  });
});

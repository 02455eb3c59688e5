import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { readImageFolder } from "../../../../src/data/images/sources/read-image-folder.js";
import { temporaryFolder } from "../../../temporary-folder.js";

async function folderOf(...files: readonly string[]): Promise<string> {
  const folder = temporaryFolder();
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), "");
  }
  return folder;
}

describe("readImageFolder", () => {
  it("makes a class of each subfolder, sorted; other and hidden files are passed over", async () => {
    const folder = await folderOf(
      "dog/b.JPG",
      "dog/a.png",
      "dog/notes.txt",
      "dog/.hidden.png",
      "dog/.cache/c.png",
      "cat/deep/er/z.webp",
      "Ant/1.gif",
      "empty/readme.md",
      ".git/x.png",
      "labels.csv",
    );
    const rows = await readImageFolder(folder);
    expect(rows.map(({ image, label }) => [relative(folder, image), label])).toEqual([
      ["Ant/1.gif", "Ant"],
      ["cat/deep/er/z.webp", "cat"],
      ["dog/a.png", "dog"],
      ["dog/b.JPG", "dog"],
    ]);
  });

  it("gives images without labels where there are no subfolders", async () => {
    const folder = await folderOf("2.png", "10.png", "x.txt");
    expect(await readImageFolder(folder)).toEqual([{ image: join(folder, "10.png") }, { image: join(folder, "2.png") }]);
  });

  it("refuses a missing folder, one without images, and one of both kinds", async () => {
    await expect(readImageFolder("/no/such")).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
    await expect(readImageFolder(await folderOf("a.txt"))).rejects.toMatchObject({ code: "E_DATA" });
    await expect(readImageFolder(await folderOf("a.png", "cat/b.png"))).rejects.toThrow(/a\.png.*subfolder/);
  });
});

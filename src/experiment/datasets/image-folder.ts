import { stat } from "node:fs/promises";
import { z } from "zod";
import { readImageArchive } from "../../data/images/sources/read-image-archive.js";
import { readImageFolder } from "../../data/images/sources/read-image-folder.js";
import type { Row } from "../../data/row.js";
import { BaalError } from "../../errors.js";
import { dataFile } from "./data-file.js";
import { defineDataset } from "./experiment-data.js";

/** Images of one's own. */
export const imageFolder = defineDataset({
  name: "image-folder",
  about: "a folder, or a .tar archive, with a subfolder of images per class",
  licence: "your own",
  source: "your own",
  options: {
    path: z.string().min(1),
    /** Images to test with, in the same form. */
    testPath: z.string().min(1).optional(),
    augment: z.enum(["weak", "strong"]).optional(),
  },
  async load({ path, testPath, augment }) {
    return {
      ...{ kind: "image", validation: [], columns: { input: "image", label: "label" } },
      train: await readImages(path),
      test: testPath === undefined ? [] : await readImages(testPath),
      files: await Promise.all([path, ...(testPath === undefined ? [] : [testPath])].map(dataFile)),
      ...(augment && { augment }),
    };
  },
});

async function readImages(path: string): Promise<readonly Row[]> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw new BaalError("E_FILE_NOT_FOUND", `${path} is not there or cannot be read.`, { cause });
  });
  const rows: readonly Row[] = stats.isDirectory() ? await readImageFolder(path) : await readImageArchive(path);
  if (rows.every(({ label }) => label === undefined))
    throw new BaalError("E_DATA", `${path} has no subfolders: each class needs one, with its images.`);
  return rows;
}

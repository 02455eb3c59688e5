import { stat } from "node:fs/promises";
import { z } from "zod";
import { BaalError } from "../../core/errors.js";
import { loadEmbeddedIntents, loadEmbeddedShapes } from "../../data/embedded.js";
import { readImageArchive } from "../../data/images/sources/read-image-archive.js";
import { readImageFolder } from "../../data/images/sources/read-image-folder.js";
import type { Row } from "../../data/rows/row.js";
import { readRows } from "../../data/rows/stream-rows.js";
import { packageFile } from "../../system/package-files.js";
import { cifar10 } from "./cifar10.js";
import { clincOos } from "./clinc-oos.js";
import { dataFile } from "./data-file.js";
import { defineDataset, type ExperimentDataset } from "./experiment-data.js";
import { mnist, repeatedMnist } from "./mnist.js";

const path = packageFile("datasets/intents/intents.jsonl");

/** The embedded intents. */
const intents = defineDataset({
  name: "intents",
  about: "3,000 made-up short texts of some intents and out of scope, 1,000 to test; comes with the package",
  licence: "CC0-1.0",
  source: "this package, datasets/intents",
  options: {},
  async load() {
    const { train, test } = await loadEmbeddedIntents();
    return {
      ...{ kind: "text", train, validation: [], test, columns: { input: "text", label: "intent" }, outOfScopeLabel: "oos" },
      files: [await dataFile(path)],
    };
  },
});

const FILES = ["train-images", "train-labels", "test-images", "test-labels"].map((name) =>
  packageFile(`datasets/shapes/${name}.idx.gz`),
);

/** The embedded shapes. */
const shapes = defineDataset({
  name: "shapes",
  about: "2,000 drawn shapes of 28 x 28 pixels, unevenly frequent, and more to test; comes with the package",
  licence: "CC0-1.0",
  source: "this package, datasets/shapes",
  options: { augment: z.enum(["weak", "strong"]).optional() },
  async load({ augment }) {
    const { train, test } = await loadEmbeddedShapes();
    return {
      ...{ kind: "image", train, validation: [], test, columns: { input: "image", label: "label" }, imageShape: [1, 28, 28] },
      files: await Promise.all(FILES.map(dataFile)),
      augment,
    };
  },
});

const column = z.string().min(1);

/** Texts of one's own. */
const textFile = defineDataset({
  name: "text-file",
  about: "labelled texts in a .csv, .tsv, .jsonl, .json, .parquet or .arrow file",
  licence: "your own",
  source: "your own",
  options: {
    path: z.string().min(1),
    /** Texts to test with, and to tune on, in files of the same columns. */
    testPath: z.string().min(1).optional(),
    validationPath: z.string().min(1).optional(),
    textColumn: column.default("text"),
    labelColumn: column.default("label"),
    delimiter: z.string().min(1).optional(),
    quote: z.string().min(1).optional(),
    split: z.string().min(1).optional(),
  },
  async load({ path, testPath, validationPath, textColumn, labelColumn, delimiter, quote, split }) {
    const reading = { columns: [textColumn, labelColumn], delimiter, quote, split, namesClasses: true };
    const read = (file: string | undefined) => (file === undefined ? [] : readRows(file, reading));
    const paths = [path, validationPath, testPath].filter((file) => file !== undefined);
    return {
      ...{ kind: "text", columns: { input: textColumn, label: labelColumn } },
      ...{ train: await read(path), validation: await read(validationPath), test: await read(testPath) },
      files: await Promise.all(paths.map(dataFile)),
    };
  },
});

/** Images of one's own. */
const imageFolder = defineDataset({
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
      augment,
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

// Each data set's options are checked by its own schema before its own function gets them.
const ALL = [
  intents,
  shapes,
  clincOos,
  mnist,
  repeatedMnist,
  cifar10,
  imageFolder,
  textFile,
] as unknown as readonly ExperimentDataset[];

/** The data sets that experiments know, by name. */
export const experimentDatasets: ReadonlyMap<string, ExperimentDataset> = new Map(ALL.map((dataset) => [dataset.name, dataset]));

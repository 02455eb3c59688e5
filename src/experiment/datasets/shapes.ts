import { fileURLToPath } from "node:url";
import { z } from "zod";
import { loadEmbeddedShapes } from "../../data/embedded-shapes.js";
import { dataFile } from "./data-file.js";
import { defineDataset } from "./experiment-data.js";

const FILES = ["train-images", "train-labels", "test-images", "test-labels"].map((name) =>
  fileURLToPath(new URL(`../../../datasets/shapes/${name}.idx.gz`, import.meta.url)),
);

/** The embedded shapes. */
export const shapes = defineDataset({
  name: "shapes",
  about: "2,000 drawn shapes of 28 x 28 pixels, unevenly frequent, and more to test; comes with the package",
  licence: "Apache-2.0",
  source: "this package, datasets/shapes",
  options: { augment: z.enum(["weak", "strong"]).optional() },
  async load({ augment }) {
    const { train, test } = await loadEmbeddedShapes();
    return {
      ...{ kind: "image", train, validation: [], test, columns: { input: "image", label: "label" }, imageShape: [1, 28, 28] },
      files: await Promise.all(FILES.map(dataFile)),
      ...(augment && { augment }),
    };
  },
});

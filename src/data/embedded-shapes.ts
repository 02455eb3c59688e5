import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PixelImage } from "./images/pixel-image.js";
import { readIdxImages } from "./images/sources/read-idx.js";

/** A drawn image with what it shows. */
export type ShapeRow = { readonly image: PixelImage; readonly label: string };

export interface EmbeddedShapes {
  /** 2,000 images to label from; the shapes are unevenly frequent, and 40 show a star. */
  readonly train: readonly ShapeRow[];
  /** 480 images, 60 of each shape. */
  readonly test: readonly ShapeRow[];
  /** Names of the shapes, sorted. */
  readonly labels: readonly string[];
}

const labels = ["circle", "cross", "heart", "moon", "ring", "square", "star", "triangle"] as const;

// Two levels below the package's root, from the sources as from the build.
const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "datasets", "shapes");

/** The drawn shapes that come with the package: grey images of 28 x 28 pixels (`datasets/README.md` tells how they are made). */
export async function loadEmbeddedShapes(): Promise<EmbeddedShapes> {
  return { train: await readSplit("train"), test: await readSplit("test"), labels };
}

async function readSplit(split: "train" | "test"): Promise<ShapeRow[]> {
  const rows = await readIdxImages(join(folder, `${split}-images.idx.gz`), join(folder, `${split}-labels.idx.gz`));
  return rows.map(({ image, label }) => ({ image, label: labels[Number(label)]! }));
}

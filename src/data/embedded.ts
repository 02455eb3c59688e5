import { join } from "node:path";
import { packageFile } from "../system/package-files.js";
import type { PixelImage } from "./images/image-input.js";
import { readIdxImages } from "./images/sources/read-idx.js";
import { readRows } from "./rows/stream-rows.js";

/** A text of the embedded intent corpus; those that no intent covers have the intent `"oos"`. */
export type IntentRow = { readonly text: string; readonly intent: string };

/** The embedded requests with their intents: a pool to label from, a test set, the classes. */
export interface EmbeddedIntents {
  /** 3,000 texts to label from; some intents are frequent and some rare, some texts repeat others in other words. */
  readonly train: readonly IntentRow[];
  /** 1,000 texts, 800 spread evenly over the intents and 200 out of scope. */
  readonly test: readonly IntentRow[];
  /** Names of the intents, sorted, `"oos"` among them. */
  readonly labels: readonly string[];
}

// Two levels below the package's root, from the sources as from the build.
const path = packageFile("datasets/intents/intents.jsonl");

/**
 * The intent corpus that comes with the package (`datasets/README.md` tells how it is made).
 *
 * @example
 * ```ts
 * import { loadEmbeddedIntents } from "baaljs";
 *
 * const { train, test, labels } = await loadEmbeddedIntents();
 * console.log(train.length, test.length, labels.length); // 3000 1000 33
 * ```
 */
export async function loadEmbeddedIntents(): Promise<EmbeddedIntents> {
  const rows = await readRows(path);
  const ofSplit = (split: string) =>
    rows.filter((row) => row["split"] === split).map(({ text, intent }) => ({ text: String(text), intent: String(intent) }));
  const labels = [...new Set(rows.map(({ intent }) => String(intent)))].sort();
  return { train: ofSplit("train"), test: ofSplit("test"), labels };
}

/** A drawn image with what it shows. */
export type ShapeRow = { readonly image: PixelImage; readonly label: string };

/** The embedded drawn shapes: a pool to label from, a test set, the classes. */
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
const folder = packageFile("datasets/shapes");

/** The drawn shapes that come with the package: grey images of 28 x 28 pixels (`datasets/README.md` tells how they are made). */
export async function loadEmbeddedShapes(): Promise<EmbeddedShapes> {
  return { train: await readSplit("train"), test: await readSplit("test"), labels };
}

async function readSplit(split: "train" | "test"): Promise<ShapeRow[]> {
  const rows = await readIdxImages(join(folder, `${split}-images.idx.gz`), join(folder, `${split}-labels.idx.gz`));
  return rows.map(({ image, label }) => ({ image, label: labels[Number(label)]! }));
}

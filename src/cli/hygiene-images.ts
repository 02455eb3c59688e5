import { resolve } from "node:path";
import { rowsOf, toLengthOne } from "../core/features.js";
import { joinFeatures } from "../core/join-chunks.js";
import { isRecord } from "../core/json-values.js";
import { contentKey } from "../data/content-key.js";
import { ImageDataset } from "../data/images/image-dataset.js";
import type { Row } from "../data/rows/row.js";
import { exactDuplicates } from "../hygiene/exact-duplicates.js";
import { nearDuplicateFeatures } from "../hygiene/near-duplicate-features.js";
import { ImageClassifier } from "../models/images/image-classifier.js";
import type { CommandContext } from "./base-command.js";
import type { LabelFileOptions } from "./data-file-options.js";
import { duplicatesOf, type Found, type HygieneItem, leaksOf } from "./hygiene-findings.js";
import { readLabelledImages } from "./image-rows.js";
import { type ModelOptions, pretrainedOptions } from "./model-options.js";

export interface ImageHygieneOptions extends LabelFileOptions, ModelOptions {
  readonly data: string;
  readonly test?: string | undefined;
  /** An encoder of images. */
  readonly model: string;
  readonly imageColumn?: string | undefined;
  readonly labelColumn: string;
  /** Least cosine of the features of near-duplicates. */
  readonly similarity: number;
}

/**
 * What `baal hygiene` looks at in images: copies by their content, near-duplicates and test images by the features of a model whose last layer is left out, which
 * labels are judged by as well. Throws `E_IMAGE` for an image that cannot be read, and what loading a model throws.
 */
export async function imageHygiene(options: ImageHygieneOptions, context: CommandContext): Promise<Found> {
  const { signal } = context;
  const columns = { image: options.imageColumn ?? "image", label: options.labelColumn };
  const read = async (path: string) => {
    const { rows, root, columns: own } = await readLabelledImages(path, columns, options);
    return rows.map((row) => ({ image: located(row[own.image], root), label: row[own.label] }));
  };
  const train = await read(options.data);
  const test = options.test === undefined ? [] : await read(options.test);
  const all: readonly Row[] = [...train, ...test].map(({ image }) => ({ image }));
  const itemsOf = (rows: typeof train): HygieneItem[] =>
    rows.map(({ image, label }, row) => ({ row, text: nameOf(image), label }));
  const [items, testItems] = [itemsOf(train), itemsOf(test)];
  const model = await ImageClassifier.fromPretrained(options.model, pretrainedOptions(options, context));
  try {
    const where = (n: number) =>
      n < train.length ? `${options.data}, image ${n}` : `${options.test}, image ${n - train.length}`;
    const images = new ImageDataset(all, { processor: model.processor, where });
    context.output.note(`reading ${all.length} images`);
    const features = await joinFeatures(model.features(images, { signal }), { total: all.length });
    const keys: string[] = [];
    for (let n = 0; n < all.length; n++) keys.push(await contentKey(images.at(n).input, n));
    const search = { radius: 1 - options.similarity, signal };
    const points = toLengthOne(features);
    const own = rowsOf(points, [...items.keys()]);
    const exact = exactDuplicates(keys.slice(0, train.length), { key: (key) => key });
    const duplicates = duplicatesOf(items, { exact, near: await nearDuplicateFeatures(own, search) });
    const leaks = test.length === 0 ? [] : leaksOf(items, testItems, await nearDuplicateFeatures(points, search));
    return {
      ...{ kind: "images", items, duplicates, leaks },
      vectors: async (positions) => rowsOf(features, positions),
    };
  } finally {
    await model.dispose();
  }
}

/** A path as it is meant from its file's folder; anything else as it is. */
function located(image: unknown, root: string | undefined): unknown {
  return typeof image === "string" && root !== undefined && !/^(?:https?|data):/i.test(image) ? resolve(root, image) : image;
}

function nameOf(image: unknown): string {
  const name = isRecord(image) ? image["path"] : image;
  return typeof name === "string" ? name.slice(0, 1000) : "";
}

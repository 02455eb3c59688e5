import type { Dataset, Example, RawItems, Target } from "../../core/dataset.js";
import { checkPosition, createDataset } from "../../core/dataset-view.js";
import { deriveSeed, SEED_PURPOSE } from "../../core/random.js";
import { type LossName, TASK_OF_LOSS, type Task } from "../../core/task.js";
import { encodeLabels, type LabelEncoding, type LabelOptions } from "../rows/encode-labels.js";
import { type Row, requireColumns } from "../rows/row.js";
import type { AugmentableImage, ImageAugmentation } from "./augment/image-augmentation.js";
import type { DecodeLimits } from "./decode-image.js";
import { type ImageDownloadOptions, imageDownloads } from "./image-downloads.js";
import { imageItem } from "./image-item.js";
import type { ImageProcessor } from "./image-processor.js";
import { type ImageSource, imageSource } from "./image-source.js";

/** How rows become prepared images and targets. */
export interface ImageDatasetOptions extends LabelOptions, DecodeLimits {
  readonly processor: ImageProcessor;
  /** Column of the image. `"image"` by default. */
  readonly imageKey?: string | undefined;
  /** Column of the label; rows without a value there are unlabelled items. `"label"` by default, which may be absent. */
  readonly labelKey?: string | undefined;
  /** Folder that relative paths are meant from; the working folder by default. */
  readonly root?: string | undefined;
  /**
   * A value that is no image (an empty cell, null) throws at once, or with `"defer"` only when that image is loaded, as one that is damaged:
   * `checkImages` lists it. `"throw"` by default.
   */
  readonly onBadValue?: "throw" | "defer" | undefined;
  /** Limits of downloads from `http:` and `https:` addresses, and a folder to keep them in. */
  readonly downloads?: ImageDownloadOptions | undefined;
  /** Changes the images for training, differently in each epoch. Predictions, scores and evaluation never are augmented. */
  readonly augment?: ImageAugmentation | undefined;
  /** Of the augmentations, which depend on it, the epoch and the item alone. 0 by default. */
  readonly seed?: number | undefined;
  /** Names a row in messages by its position; `Row 3` by default. */
  readonly where?: ((position: number) => string) | undefined;
}

/**
 * Rows as a data set of images. Dataset indices are row numbers, from 0. An image is a path, an address (`http:`, `https:`,
 * `data:`), the bytes of a file, Hugging Face's `{ bytes, path }` or decoded pixels; it is read when its pixels are asked for.
 * How labels are read: {@link encodeLabels}.
 *
 * The constructor throws `E_DATA` for a missing column or a value that is no image, `E_LABEL_UNKNOWN` for a label that is not among
 * `labels`. Images that are missing or damaged throw `E_IMAGE` when they are loaded; `checkImages` finds them beforehand.
 *
 * @example
 * ```ts
 * import { ImageDataset } from "baaljs";
 * import { imageProcessor, readImageFolder, weakAugmentation } from "baaljs/images";
 *
 * const rows = await readImageFolder("photos");
 * const labels = [...new Set(rows.map(({ label }) => String(label)))];
 * const images = new ImageDataset(rows, { processor: imageProcessor({ size: [28, 28], channels: 1 }), labels, augment: weakAugmentation() });
 * ```
 */
export class ImageDataset implements Dataset<AugmentableImage> {
  /** Class names; a class's index is its position. */
  readonly labels: readonly string[];
  readonly task: Task;
  readonly processor: ImageProcessor;
  readonly #rows: readonly Row[];
  readonly #targets: readonly Target[];
  readonly #sources: readonly ImageSource[];
  readonly #items: (AugmentableImage | undefined)[];
  readonly #options: ImageDatasetOptions;

  /** `encoding` is of labels that have been read before. */
  constructor(rows: readonly Row[], options: ImageDatasetOptions, encoding?: LabelEncoding) {
    const { imageKey = "image", labelKey = "label", root, onBadValue, where = (position) => `Row ${position}` } = options;
    const place = (position: number, key: string) => `${where(position)}, column ${JSON.stringify(key)}`;
    const download = imageDownloads(options.downloads);
    const mayLack = onBadValue === "defer" && rows.some((row) => imageKey in row);
    this.#sources = rows.map((row, position) => {
      if (row[imageKey] === undefined && !mayLack) requireColumns([imageKey], Object.keys(row), where(position));
      return imageSource(row[imageKey], place(position, imageKey), { root, download, onBadValue });
    });
    const values = rows.map((row) => row[labelKey]);
    if (options.labelKey !== undefined && rows.every((row) => !(labelKey in row)))
      requireColumns([labelKey], [...new Set(rows.flatMap((row) => Object.keys(row)))], "The data set");
    const { labels, task, targets } = encoding ?? encodeLabels(values, (position) => place(position, labelKey), options);
    this.labels = labels;
    this.task = task;
    this.processor = options.processor;
    this.#rows = rows;
    this.#targets = targets;
    this.#items = new Array<AugmentableImage | undefined>(rows.length);
    this.#options = options;
  }

  get length(): number {
    return this.#rows.length;
  }

  /** Throws `E_ARGUMENT` for a position out of range. */
  at(position: number): Example<AugmentableImage> {
    this.row(position);
    this.#items[position] ??= imageItem(this.#sources[position]!, this.processor, this.#options);
    return { index: position, input: this.#items[position], target: this.#targets[position] };
  }

  /** The row as it came. Throws `E_ARGUMENT` for a position out of range. */
  row(position: number): Row {
    checkPosition(position, this.length);
    return this.#rows[position]!;
  }

  /** The images as one epoch of training sees them, augmented: the same epoch always gives the same pixels. */
  inEpoch(epoch: number): Dataset<AugmentableImage> {
    const { augment, seed = 0 } = this.#options;
    if (augment === undefined) return this;
    return createDataset(this.length, (position) => {
      const example = this.at(position);
      const itemSeed = deriveSeed(seed, SEED_PURPOSE.imageAugmentation, epoch, example.index);
      return { ...example, input: example.input.augmented(augment, itemSeed) };
    });
  }

  /** The items `positions` as a data set of their own, numbered anew from 0, with the same classes. */
  subset(positions: readonly number[]): ImageDataset {
    const rows = positions.map((position) => this.row(position));
    const { labels, task } = this;
    const { where = (position) => `Row ${position}` } = this.#options;
    const options = { ...this.#options, where: (position: number) => where(positions[position]!) };
    return new ImageDataset(rows, options, { labels, task, targets: positions.map((position) => this.#targets[position]) });
  }
}

export interface ImageItemsOptions {
  /** Of the model that the images are for. */
  readonly processor: ImageProcessor;
  readonly labels: readonly string[];
  /** Labels, in the column `label`, are read as targets of this loss; without it they are not looked at. */
  readonly loss?: LossName | undefined;
}

/** Images (paths, addresses, bytes, pixels), or rows with the columns `image` and `label`, as a data set. Throws as {@link ImageDataset}. */
export function imageItems(items: RawItems, { processor, labels, loss }: ImageItemsOptions): ImageDataset {
  const rows = Array.from({ length: items.length }, (_, position): Row => {
    const item: unknown = items.at(position);
    const row = typeof item === "object" && item !== null && "image" in item ? (item as Row) : { image: item };
    return loss === undefined ? { image: row["image"] } : row;
  });
  return new ImageDataset(rows, { processor, labels, task: loss === undefined ? undefined : TASK_OF_LOSS[loss] });
}

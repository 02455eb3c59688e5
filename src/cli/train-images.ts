import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BaalError } from "../core/errors.js";
import type { ImageAugmentation } from "../data/images/augment/image-augmentation.js";
import { strongAugmentation, weakAugmentation } from "../data/images/augment/rand-augment.js";
import { type BadImage, checkImages } from "../data/images/check-images.js";
import { ImageDataset } from "../data/images/image-dataset.js";
import type { ImageInput, ImagePixels } from "../data/images/image-input.js";
import { imageProcessor } from "../data/images/plain-image-processor.js";
import type { Row } from "../data/rows/row.js";
import { ImageClassifier } from "../models/images/image-classifier.js";
import { type ImageRows, readLabelledImages } from "./image-rows.js";
import type { Output } from "./output.js";
import type { TrainOptions } from "./train-options.js";
import { inLabelOrder, splitTrainingRows, type TaskContext, type TrainingTask } from "./training-data.js";
import { checkUsage } from "./usage-error.js";

const augmentations: Readonly<Record<NonNullable<TrainOptions["augment"]>, (() => ImageAugmentation) | undefined>> = {
  none: undefined,
  weak: weakAugmentation,
  strong: strongAugmentation,
};

/** An image classifier and its data, every image looked at once. Throws `E_FILE_NOT_FOUND`, `E_DATA`, `E_IMAGE`, and what loading a model throws. */
export async function imageTrainingTask(
  options: TrainOptions,
  folder: string | undefined,
  context: TaskContext,
): Promise<TrainingTask<ImageInput>> {
  const { output, seed } = context;
  const columns = { image: options.imageColumn ?? "image", label: options.labelColumn };
  const data = await readLabelledImages(options.data, columns, options);
  const evalData = options.evalData === undefined ? undefined : await readLabelledImages(options.evalData, columns, options);
  const {
    labels: found,
    task,
    ...rows
  } = splitTrainingRows(options, {
    ...{ rows: data.rows, evaluation: evalData?.rows, labelColumn: data.columns.label, seed },
    classNames: data.classNames,
  });
  if (rows.unlabelled.length > 0) output.note(`${rows.unlabelled.length} images without a label are left out`);
  const channels = options.channels ?? (await channelsFor(options, data));
  const model = await imageModel({ ...options, channels, task }, { folder, labels: found, context });
  output.note(
    `images are read ${model.inputShape[0] === 1 ? "in grey (1 channel)" : `in colour (${model.inputShape[0]} channels)`}`,
  );
  const { labels } = model;

  const cacheFolder = await mkdtemp(join(tmpdir(), "baal-images-"));
  const close = () => rm(cacheFolder, { recursive: true, force: true });
  const skipped: BadImage[] = [];
  const datasetOf = async (own: readonly Row[], { columns: names, root }: ImageRows) => {
    const augmentation = augmentations[options.augment ?? "none"];
    const ordered = task === "multi" ? inLabelOrder(own, names.label, { from: found, to: labels }) : own;
    const dataset = new ImageDataset(ordered, {
      ...{ processor: model.processor, labels, task, imageKey: names.image, labelKey: names.label, seed },
      onBadValue: options.onBadImage === "skip" ? "defer" : "throw",
      ...{ root, augment: augmentation?.(), where: (position: number) => rows.where(own[position]!) },
      downloads: { cacheFolder, allowPrivateAddresses: options.allowPrivateAddresses ?? false },
    });
    return usableImages(dataset, { onBadImage: options.onBadImage, skipped, context });
  };
  try {
    const train = await datasetOf(rows.train, data);
    const evaluation = rows.evaluation && (await datasetOf(rows.evaluation, evalData ?? data));
    const report = { skippedImages: skipped.map(({ name, reason }) => ({ image: name, reason })) };
    return { model, train, evaluation, items: "images", report, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** So many images tell whether a data set has colours. */
const LOOKED_AT = 24;

/**
 * Channels of a network from random weights that can have either: 3 where an image of the data has colours, else 1. `undefined` for the
 * networks that were made for colour.
 */
async function channelsFor({ architecture }: TrainOptions, { rows, columns, root }: ImageRows): Promise<1 | 3 | undefined> {
  if (architecture !== "small-cnn") return undefined;
  const processor = imageProcessor({ size: [32, 32], channels: 3 });
  const step = Math.max(1, Math.floor(rows.length / LOOKED_AT));
  const some = rows.filter((_, i) => i % step === 0).slice(0, LOOKED_AT);
  const probe = new ImageDataset(
    some.map((row) => ({ image: row[columns.image] ?? null })),
    { processor, root, onBadValue: "defer" },
  );
  let seen = 0;
  for (let i = 0; i < probe.length; i++) {
    // Addresses are not fetched for this, and what cannot be read is told later.
    if (/^https?:/i.test(String(some[i]![columns.image]))) continue;
    const pixels = await Promise.resolve(probe.at(i).input.load()).catch(() => undefined);
    if (pixels === undefined) continue;
    seen++;
    if (hasColour(pixels)) return 3;
  }
  return seen > 0 ? 1 : undefined;
}

function hasColour({ data }: ImagePixels): boolean {
  const area = data.length / 3;
  for (let i = 0; i < area; i++) if (data[i] !== data[area + i] || data[i] !== data[2 * area + i]) return true;
  return false;
}

interface ModelParts {
  readonly folder: string | undefined;
  readonly labels: readonly string[];
  readonly context: TaskContext;
}

async function imageModel(options: TrainOptions, { folder, labels, context }: ModelParts): Promise<ImageClassifier> {
  const { pretrained, seed } = context;
  const { architecture, imageSize, channels, task } = options;
  if (folder !== undefined) {
    const model = await ImageClassifier.fromPretrained(folder, {
      ...pretrained,
      labels,
      keepLabels: true,
      task,
      seed,
      imageSize,
    });
    const size = model.inputShape.slice(1);
    if (!imageSize || String(imageSize) === String(size)) return model;
    throw new BaalError("E_ARGUMENT", `${folder} reads images of ${size.join(" x ")} pixels; leave --image-size out.`);
  }
  const config = {
    ...{ architecture: architecture! },
    ...(imageSize && { imageSize: [...imageSize] as [number, number] }),
    ...(channels !== undefined && { numChannels: channels }),
  };
  return checkUsage(() => ImageClassifier.fromConfig(config, { ...pretrained, labels, task, seed }));
}

interface Checking {
  readonly onBadImage: TrainOptions["onBadImage"];
  /** Gets those left out. */
  readonly skipped: BadImage[];
  readonly context: TaskContext;
}

/** Looks at all images before training begins, which a damaged one would end hours later. */
async function usableImages(dataset: ImageDataset, { onBadImage, skipped, context }: Checking): Promise<ImageDataset> {
  const { output, signal } = context;
  const progress = output.progress("checking images", dataset.length);
  const bad = await checkImages(dataset, {
    signal,
    onProgress: ({ done }) => progress.update(done),
  }).finally(() => progress.stop());
  const left = new Set(Array.from({ length: dataset.length }, (_, index) => index));
  for (const { index } of bad) left.delete(index);
  if (bad.length > 0 && (onBadImage === "throw" || left.size === 0)) {
    const advice = left.size > 0 ? " With --on-bad-image skip they are left out." : "";
    throw new BaalError("E_IMAGE", `${bad.length} of ${dataset.length} images cannot be used. ${bad[0]!.reason}${advice}`);
  }
  warnOfBadImages(bad, output);
  skipped.push(...bad);
  return bad.length === 0 ? dataset : dataset.subset([...left]);
}

/** So many are named one by one. */
const most = 10;

/** Names the images that were left out, and why. */
function warnOfBadImages(bad: readonly BadImage[], output: Output): void {
  for (const { reason } of bad.slice(0, most)) output.warn(`skipped: ${reason}`);
  if (bad.length > most) output.warn(`skipped: ${bad.length - most} more images; --json names all`);
}

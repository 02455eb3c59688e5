import { resolve } from "node:path";
import { createDataset, datasetOfInputs } from "../core/dataset-view.js";
import { checkImages } from "../data/images/check-images.js";
import { imageDownloads } from "../data/images/image-downloads.js";
import type { ImageInput, ImagePixels } from "../data/images/image-input.js";
import { imageItem } from "../data/images/image-item.js";
import { imageSource } from "../data/images/image-source.js";
import type { Row } from "../data/rows/row.js";
import type { ImageClassifier } from "../models/images/image-classifier.js";
import { loadModel } from "../models/load-model.js";
import type { FromPretrainedOptions } from "../models/text/text-classifier.js";
import { type ImageListing, imagesToPredict } from "./image-rows.js";
import type { PredictCommandOptions } from "./predict-options.js";
import { chunksFrom, type PredictionChunk, type PredictionTask, surveyRows } from "./prediction-run.js";

/** Images that are read, predicted and written together. Fewer than texts: a large model takes minutes for so many. */
const imagesPerChunk = 128;

/** Longest value that the output shows: `data:` addresses hold whole images. */
const longestShown = 1000;

/** The images of a folder, an archive or a data file. Throws `E_FILE_NOT_FOUND`, `E_DATA`, and what loading a model throws. */
export async function imagePredictionTask(
  options: PredictCommandOptions,
  folder: string,
  pretrained: FromPretrainedOptions,
): Promise<PredictionTask<ImageInput>> {
  const { data, imageColumn = "image", onBadImage } = options;
  const listing = await imagesToPredict(data, imageColumn, options);
  const { columns, rows } = await surveyRows(listing.rows());
  return {
    settings: { data: resolve(data), dataContent: listing.content, imageColumn: listing.column, onBadImage },
    // Of folders and archives the image is the path.
    columns: listing.isFile ? columns : [listing.column],
    rows,
    hasErrors: onBadImage === "skip",
    async open() {
      const { model } = await loadModel(folder, { ...pretrained, kind: "image" });
      return { model, chunks: (skipped) => imageChunks(listing, model, { options, skipped }) };
    },
  };
}

async function* imageChunks(
  listing: ImageListing,
  { processor }: ImageClassifier,
  { options, skipped }: { readonly options: PredictCommandOptions; readonly skipped: number },
): AsyncGenerator<PredictionChunk<ImageInput>> {
  const { column, root } = listing;
  const download = imageDownloads({ allowPrivateAddresses: options.allowPrivateAddresses ?? false });
  for await (const { start, elements: rows } of chunksFrom(listing.rows(), { skipped, size: imagesPerChunk })) {
    const inputs = rows.map((row, i) => {
      const source = imageSource(row[column], `${options.data}, row ${start + i}, column "${column}"`, {
        ...{ root, download, onBadValue: options.onBadImage === "skip" ? "defer" : "throw" },
      });
      return imageItem(source, processor, {});
    });
    const shown = (number: number) => {
      const row = rows[number - start] ?? {};
      return { ...row, [column]: shownImage(row, column) };
    };
    const chunk = { start, length: rows.length, shown };
    if (options.onBadImage === "throw") {
      yield { ...chunk, dataset: datasetOfInputs(inputs, start), errors: new Map() };
      continue;
    }
    const kept = datasetOfInputs(inputs.map(loadedOnce), start);
    const errors = new Map((await checkImages(kept)).map(({ index, reason }) => [index, reason]));
    const good = inputs.map((_, i) => i).filter((i) => !errors.has(start + i));
    yield { ...chunk, dataset: createDataset(good.length, (i) => kept.at(good[i]!)), errors };
  }
}

/** Looking at an image and predicting it takes one decoding, and one download. */
function loadedOnce(input: ImageInput): ImageInput {
  let pixels: ImagePixels | Promise<ImagePixels> | undefined;
  const load = () => {
    pixels ??= input.load();
    return pixels;
  };
  return { name: input.name, load };
}

/** A path or an address; of an image in the data file itself the path that comes with it, if any. */
function shownImage(row: Row, column: string): unknown {
  const value = row[column];
  if (typeof value === "string") return value.length > longestShown ? `${value.slice(0, 40)}...` : value;
  const path = typeof value === "object" && value !== null && "path" in value ? value.path : row["path"];
  return typeof path === "string" ? path : null;
}

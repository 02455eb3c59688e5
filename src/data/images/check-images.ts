import type { Dataset } from "../../core/dataset.js";
import { BaalError, throwIfAborted } from "../../core/errors.js";
import type { ImageDataset } from "./image-dataset.js";
import type { ImageInput } from "./image-input.js";

/** An image that cannot be used, and why. */
export interface BadImage {
  /** Dataset index. */
  readonly index: number;
  readonly name: string;
  /** Why it cannot be used, as a sentence. */
  readonly reason: string;
}

/** Options of {@link checkImages}. */
export interface CheckImagesOptions {
  /** Images read at the same time. 8 by default. */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number; readonly bad: number }) => void;
}

/**
 * Loads every image once and lists those that are missing, damaged, too large or of an unknown kind, by dataset index:
 * `active.exclude(bad.map(({ index }) => index))` keeps them away from people and models. See also {@link withoutBadImages}.
 * Throws `E_ABORTED`, and any error that is not about the image itself.
 */
export async function checkImages(dataset: Dataset<ImageInput>, options: CheckImagesOptions = {}): Promise<readonly BadImage[]> {
  const { concurrency = 8, signal, onProgress } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new BaalError("E_ARGUMENT", `concurrency is a number of images, at least 1; ${concurrency} came.`);
  const bad: BadImage[] = [];
  let next = 0;
  let done = 0;
  const work = async () => {
    while (next < dataset.length) {
      throwIfAborted(signal, "Checking images");
      const { index, input } = dataset.at(next++);
      const reason = await problemOf(input);
      if (reason !== undefined) bad.push({ index, name: input.name, reason });
      done++;
      onProgress?.({ done, total: dataset.length, bad: bad.length });
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, dataset.length) }, work));
  return bad.sort((a, b) => a.index - b.index);
}

/** Skips the images that cannot be used: a data set of the others, numbered anew from 0, and the list of those left out. */
export async function withoutBadImages(
  dataset: ImageDataset,
  options: CheckImagesOptions = {},
): Promise<{ readonly dataset: ImageDataset; readonly bad: readonly BadImage[] }> {
  const bad = await checkImages(dataset, options);
  if (bad.length === 0) return { dataset, bad };
  const left = new Set(Array.from({ length: dataset.length }, (_, index) => index));
  for (const { index } of bad) left.delete(index);
  return { dataset: dataset.subset([...left]), bad };
}

async function problemOf(image: ImageInput): Promise<string | undefined> {
  try {
    await image.load();
    return undefined;
  } catch (error) {
    if (error instanceof BaalError && error.code === "E_IMAGE") return error.message;
    throw error;
  }
}

import { BaalError } from "../../core/errors.js";
import { prepareAhead } from "../../core/prepare-ahead.js";
import type { PixelImage } from "../../data/images/image-input.js";
import { imageError } from "../../data/images/image-input.js";
import type { ImagePredictor } from "../contract/predictor.js";
import { taskImage } from "../contract/task.js";
import { isTaskFault, type Outcome, predictBatch, type TaskInput, type TaskModel } from "../contract/task-model.js";
import { type LoadTaskImage, type LoadTaskImageOptions, type TaskImageOptions, taskImageLoader } from "./load-task-image.js";

/** How images of tasks are found and downloaded, and within which limits. */
export interface ImageTaskModelOptions extends TaskImageOptions {
  /**
   * For the images of one request, in milliseconds; those that are not there by then stay without a prediction. 75,000 by default:
   * Label Studio waits 100 seconds for the answer, and takes all of it or nothing.
   */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * Most pixels of the files that are decoded for one request, those of the last minutes aside; the images behind them stay without a prediction. 20
   * thousand million by default: more than a machine decodes in the time, so that it is sets of files that claim to be huge which end there.
   */
  readonly maxRequestPixels?: number | undefined;
}

/** So many images at once: while the model works on them, the next ones are downloaded. */
const imagesPerCall = 64;

type Loaded = PixelImage | BaalError;

/** Throws `E_ARGUMENT` for settings out of range. */
export function imageTaskModel(predictor: ImagePredictor, options: ImageTaskModelOptions = {}): TaskModel {
  const { requestTimeoutMs = 75_000, maxRequestPixels = 20e9, ...loading } = options;
  if (!(maxRequestPixels > 0))
    throw new BaalError("E_ARGUMENT", `maxRequestPixels is a number of pixels above 0, ${maxRequestPixels} came.`);
  if (!(requestTimeoutMs > 0))
    throw new BaalError("E_ARGUMENT", `requestTimeoutMs is a number of milliseconds above 0, ${requestTimeoutMs} came.`);
  const load = taskImageLoader(predictor.processor, loading);
  const { labels, isMultiLabel = false, isRegression, thresholds, calibrator } = predictor;
  return {
    kind: "image",
    labels,
    isMultiLabel,
    isRegression,
    thresholds,
    calibrator,
    read: taskImage,
    async predict(inputs, draw) {
      const deadline = AbortSignal.timeout(requestTimeoutMs);
      const signal = draw.signal ? AbortSignal.any([draw.signal, deadline]) : deadline;
      const onDecode = pixelBudget(maxRequestPixels);
      const loadAll = (chunk: readonly TaskInput[]) =>
        Promise.all(chunk.map((input) => loaded(load, input, { signal, onDecode, deadline, requestTimeoutMs })));
      const outcomes: Outcome[] = [];
      for await (const [, images] of prepareAhead(chunksOf(inputs, imagesPerCall), loadAll)) {
        const good = images.filter((image): image is PixelImage => !(image instanceof BaalError));
        const predicted = (
          await predictBatch(good, (own, call) => predictor.predict(own, call), { ...draw, classes: labels.length })
        ).values();
        for (const image of images) outcomes.push(image instanceof BaalError ? image : predicted.next().value!);
      }
      return outcomes;
    },
  };
}

/** The image, or what is wrong with it. Throws `E_ABORTED` when the caller is gone. */
async function loaded(
  load: LoadTaskImage,
  input: TaskInput,
  {
    deadline,
    requestTimeoutMs,
    ...options
  }: LoadTaskImageOptions & { readonly deadline: AbortSignal; readonly requestTimeoutMs: number },
): Promise<Loaded> {
  try {
    return await load(input, options);
  } catch (error) {
    if (isTaskFault(error)) return error;
    const late =
      error instanceof BaalError && error.code === "E_ABORTED" && options.signal.reason === deadline.reason && deadline.aborted;
    if (!late) throw error;
    return imageError(
      "of this task",
      `it was not there ${requestTimeoutMs / 1000} s after the request; ask again for fewer tasks`,
      error,
    );
  }
}

/** Throws `E_IMAGE` for the images of a request that are too much together. */
function pixelBudget(most: number): LoadTaskImageOptions["onDecode"] {
  let left = most;
  return ({ width, height }, name) => {
    if (width * height > left) {
      throw imageError(name, `the images of one request have more than ${most} pixels together; ask again for fewer tasks`);
    }
    left -= width * height;
  };
}

function* chunksOf<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

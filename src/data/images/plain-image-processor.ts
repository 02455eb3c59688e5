import { BaalError } from "../../core/errors.js";
import type { ImageProcessor } from "./image-processor.js";
import { imageProcessorFromConfig } from "./preprocessor-config.js";
import { RESAMPLE_NUMBERS, type Resample } from "./resizing.js";

/** Options of {@link imageProcessor}. */
export interface PlainImageProcessorOptions {
  /** Height and width that the model reads, in pixels. */
  readonly size: readonly [height: number, width: number];
  /** 1 for grey images, 3 (default) for colour. */
  readonly channels?: 1 | 3 | undefined;
  /** Of samples between 0 and 1, one per channel or one for all. No normalisation by default. */
  readonly mean?: number | readonly number[] | undefined;
  readonly std?: number | readonly number[] | undefined;
  /** With it an image keeps its proportions: its shorter edge gets this length, then the middle of `size` is cut out. */
  readonly shortestEdge?: number | undefined;
  /** `"lanczos"` by default, which all libraries compute alike. */
  readonly resample?: Resample | undefined;
}

/**
 * An image processor from plain settings: resized to `size`, samples between 0 and 1, then `(x - mean) / std`.
 * Throws `E_ARGUMENT` for a size or number of channels that is none.
 *
 * @example
 * ```ts
 * import { imageProcessor } from "baaljs/images";
 *
 * const processor = imageProcessor({ size: [32, 32], channels: 3 }); // decode, resize, scale to 0 .. 1, normalise
 * ```
 */
export function imageProcessor(options: PlainImageProcessorOptions): ImageProcessor {
  const { size, channels = 3, mean, std, shortestEdge, resample = "lanczos" } = options;
  const [height, width] = size;
  for (const length of [height, width, shortestEdge ?? 1]) {
    if (Number.isInteger(length) && length >= 1) continue;
    throw new BaalError("E_ARGUMENT", `Lengths of images are whole numbers of pixels from 1; ${length} came.`);
  }
  if (channels !== 1 && channels !== 3)
    throw new BaalError("E_ARGUMENT", `Images have 1 or 3 channels; ${String(channels)} came.`);
  const normalised = mean !== undefined || std !== undefined;
  return imageProcessorFromConfig({
    image_processor_type: shortestEdge === undefined ? "ViTImageProcessor" : "CLIPImageProcessor",
    ...(channels === 3 ? { do_convert_rgb: true } : { do_convert_rgb: false, do_convert_grayscale: true }),
    do_resize: true,
    size: shortestEdge === undefined ? { height, width } : { shortest_edge: shortestEdge },
    resample: RESAMPLE_NUMBERS[resample],
    do_center_crop: shortestEdge !== undefined,
    ...(shortestEdge === undefined ? {} : { crop_size: { height, width } }),
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: normalised,
    ...(normalised ? { image_mean: perChannel(mean ?? 0, channels), image_std: perChannel(std ?? 1, channels) } : {}),
  });
}

function perChannel(values: number | readonly number[], channels: number): number[] {
  const list = typeof values === "number" ? new Array<number>(channels).fill(values) : [...values];
  if (list.length === channels) return list;
  throw new BaalError("E_ARGUMENT", `${channels} numbers are needed for as many channels; ${list.length} came.`);
}

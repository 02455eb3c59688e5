import { createHash } from "node:crypto";
import { BaalError } from "../../errors.js";
import { centreCrop, type ImageSize } from "./centre-crop.js";
import { convertChannels } from "./convert-channels.js";
import type { ImagePixels } from "./image-input.js";
import { type NormaliseSettings, pixelNormaliser } from "./normalise-pixels.js";
import type { PixelImage } from "./pixel-image.js";
import type { Resample } from "./resample.js";
import type { ResizeRule } from "./resized-size.js";

/** Mean and deviation of ImageNet's channels, with samples between 0 and 1: what torchvision's and most of timm's models were trained with. */
export const IMAGENET_MEAN = [0.485, 0.456, 0.406] as const;
export const IMAGENET_STD = [0.229, 0.224, 0.225] as const;

/**
 * How images are resized.
 * - `"transformers.js"`: nearest, bilinear and bicubic look at the few pixels around each place, so that large images made small get
 *   jagged; lanczos averages.
 * - `"pillow"`: all average over the pixels that become one, as Python's image processors and torchvision do; only the outermost
 *   pixels differ, where the image's edge is continued here and Pillow averages over fewer pixels.
 */
export type ResizeLike = "transformers.js" | "pillow";

/** Every step that images go through before a model reads them, in this order. */
export interface ImageProcessorSettings extends NormaliseSettings {
  readonly resize: ResizeRule | undefined;
  readonly resample: Resample;
  readonly resizeLike: ResizeLike;
  /** The middle is cut out after resizing. */
  readonly crop: ImageSize | undefined;
}

/** Makes images the model's input. From `imageProcessor`, `imageProcessorFromConfig` or `readImageProcessor`. */
export interface ImageProcessor {
  readonly settings: ImageProcessorSettings;
  /** `[channels, height, width]` of every image; `undefined` where the size depends on the image. */
  readonly shape: ImagePixels["shape"] | undefined;
  /** Names the settings: pixels of equal images are equal if and only if the keys of their processors are. */
  readonly key: string;
  /** Channels and crop of an image that was resized already. */
  crop(image: PixelImage): PixelImage;
  /** What {@link crop} gave, rescaled and normalised. */
  normalise(image: PixelImage): ImagePixels;
  /** The content of a `preprocessor_config.json` that transformers.js and Python's transformers read alike. */
  toConfig(): Readonly<Record<string, unknown>>;
}

export function createImageProcessor(
  settings: ImageProcessorSettings,
  config: Readonly<Record<string, unknown>>,
): ImageProcessor {
  checkSettings(settings);
  const { resize, crop, channels } = settings;
  const size = crop ?? (resize !== undefined && "height" in resize ? resize : undefined);
  return {
    settings,
    shape: size === undefined ? undefined : [channels, size.height, size.width],
    key: createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 16),
    crop: (image) => {
      const converted = convertChannels(image, channels);
      return crop === undefined ? converted : centreCrop(converted, crop);
    },
    normalise: pixelNormaliser(settings),
    toConfig: () => structuredClone(config),
  };
}

function checkSettings({ channels, mean, std, rescaleFactor, flipChannels }: ImageProcessorSettings): void {
  const fits = (values: readonly number[]) => values.length === channels && values.every(Number.isFinite);
  if (!fits(mean) || !fits(std) || std.some((value) => value <= 0)) {
    throw new BaalError(
      "E_ARGUMENT",
      `Images of ${channels} channels need as many finite means and positive standard deviations; ${JSON.stringify(mean)} and ${JSON.stringify(std)} came.`,
    );
  }
  if (!Number.isFinite(rescaleFactor) || rescaleFactor === 0)
    throw new BaalError("E_ARGUMENT", `The factor that samples are multiplied by is a finite number; ${rescaleFactor} came.`);
  if (flipChannels && channels !== 3)
    throw new BaalError("E_ARGUMENT", "Only the channels of colour images can be put in the order blue, green, red.");
}

import { BaalError } from "../../core/errors.js";
import { sha256 } from "../../system/digest.js";
import type { ImagePixels, PixelImage } from "./image-input.js";
import type { Resample } from "./resizing.js";
import { centreCrop, type ImageSize, type ResizeRule } from "./resizing.js";

/** Mean and deviation of ImageNet's channels, with samples between 0 and 1: what torchvision's and most of timm's models were trained with. */
export const IMAGENET_MEAN = [0.485, 0.456, 0.406] as const;
/** ImageNet's standard deviation of each channel, of pixels from 0 to 1. */
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
  /** Rescales and normalises what {@link crop} gave. */
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
    key: sha256(JSON.stringify(settings)).slice(0, 16),
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

export interface NormaliseSettings {
  readonly channels: 1 | 3;
  /** Samples (0 to 255) are multiplied by it; 1 / 255 mostly. */
  readonly rescaleFactor: number;
  /** Subtracted after rescaling, one per channel. */
  readonly mean: readonly number[];
  /** Divided by afterwards, one per channel. */
  readonly std: readonly number[];
  /** Blue, green, red in place of red, green, blue. */
  readonly flipChannels: boolean;
}

/**
 * Makes the function that turns 8-bit pixels `[H, W, C]` into `(factor * x - mean) / std` as `[C, H, W]`. A sample has 256 values,
 * so they are computed once. Rounding to float32 after each step is that of transformers.js.
 */
function pixelNormaliser(settings: NormaliseSettings): (image: PixelImage) => ImagePixels {
  const { channels, rescaleFactor, mean, std, flipChannels } = settings;
  const tables = Array.from({ length: channels }, (_, channel) =>
    Float32Array.from({ length: 256 }, (_, sample) => (Math.fround(rescaleFactor * sample) - mean[channel]!) / std[channel]!),
  );
  return ({ height, width, data }) => {
    const area = height * width;
    const pixels = new Float32Array(channels * area);
    for (let channel = 0; channel < channels; channel++) {
      const table = tables[channel]!;
      const plane = pixels.subarray((flipChannels ? channels - 1 - channel : channel) * area);
      for (let i = 0, at = channel; i < area; i++, at += channels) plane[i] = table[data[at]!]!;
    }
    return { shape: [channels, height, width], data: pixels };
  };
}

/**
 * Grey to colour, by repetition, or colour to grey: the luma of ITU-R BT.601, `0.299 R + 0.587 G + 0.114 B`, in 16-bit fixed
 * point as Pillow's `convert("L")` has it. An image that has the channels asked for is returned as it is.
 */
export function convertChannels(image: PixelImage, channels: 1 | 3): PixelImage {
  if (image.channels === channels) return image;
  const { width, height, data } = image;
  return { width, height, channels, data: channels === 1 ? toGrey(data) : toColour(data) };
}

function toGrey(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3) {
    grey[i] = (19595 * rgb[at]! + 38470 * rgb[at + 1]! + 7471 * rgb[at + 2]! + 0x8000) >> 16;
  }
  return grey;
}

function toColour(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(3 * grey.length);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3) rgb.fill(grey[i]!, at, at + 3);
  return rgb;
}

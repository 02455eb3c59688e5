import type { PixelImage } from "../image-input.js";
import { convertChannels } from "../image-processor.js";
import type { ImageAugmentation } from "./image-augmentation.js";
import { checkShare } from "./image-augmentation.js";

// Each moves an image away from, or towards, one without the property: factor 0 gives that one, 1 the image itself, 2 twice as much.

/** Away from black. */
export function adjustBrightness(image: PixelImage, factor: number): PixelImage {
  return mapSamples(image, (sample) => sample * factor);
}

/** Away from the image's mean grey. */
export function adjustContrast(image: PixelImage, factor: number): PixelImage {
  const grey = convertChannels(image, 1).data;
  let sum = 0;
  for (const sample of grey) sum += sample;
  const mean = sum / grey.length;
  return mapSamples(image, (sample) => mean + factor * (sample - mean));
}

/** Away from the same image in grey. An image in grey stays as it is. */
export function adjustSaturation(image: PixelImage, factor: number): PixelImage {
  if (image.channels === 1) return image;
  const grey = convertChannels(image, 1).data;
  return mapPixels(image, (sample, at) => {
    const base = grey[(at / 3) | 0]!;
    return base + factor * (sample - base);
  });
}

/** Away from the same image smoothed: each pixel is 5/13 of itself and 1/13 of each neighbour. The outermost pixels stay. */
export function adjustSharpness(image: PixelImage, factor: number): PixelImage {
  const { width, height, channels, data } = image;
  const stride = width * channels;
  return mapPixels(image, (sample, at) => {
    const y = (at / stride) | 0;
    const x = ((at - y * stride) / channels) | 0;
    if (x === 0 || y === 0 || x === width - 1 || y === height - 1) return sample;
    let sum = 4 * sample;
    for (let row = at - stride; row <= at + stride; row += stride) {
      sum += data[row - channels]! + data[row]! + data[row + channels]!;
    }
    const smooth = sum / 13;
    return smooth + factor * (sample - smooth);
  });
}

/** A copy in which every sample is `change` of the old one, rounded and kept within 0 to 255. */
export function mapSamples(image: PixelImage, change: (sample: number) => number): PixelImage {
  const table = Uint8ClampedArray.from({ length: 256 }, (_, sample) => change(sample));
  const data = new Uint8Array(image.data.length);
  for (let at = 0; at < data.length; at++) data[at] = table[image.data[at]!]!;
  return { ...image, data };
}

function mapPixels(image: PixelImage, change: (sample: number, at: number) => number): PixelImage {
  const data = new Uint8ClampedArray(image.data.length);
  for (let at = 0; at < data.length; at++) data[at] = change(image.data[at]!, at);
  return { ...image, data: new Uint8Array(data.buffer) };
}

/** Options of {@link colourJitter}: the largest relative change of each property. */
export interface ColourJitterOptions {
  /** Each factor is drawn from `[1 - x, 1 + x]`. 0.4 by default. */
  readonly brightness?: number | undefined;
  readonly contrast?: number | undefined;
  readonly saturation?: number | undefined;
}

type Adjust = (image: PixelImage, factor: number) => PixelImage;

/** Changes brightness, contrast and saturation, in random order. Throws `E_ARGUMENT` for a strength outside [0, 1]. */
export function colourJitter(options: ColourJitterOptions = {}): ImageAugmentation {
  const { brightness = 0.4, contrast = 0.4, saturation = 0.4 } = options;
  const steps: readonly (readonly [Adjust, number])[] = [
    [adjustBrightness, checkShare("brightness", brightness)],
    [adjustContrast, checkShare("contrast", contrast)],
    [adjustSaturation, checkShare("saturation", saturation)],
  ];
  return (image, random) =>
    random.shuffled(steps).reduce((changed, [adjust, strength]) => {
      const factor = 1 + strength * (2 * random.uniform() - 1);
      return adjust(changed, factor);
    }, image);
}

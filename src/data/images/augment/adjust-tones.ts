import type { PixelImage } from "../image-input.js";
import { mapSamples } from "./adjust-colours.js";

/** Turns the samples from `threshold` (0 to 256) on into their negative. */
export function solarize(image: PixelImage, threshold: number): PixelImage {
  return mapSamples(image, (sample) => (sample < threshold ? sample : 255 - sample));
}

/** Keeps the upper `bits` (1 to 8) of each sample. */
export function posterize(image: PixelImage, bits: number): PixelImage {
  const mask = (0xff << (8 - bits)) & 0xff;
  return mapSamples(image, (sample) => sample & mask);
}

/** Stretches each channel so that its darkest sample becomes 0 and its brightest 255. */
export function autoContrast(image: PixelImage): PixelImage {
  return mapChannels(image, (counts) => {
    const low = counts.findIndex((count) => count > 0);
    const high = counts.findLastIndex((count) => count > 0);
    return high > low ? (sample) => (255 * (sample - low)) / (high - low) : undefined;
  });
}

/** Spreads the samples of each channel so that all values are about equally frequent. */
export function equalize(image: PixelImage): PixelImage {
  return mapChannels(image, (counts) => {
    const brightest = counts.findLast((count) => count > 0) ?? 0;
    const total = counts.reduce((sum, count) => sum + count, 0);
    // As Pillow computes it: the brightest value is left out, so that it becomes 255.
    const step = Math.floor((total - brightest) / 255);
    if (step === 0) return undefined;
    let below = Math.floor(step / 2);
    const values = counts.map((count) => {
      const value = Math.floor(below / step);
      below += count;
      return value;
    });
    return (sample) => values[sample]!;
  });
}

/** Changes each channel by a function made from its histogram; `undefined` leaves it as it is. */
function mapChannels(
  image: PixelImage,
  changeOf: (counts: readonly number[]) => ((sample: number) => number) | undefined,
): PixelImage {
  const { channels } = image;
  const data = Uint8Array.from(image.data);
  for (let channel = 0; channel < channels; channel++) {
    const counts = new Array<number>(256).fill(0);
    for (let at = channel; at < data.length; at += channels) counts[data[at]!]!++;
    const change = changeOf(counts);
    if (change === undefined) continue;
    const table = Uint8ClampedArray.from({ length: 256 }, (_, sample) => change(sample));
    for (let at = channel; at < data.length; at += channels) data[at] = table[data[at]!]!;
  }
  return { ...image, data };
}

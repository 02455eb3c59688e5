import type { ImagePixels } from "./image-input.js";
import type { PixelImage } from "./pixel-image.js";

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
export function pixelNormaliser(settings: NormaliseSettings): (image: PixelImage) => ImagePixels {
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

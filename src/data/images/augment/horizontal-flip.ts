import type { PixelImage } from "../pixel-image.js";
import { checkShare } from "./check-share.js";
import type { ImageAugmentation } from "./image-augmentation.js";

export interface HorizontalFlipOptions {
  /** 0.5 by default. */
  readonly probability?: number;
}

/** Mirrors an image, left for right, with a probability. Throws `E_ARGUMENT` for one outside [0, 1]. */
export function horizontalFlip({ probability = 0.5 }: HorizontalFlipOptions = {}): ImageAugmentation {
  checkShare("probability", probability);
  return (image, random) => (random.uniform() < probability ? mirrored(image) : image);
}

function mirrored(image: PixelImage): PixelImage {
  const { width, height, channels } = image;
  const data = new Uint8Array(image.data.length);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = width - 1; x >= 0; x--) {
      const from = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) data[to++] = image.data[from + c]!;
    }
  }
  return { width, height, channels, data };
}

import { checkShare } from "./check-share.js";
import type { ImageAugmentation } from "./image-augmentation.js";

export interface CutoutOptions {
  /** Edges of the square, as a share of the image's edges, are drawn up to this. 0.5 by default. */
  readonly share?: number;
}

/**
 * Paints a rectangle of the image's proportions mid grey; its centre is anywhere, so part of it may lie outside
 * (DeVries & Taylor 2017, arXiv:1708.04552). Throws `E_ARGUMENT` for a share outside [0, 1].
 */
export function cutout({ share = 0.5 }: CutoutOptions = {}): ImageAugmentation {
  checkShare("share", share);
  return (image, random) => {
    const { width, height, channels } = image;
    const size = share * random.uniform();
    const [left, right] = span(width, size, random.uniform());
    const [top, bottom] = span(height, size, random.uniform());
    const data = Uint8Array.from(image.data);
    for (let y = top; y < bottom; y++) data.fill(128, (y * width + left) * channels, (y * width + right) * channels);
    return { width, height, channels, data };
  };
}

function span(length: number, size: number, place: number): readonly [number, number] {
  const start = Math.round(place * length - (size * length) / 2);
  return [Math.max(0, start), Math.max(0, Math.min(length, start + Math.round(size * length)))];
}

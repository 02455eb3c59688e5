import type { PixelImage } from "./image-input.js";

/** To which size an image is resized: a fixed one, or one that keeps its proportions. */
export type ResizeRule =
  | ImageSize
  | {
      /** The shorter edge gets this length; without it images never grow. */
      readonly shortestEdge?: number | undefined;
      /** The longer edge gets at most this length. */
      readonly longestEdge?: number | undefined;
    };

/** The size of an image after resizing. Lengths are rounded down, as transformers.js does; no edge gets shorter than 1. */
export function resizedSize(rule: ResizeRule, { height, width }: ImageSize): ImageSize {
  if ("height" in rule) return rule;
  const { shortestEdge, longestEdge } = rule;
  const grown = shortestEdge === undefined ? 1 : Math.max(shortestEdge / width, shortestEdge / height);
  const limited = longestEdge === undefined ? 1 : Math.min(longestEdge / (width * grown), longestEdge / (height * grown));
  // Two decimals first: 224 may have become 223.99999999999997.
  const edge = (length: number) => Math.max(1, Math.floor(Number((length * grown * limited).toFixed(2))));
  return { height: edge(height), width: edge(width) };
}

export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** The middle of an image; where the image is smaller it gets a black border. An odd rest goes to the right and the bottom. */
export function centreCrop(image: PixelImage, { height, width }: ImageSize): PixelImage {
  if (image.height === height && image.width === width) return image;
  return part(image, { top: cropStart(image.height, height), left: cropStart(image.width, width), height, width });
}

/** The part of an image that begins at (`top`, `left`), which may lie outside; there it is black. */
function part(
  image: PixelImage,
  { top, left, height, width }: ImageSize & { readonly top: number; readonly left: number },
): PixelImage {
  const { channels } = image;
  const data = new Uint8Array(height * width * channels);
  const from = Math.max(0, left);
  const to = Math.min(image.width, left + width);
  for (let y = Math.max(0, top); from < to && y < Math.min(image.height, top + height); y++) {
    const row = image.data.subarray((y * image.width + from) * channels, (y * image.width + to) * channels);
    data.set(row, ((y - top) * width + from - left) * channels);
  }
  return { width, height, channels, data };
}

/** Negative where a border is added; rounded towards the image's edge in both cases. */
function cropStart(has: number, wanted: number): number {
  return has >= wanted ? Math.floor((has - wanted) / 2) : -Math.floor((wanted - has) / 2);
}

/** A filter for resizing, by Pillow's name. */
export type Resample = "nearest" | "lanczos" | "bilinear" | "bicubic";

/** Pillow's numbers of its filters, as configuration files have them. */
export const RESAMPLE_NUMBERS: Readonly<Record<Resample, number>> = { nearest: 0, lanczos: 1, bilinear: 2, bicubic: 3 };

/** Filters by Pillow's numbers. Box (4) and Hamming (5) are taken as bilinear, as transformers.js does. */
const BY_NUMBER: readonly Resample[] = ["nearest", "lanczos", "bilinear", "bicubic", "bilinear", "bilinear"];

/** The filter of a name or of Pillow's number; `undefined` for an unknown one. */
export function resampleOf(value: number | string): Resample | undefined {
  if (typeof value === "number") return BY_NUMBER[value];
  return BY_NUMBER.find((name) => name === value.toLowerCase());
}

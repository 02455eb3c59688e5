import type { PixelImage } from "../image-input.js";
import type { ImageAugmentation } from "./image-augmentation.js";
import { checkShare } from "./image-augmentation.js";
import { rotate } from "./warp.js";

/** Options of {@link randomCrop}. */
export interface RandomCropOptions {
  /** Width of the border that the image gets before, as a share of its edges; 0.125 by default: 4 of CIFAR's 32 pixels. */
  readonly padding?: number | undefined;
  /** The border shows the image mirrored at its edge (default), or nothing. */
  readonly border?: "reflect" | "black" | undefined;
}

/**
 * Shifts an image: it gets a border, and a part of its own size is cut out anywhere, each place as probable as the others.
 * Throws `E_ARGUMENT` for a padding outside [0, 0.5].
 */
export function randomCrop({ padding = 0.125, border = "reflect" }: RandomCropOptions = {}): ImageAugmentation {
  checkShare("padding", padding, 0.5);
  const reflect = border === "reflect";
  return (image, random) => {
    const most = { x: Math.round(padding * image.width), y: Math.round(padding * image.height) };
    return shifted(
      image,
      random.integer(-most.x, most.x),
      random.integer(-most.y, most.y),
      reflect ? mirroredIndex : insideIndex,
    );
  };
}

/** Where index `i` of an axis is found, `undefined` for nowhere. */
type PlaceOnAxis = (i: number, length: number) => number | undefined;

const insideIndex: PlaceOnAxis = (i, length) => (i >= 0 && i < length ? i : undefined);

/** `c b | a b c d | c b`: the edge itself is not repeated. */
const mirroredIndex: PlaceOnAxis = (i, length) => {
  if (i < 0) return Math.min(-i, length - 1);
  return i < length ? i : Math.max(0, 2 * (length - 1) - i);
};

function shifted(image: PixelImage, left: number, top: number, place: PlaceOnAxis): PixelImage {
  const { width, height, channels } = image;
  const data = new Uint8Array(image.data.length);
  const columns = Array.from({ length: width }, (_, x) => place(x + left, width));
  for (let y = 0; y < height; y++) {
    const row = place(y + top, height);
    if (row === undefined) continue;
    for (const [x, column] of columns.entries()) {
      if (column === undefined) continue;
      const from = (row * width + column) * channels;
      const to = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) data[to + c] = image.data[from + c]!;
    }
  }
  return { width, height, channels, data };
}

/** Options of {@link horizontalFlip}. */
export interface HorizontalFlipOptions {
  /** 0.5 by default. */
  readonly probability?: number | undefined;
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

/** Options of {@link cutout}. */
export interface CutoutOptions {
  /** Edges of the square, as a share of the image's edges, are drawn up to this. 0.5 by default. */
  readonly share?: number | undefined;
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

/** Options of {@link rotation}. */
export interface RotationOptions {
  /** The angle is drawn between this to the left and this to the right. 10 by default. */
  readonly degrees?: number | undefined;
}

/** Turns an image a little around its centre; the corners become mid grey. Throws `E_ARGUMENT` for degrees outside [0, 180]. */
export function rotation({ degrees = 10 }: RotationOptions = {}): ImageAugmentation {
  checkShare("degrees", degrees, 180);
  return (image, random) => rotate(image, degrees * (2 * random.uniform() - 1));
}

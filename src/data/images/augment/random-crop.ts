import type { PixelImage } from "../pixel-image.js";
import { checkShare } from "./check-share.js";
import type { ImageAugmentation } from "./image-augmentation.js";

export interface RandomCropOptions {
  /** Width of the border that the image gets before, as a share of its edges; 0.125 by default: 4 of CIFAR's 32 pixels. */
  readonly padding?: number;
  /** What the border shows: the image mirrored at its edge (default), or nothing. */
  readonly border?: "reflect" | "black";
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

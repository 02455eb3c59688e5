import type { PixelImage } from "../image-input.js";

/** Where the pixel at (x, y) from the image's centre comes from: `(a x + b y + dx, c x + d y + dy)`, in pixels from the centre. */
export interface Warp {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly dx: number;
  readonly dy: number;
}

/** Mid grey, which is about 0 after normalisation. */
const OUTSIDE = 128;

/** Moves the pixels of an image, with bilinear interpolation; what comes from outside is mid grey. */
export function warp(image: PixelImage, { a, b, c, d, dx, dy }: Warp): PixelImage {
  const { width, height, channels } = image;
  const data = new Uint8Array(image.data.length);
  const centreX = (width - 1) / 2;
  const centreY = (height - 1) / 2;
  const sample = (x: number, y: number, channel: number) =>
    x >= 0 && y >= 0 && x < width && y < height ? image.data[(y * width + x) * channels + channel]! : OUTSIDE;
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromX = a * (x - centreX) + b * (y - centreY) + dx + centreX;
      const fromY = c * (x - centreX) + d * (y - centreY) + dy + centreY;
      const left = Math.floor(fromX);
      const top = Math.floor(fromY);
      const right = fromX - left;
      const down = fromY - top;
      for (let channel = 0; channel < channels; channel++) {
        const upper = (1 - right) * sample(left, top, channel) + right * sample(left + 1, top, channel);
        const lower = (1 - right) * sample(left, top + 1, channel) + right * sample(left + 1, top + 1, channel);
        data[to++] = Math.round((1 - down) * upper + down * lower);
      }
    }
  }
  return { width, height, channels, data };
}

/** Turns an image around its centre, clockwise for positive degrees. */
export function rotate(image: PixelImage, degrees: number): PixelImage {
  const angle = (degrees * Math.PI) / 180;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return warp(image, { a: cos, b: sin, c: -sin, d: cos, dx: 0, dy: 0 });
}

import type { PixelImage } from "./pixel-image.js";

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

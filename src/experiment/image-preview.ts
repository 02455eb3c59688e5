import type { ImagePixels } from "../data/images/image-input.js";

/** A small PNG as a `data:` address: the pixels between their lowest and highest value. */
export async function imagePreview({ shape, data }: ImagePixels): Promise<string> {
  // Loaded when asked for: texts need no images.
  const { default: sharp } = await import("sharp");
  const [channels, height, width] = shape;
  const low = data.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = data.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const area = height * width;
  const shown = channels === 3 ? 3 : 1;
  const bytes = new Uint8Array(shown * area);
  for (let at = 0; at < area; at++) {
    for (let c = 0; c < shown; c++) bytes[at * shown + c] = Math.round((255 * (data[c * area + at]! - low)) / (high - low || 1));
  }
  const image = sharp(bytes, { raw: { width, height, channels: shown } });
  const png = await image.resize({ width: 64, height: 64, fit: "inside", kernel: "nearest" }).png({ palette: true }).toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}

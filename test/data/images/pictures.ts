import sharp, { type Sharp } from "sharp";
import type { PixelImage } from "../../../src/data/images/image-input.js";

/** A smooth picture without symmetry, so that a wrong turn, flip or order of channels shows. */
export function picture(width: number, height: number, channels: 1 | 3 = 3): PixelImage {
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        const wave = Math.sin(x / (7 + 3 * c)) * Math.cos(y / (11 - 2 * c));
        data[(y * width + x) * channels + c] = 40 + (100 * x) / width + (60 * y) / height + 40 * wave + 5 * c;
      }
  return { width, height, channels, data };
}

export function encode({ data, width, height, channels }: PixelImage): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

/** A small PNG whose header claims another size, with a right checksum. */
export async function pngClaiming(width: number, height: number): Promise<Buffer> {
  const png = await encode(picture(4, 4)).png().toBuffer();
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  return png;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

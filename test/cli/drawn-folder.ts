import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";

/** Grey PNG files of 16 x 16 pixels, `dark/0.png`, `light/1.png`, ...: two easy classes. */
export async function drawFolder(folder: string, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, i) => `${i % 2 ? "light" : "dark"}/${i}.png`);
  for (const name of ["light", "dark"]) await mkdir(join(folder, name), { recursive: true });
  for (const [i, name] of names.entries()) {
    const data = new Uint8Array(16 * 16).fill((i % 2 ? 180 : 20) + (i % 40));
    await sharp(data, { raw: { width: 16, height: 16, channels: 1 } })
      .png()
      .toFile(join(folder, name));
  }
  return names;
}

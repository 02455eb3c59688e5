import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeImage, type EncodedImage, readImageHeader, resizePixels } from "../../../src/data/images/decode-image.js";
import type { PixelImage } from "../../../src/data/images/image-input.js";
import { centreCrop } from "../../../src/data/images/resizing.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { encode, picture, pngClaiming } from "./pictures.js";

async function decode(encoded: EncodedImage, options: { readonly maxPixels?: number } = {}): Promise<PixelImage> {
  return decodeImage(encoded, "it.jpg", { ...options, header: await readImageHeader(encoded, "it.jpg", options) });
}

function at({ data, width, channels }: PixelImage, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * channels, (y * width + x) * channels + channels)];
}

function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of actual.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(tolerance);
}

describe("decodeImage", () => {
  const original = picture(48, 32);

  it("turns an image as its EXIF orientation says", async () => {
    const jpeg = await encode(original)
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
      .toBuffer();
    const image = await decode(jpeg);
    expect([image.width, image.height]).toEqual([32, 48]);
    // Orientation 6: a quarter turn clockwise, so that the old lower left is the new upper left.
    expectClose(at(image, 0, 0), at(original, 0, 31), 6);
    expectClose(at(image, 31, 0), at(original, 0, 0), 6);
    expectClose(at(image, 31, 47), at(original, 47, 0), 6);
    const small = await decodeImage(jpeg, "it", {
      header: await readImageHeader(jpeg, "it"),
      resizing: { width: 32, height: 24, resample: "lanczos", resizeLike: "transformers.js" },
    });
    expect([small.width, small.height]).toEqual([32, 24]);
    expectClose(at(small, 31, 0), at(original, 0, 0), 12);
  });

  it("reads PNG, WebP, GIF, TIFF and AVIF, of 16 bits too, as 8-bit colours", async () => {
    const files = [
      [await encode(original).png().toBuffer(), 0],
      [await encode(original).webp({ lossless: true }).toBuffer(), 0],
      [await encode(original).tiff({ compression: "lzw" }).toBuffer(), 0],
      [await encode(original).toColourspace("rgb16").png().toBuffer(), 1],
      [await encode(original).avif({ quality: 95, chromaSubsampling: "4:4:4" }).toBuffer(), 8],
      [await encode(original).gif().toBuffer(), 40],
    ] as const;
    for (const [file, tolerance] of files) {
      const image = await decode(file);
      expect([image.width, image.height, image.channels]).toEqual([48, 32, 3]);
      expectClose(at(image, 17, 23), at(original, 17, 23), tolerance);
      expectClose(at(image, 44, 5), at(original, 44, 5), tolerance);
    }
  });

  it("makes sRGB of CMYK", async () => {
    const red: PixelImage = {
      width: 8,
      height: 8,
      channels: 3,
      data: new Uint8Array(192).map((_, i) => (i % 3 === 0 ? 220 : 20)),
    };
    const cmyk = await encode(red).toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer();
    const image = await decode(cmyk);
    expect(image.channels).toBe(3);
    const [r, g, b] = at(image, 4, 4) as [number, number, number];
    expect(r).toBeGreaterThan(150);
    expect(Math.max(g, b)).toBeLessThan(90);
  });

  it("takes the first picture of an animation", async () => {
    const { default: sharp } = await import("sharp");
    const frames = await Promise.all(["#ff0000", "#0000ff"].map((background) => plain(background)));
    const gif = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const image = await decode(gif);
    expect([image.width, image.height]).toEqual([10, 6]);
    expect(at(image, 5, 3)).toEqual([255, 0, 0]);

    function plain(background: string): Promise<Buffer> {
      return sharp({ create: { width: 10, height: 6, channels: 3, background } })
        .png()
        .toBuffer();
    }
  });

  it("drops transparency: the colour below shows, while resizing too", async () => {
    const rgba = new Uint8Array(16 * 16 * 4).map((_, i) => [200, 100, 50, Math.floor(i / 4) % 2 === 0 ? 0 : 255][i % 4]!);
    const png = await encode({ width: 16, height: 16, channels: 4 as 3, data: rgba })
      .png()
      .toBuffer();
    const header = await readImageHeader(png, "it");
    expect(header.hasAlpha).toBe(true);
    for (const resample of ["nearest", "bilinear", "lanczos"] as const) {
      const resizing = { width: 8, height: 8, resample, resizeLike: "pillow" } as const;
      const image = await decodeImage(png, "it", { header, resizing });
      expect(at(image, 3, 3)).toEqual([200, 100, 50]);
    }
  });

  it("keeps grey images grey", async () => {
    const image = await decode(
      await encode(picture(9, 7, 1))
        .toColourspace("b-w")
        .png()
        .toBuffer(),
    );
    const grey = image.channels === 1 ? image.data[30]! : image.data[90]!;
    expect(grey).toBe(picture(9, 7, 1).data[30]);
  });

  it("names an image that is missing, empty, none, cut short or a drawing", async () => {
    const jpeg = await encode(picture(200, 150)).jpeg().toBuffer();
    const png = await encode(picture(200, 150)).png().toBuffer();
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="5" height="5"/></svg>');
    const bad: readonly (readonly [EncodedImage, RegExp])[] = [
      ["/no/such/it.jpg", /no such file/],
      [temporaryFolder(), /no JPEG/],
      [new Uint8Array(), /empty/],
      [Buffer.from("<html>not found</html>"), /no JPEG/],
      [jpeg.subarray(0, jpeg.length >> 1), /damaged.*end/i],
      [png.subarray(0, png.length >> 1), /damaged/],
      [jpeg.subarray(0, 20), /damaged|no JPEG/],
      [svg, /format svg/],
    ];
    for (const [encoded, reason] of bad) {
      await expect(decode(encoded)).rejects.toMatchObject({ code: "E_IMAGE" });
      await expect(decode(encoded)).rejects.toThrow(/The image it\.jpg/);
      await expect(decode(encoded)).rejects.toThrow(reason);
    }
  });

  it("refuses an image that is too large before it decodes it", async () => {
    await expect(decode(await pngClaiming(50_000, 50_000))).rejects.toThrow(/50000 x 50000 pixels/);
    const path = join(temporaryFolder(), "small.png");
    await writeFile(path, await encode(original).png().toBuffer());
    await expect(decode(path, { maxPixels: 48 * 32 - 1 })).rejects.toMatchObject({ code: "E_IMAGE" });
    expect((await decode(path, { maxPixels: 48 * 32 })).width).toBe(48);
  });
});

describe("resizePixels", () => {
  it("averages as torch's antialiased interpolation does, the outermost pixels apart", async () => {
    const data = Uint8Array.from({ length: 108 }, (_, i) => {
      const x = i % 12;
      const y = Math.floor(i / 12);
      return (37 * x * x + 101 * y * y + 53 * x * y) % 256;
    });
    // torch.nn.functional.interpolate(image, (4, 5), mode, antialias=True)[1:3, 1:4], PyTorch 1.13.
    const expected = { bilinear: [114, 107, 130, 99, 108, 108], bicubic: [118, 102, 131, 97, 110, 105] } as const;
    for (const resample of ["bilinear", "bicubic"] as const) {
      const resizing = { width: 5, height: 4, resample, resizeLike: "pillow" } as const;
      const small = await resizePixels({ width: 12, height: 9, channels: 1, data }, resizing);
      expect(small.channels).toBe(1);
      expectClose(
        [6, 7, 8, 11, 12, 13].map((i) => small.data[i]!),
        expected[resample],
        2,
      );
    }
  });
});

describe("centreCrop", () => {
  it("cuts the middle out and fills up with black", () => {
    const image: PixelImage = { width: 4, height: 3, channels: 1, data: Uint8Array.from({ length: 12 }, (_, i) => i + 1) };
    expect([...centreCrop(image, { width: 2, height: 2 }).data]).toEqual([2, 3, 6, 7]);
    expect([...centreCrop(image, { width: 6, height: 1 }).data]).toEqual([0, 5, 6, 7, 8, 0]);
    expect([...centreCrop(image, { width: 1, height: 4 }).data]).toEqual([2, 6, 10, 0]);
    expect(centreCrop(image, { width: 4, height: 3 })).toBe(image);
  });
});

import { open as openFile } from "node:fs/promises";
import type { Sharp, SharpInput, SharpOptions } from "sharp";
import { BaalError } from "../../core/errors.js";
import type { PixelImage } from "./image-input.js";
import { asImageError, imageError } from "./image-input.js";
import type { ResizeLike } from "./image-processor.js";
import type { ImageSize, Resample } from "./resizing.js";

/** The one door to sharp, which is native code: loaded with the first image that needs it. */
async function open(input: SharpInput, options: SharpOptions): Promise<Sharp> {
  const { default: sharp } = await import("sharp");
  // What decoders only warn of (odd headers of cameras, bytes between segments) hinders no viewer; an image that is cut short is an error.
  return sharp(input, { failOn: "error", ...options });
}

/** A file's path, or the file's bytes. */
export type EncodedImage = string | Uint8Array;

/** How large an image may claim to be. */
export interface DecodeLimits {
  /**
   * Images of more pixels are refused before they are decoded: a file of a few kilobytes can claim to be a picture of gigabytes.
   * 100 million by default.
   */
  readonly maxPixels?: number | undefined;
}

/** An image file's word about itself. */
export interface ImageHeader extends ImageSize {
  readonly hasAlpha: boolean;
}

export interface Resizing extends ImageSize {
  readonly resample: Resample;
  readonly resizeLike: ResizeLike;
}

const DEFAULT_MAX_PIXELS = 100_000_000;

/** Formats of photographs and screenshots. Drawings such as SVG have no pixels of their own, and may refer to other files. */
const FORMATS = ["jpeg", "png", "webp", "gif", "tiff", "heif"];

/**
 * Reads an image's header: its size as it is looked at (turned as its EXIF orientation says).
 * Throws `E_IMAGE` naming it when it is missing, no image, or larger than `maxPixels`.
 */
export async function readImageHeader(
  encoded: EncodedImage,
  name: string,
  { maxPixels = DEFAULT_MAX_PIXELS }: DecodeLimits = {},
): Promise<ImageHeader> {
  try {
    const { format, autoOrient, hasAlpha } = await (await open(encoded, { limitInputPixels: false })).metadata();
    if (!FORMATS.includes(format)) throw imageError(name, `it is of the format ${format}; known are ${FORMATS.join(", ")}`);
    const { width, height } = autoOrient;
    if (width * height > maxPixels) {
      throw imageError(name, `it says it has ${width} x ${height} pixels, and at most ${maxPixels} are allowed (maxPixels)`);
    }
    return { width, height, hasAlpha };
  } catch (error) {
    const other = error instanceof BaalError ? undefined : await foreignFormat(encoded);
    if (other !== undefined) throw imageError(name, `it is ${other} image, which is not read; convert it to PNG or JPEG`, error);
    throw asImageError(name, error);
  }
}

/** Formats that are not read, by a text near the beginning of their files. */
const FOREIGN: readonly (readonly [at: number, texts: readonly string[], what: string])[] = [
  [0, ["BM"], "a BMP"],
  [0, ["P1", "P2", "P3", "P4", "P5", "P6", "P7"], "a PNM (PBM, PGM, PPM)"],
  [0, ["8BPS"], "a Photoshop"],
  [4, ["ftyphei", "ftyphev", "ftypmif1", "ftypmsf1"], "a HEIC"],
  [4, ["JXL "], "a JPEG XL"],
  [4, ["jP  "], "a JPEG 2000"],
  [0, ["<svg", "<?xml"], "an SVG"],
];

async function foreignFormat(encoded: EncodedImage): Promise<string | undefined> {
  const start = typeof encoded === "string" ? await startOf(encoded) : encoded.subarray(0, 16);
  const text = Buffer.from(start).toString("latin1");
  return FOREIGN.find(([at, texts]) => texts.some((one) => text.startsWith(one, at)))?.[2];
}

async function startOf(path: string): Promise<Uint8Array> {
  const file = await openFile(path).catch(() => undefined);
  if (file === undefined) return new Uint8Array();
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    // A folder, for example: what could not be read is told by who tried to decode it.
    return new Uint8Array();
  } finally {
    await file.close();
  }
}

/**
 * Decodes an image and resizes it on the way, in libuv's thread pool. Turned as its EXIF orientation says; CMYK and embedded colour
 * profiles become sRGB, 16 bits become 8, of an animation the first picture is taken, and transparency is dropped as Pillow's
 * `convert("RGB")` does (the colour below it shows). Throws `E_IMAGE` naming the image, also when it is cut short.
 */
export async function decodeImage(
  encoded: EncodedImage,
  name: string,
  options: DecodeLimits & { readonly header: ImageHeader; readonly resizing?: Resizing | undefined },
): Promise<PixelImage> {
  const { header, resizing, maxPixels = DEFAULT_MAX_PIXELS } = options;
  try {
    const opened = (await open(encoded, { limitInputPixels: maxPixels })).autoOrient();
    if (resizing === undefined || isSize(header, resizing)) return await pixelsOf(opened.removeAlpha());
    // Resizing weighs colours by their opacity, so the transparency must go before.
    if (header.hasAlpha) return await resizePixels(await pixelsOf(opened.removeAlpha()), resizing);
    const image = await pixelsOf(resized(opened, header, resizing));
    if (isSize(image, resizing)) return image;
    throw imageError(name, "it changed while it was read");
  } catch (error) {
    throw asImageError(name, error);
  }
}

/** Resizes a decoded image. */
export async function resizePixels(image: PixelImage, resizing: Resizing): Promise<PixelImage> {
  if (isSize(image, resizing)) return image;
  return pixelsOf(resized(await openPixels(image), image, resizing));
}

export interface PngOptions {
  /** Longest edge, to which the image grows or shrinks; as large as it is by default. */
  readonly longestEdge?: number | undefined;
  /** Fewer colours, for a smaller file. */
  readonly palette?: boolean | undefined;
}

/** A decoded image as the bytes of a PNG file. */
export async function encodePng(image: PixelImage, { longestEdge, palette = false }: PngOptions = {}): Promise<Buffer> {
  const opened = await openPixels(image);
  const size = { width: longestEdge, height: longestEdge, fit: "inside", kernel: "nearest" } as const;
  const sized = longestEdge === undefined ? opened : opened.resize(size);
  return sized.png(palette ? { palette } : { compressionLevel: 3 }).toBuffer();
}

async function openPixels({ width, height, channels, data }: PixelImage): Promise<Sharp> {
  const opened = await open(data, { raw: { width, height, channels } });
  return channels === 1 ? opened.toColourspace("b-w") : opened;
}

const KERNELS = { nearest: "nearest", bilinear: "linear", bicubic: "cubic", lanczos: "lanczos3" } as const;

function resized(image: Sharp, from: ImageSize, { width, height, resample, resizeLike }: Resizing): Sharp {
  if (resizeLike === "transformers.js" && resample !== "lanczos") {
    return image.affine([width / from.width, 0, 0, height / from.height], { interpolator: resample });
  }
  // Naming the whole image as the part to resize keeps JPEGs from being decoded at a smaller size, which gives other pixels.
  const whole = image.extract({ left: 0, top: 0, width: from.width, height: from.height });
  return whole.resize({ width, height, fit: "fill", kernel: KERNELS[resample] });
}

async function pixelsOf(image: Sharp): Promise<PixelImage> {
  const { data, info } = await image.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { width, height, channels: channels === 1 ? 1 : 3, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

function isSize(image: ImageSize, { width, height }: ImageSize): boolean {
  return image.width === width && image.height === height;
}

/** An image as PNG, no larger than the size, for somebody to look at. Throws what decoding throws. */
export async function previewPng(path: string, size: ImageSize): Promise<Buffer> {
  const image = await open(path, { limitInputPixels: DEFAULT_MAX_PIXELS });
  return image
    .autoOrient()
    .resize({ ...size, fit: "inside", withoutEnlargement: true })
    .png()
    .toBuffer();
}

/** {@link previewPng} as red, green and blue of each pixel, row by row, scaled up as well. */
export async function previewPixels(path: string, size: ImageSize): Promise<ImageSize & { readonly data: Uint8Array }> {
  const image = await open(path, { limitInputPixels: DEFAULT_MAX_PIXELS });
  const pixels = image
    .autoOrient()
    .resize({ ...size, fit: "inside" })
    .flatten()
    .toColourspace("srgb");
  const { data, info } = await pixels.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  // Grey images have one channel.
  const rgb =
    channels === 3
      ? data
      : Uint8Array.from(
          { length: 3 * width * height },
          (_, i) => data[Math.floor(i / 3) * channels + (channels > 3 ? i % 3 : 0)]!,
        );
  return { width, height, data: rgb };
}

export interface ThumbnailOptions {
  /** Pixels at most; an image that is smaller stays so. */
  readonly width: number;
  /** Contrast by adaptive histogram equalisation (CLAHE; Zuiderveld 1994): what is dark or pale shows. */
  readonly isEqualised?: boolean | undefined;
}

/** An image as WebP, for a page. Throws `E_IMAGE` naming it. */
export async function thumbnail(path: string, { width, isEqualised = false }: ThumbnailOptions): Promise<Buffer> {
  try {
    const image = await open(path, { limitInputPixels: DEFAULT_MAX_PIXELS });
    const sized = image.autoOrient().resize({ width, height: width, fit: "inside", withoutEnlargement: true });
    if (!isEqualised) return await sized.webp({ quality: 82 }).toBuffer();
    const { data, info } = await sized.png({ compressionLevel: 1 }).toBuffer({ resolveWithObject: true });
    const tile = (length: number) => Math.max(1, Math.ceil(length / 8));
    const equalised = (await open(data, {})).clahe({ width: tile(info.width), height: tile(info.height), maxSlope: 3 });
    return await equalised.webp({ quality: 82 }).toBuffer();
  } catch (error) {
    throw asImageError(path, error);
  }
}

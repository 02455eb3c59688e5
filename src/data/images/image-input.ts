import { BaalError, errorMessage } from "../../core/errors.js";

/** Pixels as a model reads them: float32, channels first, `[channels, height, width]`, resized and normalised. */
export interface ImagePixels {
  readonly shape: readonly [channels: number, height: number, width: number];
  readonly data: Float32Array;
}

/**
 * An image that is decoded when its pixels are wanted. Items of an image data set stay small: a model asks for the pixels of one
 * batch while it works on the batch before.
 */
export interface ImageInput {
  /** Its name in errors: the path, the URL, or the place in an archive. */
  readonly name: string;
  /** Throws `E_IMAGE` naming the image when it is missing, damaged or too large. */
  load(): ImagePixels | Promise<ImagePixels>;
  /** Names the pixels: images of the same content, prepared alike, have the same key. Without it, caches hash the pixels. */
  contentKey?(): string | Promise<string>;
}

export function isImageInput(value: unknown): value is ImageInput {
  return typeof value === "object" && value !== null && "load" in value && typeof value.load === "function";
}

/** A decoded image: 8 bits per sample, channels last, `[height, width, channels]`. One channel is grey, three are red, green, blue. */
export interface PixelImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** Whether a value is a decoded image whose data have the size that it says. */
export function isPixelImage(value: unknown): value is PixelImage {
  if (typeof value !== "object" || value === null) return false;
  const { width, height, channels, data } = value as Partial<PixelImage>;
  if (!(data instanceof Uint8Array) || (channels !== 1 && channels !== 3)) return false;
  if (width === undefined || height === undefined || !(width > 0 && height > 0)) return false;
  return data.length === width * height * channels;
}

/** `E_IMAGE` for the image `name`. `reason` ends the sentence. */
export function imageError(name: string, reason: string, cause?: unknown): BaalError {
  return new BaalError("E_IMAGE", `The image ${name} cannot be used: ${reason}.`, cause === undefined ? {} : { cause });
}

/** Anything thrown while an image was read, as `E_IMAGE`; a `BaalError` stays as it is. */
export function asImageError(name: string, error: unknown): BaalError {
  if (error instanceof BaalError) return error;
  return imageError(name, reasonOf(errorMessage(error)), error);
}

/** Messages of libvips, in words for people who never heard of it. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/Input file is missing/, "there is no such file"],
  [/Buffer is empty/, "it is empty"],
  [/unsupported image format/, "it is no JPEG, PNG, WebP, GIF, TIFF or AVIF image, or its first bytes are damaged"],
];

function reasonOf(message: string): string {
  const known = REASONS.find(([pattern]) => pattern.test(message));
  return known?.[1] ?? `it is damaged (${message.trim().replaceAll("\n", "; ")})`;
}

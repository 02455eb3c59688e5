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
  /** What errors call it: the path, the URL, or the place in an archive. */
  readonly name: string;
  /** Throws `E_IMAGE` naming the image when it is missing, damaged or too large. */
  load(): ImagePixels | Promise<ImagePixels>;
  /** Names the pixels: images of the same content, prepared alike, have the same key. Without it, caches hash the pixels. */
  contentKey?(): string | Promise<string>;
}

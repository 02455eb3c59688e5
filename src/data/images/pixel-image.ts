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

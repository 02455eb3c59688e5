import { BaalError, errorMessage } from "../../core/errors.js";

/** `E_IMAGE` for the image `name`. `reason` ends the sentence. */
export function imageError(name: string, reason: string, cause?: unknown): BaalError {
  return new BaalError("E_IMAGE", `The image ${name} cannot be used: ${reason}.`, cause === undefined ? {} : { cause });
}

/** Anything thrown while an image was read, as `E_IMAGE`; a `BaalError` stays as it is. */
export function asImageError(name: string, error: unknown): BaalError {
  if (error instanceof BaalError) return error;
  return imageError(name, reasonOf(errorMessage(error)), error);
}

/** What libvips says, in words for people who never heard of it. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/Input file is missing/, "there is no such file"],
  [/Buffer is empty/, "it is empty"],
  [/unsupported image format/, "it is no JPEG, PNG, WebP, GIF, TIFF or AVIF image, or its first bytes are damaged"],
];

function reasonOf(message: string): string {
  const known = REASONS.find(([pattern]) => pattern.test(message));
  return known?.[1] ?? `it is damaged (${message.trim().replaceAll("\n", "; ")})`;
}

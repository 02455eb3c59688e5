import { hash } from "node:crypto";
import type { PixelImage } from "../../data/images/image-input.js";

/** What a text or an image is known by: the same for the same contents, in every process. */
export interface ContentKey {
  /** 128 bits of the contents' SHA-256. */
  readonly name: string;
  /** 31 bits of it, to name the input's draws. */
  readonly number: number;
}

export function contentKey(input: string | PixelImage): ContentKey {
  const digest = typeof input === "string" ? hash("sha256", input, "buffer") : imageDigest(input);
  return { name: digest.toString("base64url", 0, 16), number: digest.readUInt32LE(16) >>> 1 };
}

/** The digest of the pixels with the shape that they have. */
function imageDigest({ width, height, channels, data }: PixelImage): Buffer {
  return hash("sha256", `${width} ${height} ${channels} ${hash("sha256", data)}`, "buffer");
}

import type { PixelImage } from "../../data/images/image-input.js";
import { sha256, sha256Bytes } from "../../system/digest.js";

/** What a text or an image is known by: the same for the same contents, in every process. */
export interface ContentKey {
  /** 128 bits of the contents' SHA-256. */
  readonly name: string;
  /** 31 bits of it, to name the input's draws. */
  readonly number: number;
}

export function contentKey(input: string | PixelImage): ContentKey {
  const digest = typeof input === "string" ? sha256Bytes(input) : imageDigest(input);
  return { name: digest.toString("base64url", 0, 16), number: digest.readUInt32LE(16) >>> 1 };
}

/** The digest of the pixels with the shape that they have. */
function imageDigest({ width, height, channels, data }: PixelImage): Buffer {
  return sha256Bytes(`${width} ${height} ${channels} ${sha256(data)}`);
}

import { createHash } from "node:crypto";

/** SHA-256 of the bytes of an array. */
export function contentHash(array: NodeJS.TypedArray): string {
  return createHash("sha256")
    .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    .digest("base64");
}

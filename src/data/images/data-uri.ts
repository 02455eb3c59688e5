import { imageError } from "./image-error.js";

/** The bytes of a `data:` address (RFC 2397), in base64 or percent-encoded; its media type is not looked at. Throws `E_IMAGE`. */
export async function decodeDataUri(uri: string, name: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await (await fetch(uri)).arrayBuffer());
  } catch (error) {
    throw imageError(name, "its data address is damaged", error);
  }
}

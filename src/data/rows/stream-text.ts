import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { BaalError, errorMessage } from "../../core/errors.js";

/**
 * The text of a UTF-8 file in pieces; a byte-order mark is dropped and `.gz` files are unpacked on the way.
 * Throws `E_FILE_NOT_FOUND`, and `E_DATA` for other encodings: a wrong guess would put replacement characters into texts.
 */
export async function* streamText(path: string): AsyncGenerator<string> {
  const source = createReadStream(path);
  const bytes = path.endsWith(".gz") ? source.compose<NodeJS.ReadWriteStream>(createGunzip()) : source;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let position = 0;
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      const text = decoder.decode(chunk, { stream: true });
      position += chunk.length;
      if (text) yield text;
    }
    const rest = decoder.decode();
    if (rest) yield rest;
  } catch (error) {
    throw readingError(path, error, position);
  } finally {
    source.destroy();
  }
}

/** An error of reading `path`, as a `BaalError` that says what went wrong. */
export function readingError(path: string, error: unknown, position?: number): BaalError {
  if (error instanceof BaalError) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return new BaalError("E_FILE_NOT_FOUND", `The data file ${path} does not exist.`, { cause: error });
  if (code === "EISDIR") return new BaalError("E_DATA", `${path} is a folder; a data file is needed.`, { cause: error });
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") {
    const message = `${path} is not UTF-8 text (after byte ${position ?? 0}); save it again with the encoding UTF-8.`;
    return new BaalError("E_DATA", message, { cause: error });
  }
  return new BaalError("E_DATA", `${path} could not be read: ${errorMessage(error)}`, { cause: error });
}

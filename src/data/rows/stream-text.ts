import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { BaalError, errorMessage } from "../../core/errors.js";
import { checkText, contentKind } from "./content-kind.js";

/**
 * The text of a file in pieces: UTF-8, or UTF-16 with a byte-order mark, which is dropped; what gzip has packed is unpacked, whatever its name. Throws
 * `E_FILE_NOT_FOUND`, and `E_DATA` for other encodings and for what is no text: a wrong guess would put replacement characters into texts.
 */
export async function* streamText(path: string): AsyncGenerator<string> {
  const source = createReadStream(path);
  let last: Uint8Array | undefined;
  try {
    let bytes = peeked(source.iterator({ destroyOnReturn: false }));
    let start = await bytes.start();
    if (contentKind(start) === "gzip") {
      const unpacked = createGunzip();
      // Errors reach the loop below through the unpacker, which the pipeline destroys with them.
      pipeline(Readable.from(bytes.all()), unpacked, () => {});
      bytes = peeked(unpacked.iterator({ destroyOnReturn: false }));
      start = await bytes.start();
    }
    checkText(start, path);
    const encoding = contentKind(start);
    const decoder = new TextDecoder(encoding === undefined || encoding === "gzip" ? "utf-8" : encoding, { fatal: true });
    for await (const chunk of bytes.all()) {
      last = chunk;
      const text = decoder.decode(chunk, { stream: true });
      if (text) yield text;
    }
    const rest = decoder.decode();
    if (rest) yield rest;
  } catch (error) {
    throw readingError(path, error, last);
  } finally {
    source.destroy();
  }
}

/** A stream whose first bytes can be looked at before all are read. */
function peeked(iterator: AsyncIterator<Buffer>) {
  let first: Buffer | undefined;
  const isLong = () => first !== undefined && first.length >= 4;
  return {
    async start(): Promise<Uint8Array> {
      while (!isLong()) {
        const { value, done } = await iterator.next();
        if (done) break;
        first = first ? Buffer.concat([first, value]) : value;
      }
      return first ?? new Uint8Array();
    },
    async *all(): AsyncGenerator<Buffer> {
      if (first) yield first;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    },
  };
}

/** What stands before the first byte that is none of UTF-8, to look for in an editor. */
function behind(bytes: Uint8Array): string {
  // A piece may begin within a character.
  const first = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  const text = new TextDecoder().decode(bytes.subarray(Math.max(0, first)));
  const before = text.slice(0, Math.max(0, text.indexOf("\ufffd"))).slice(-30);
  const line = before.slice(before.lastIndexOf("\n") + 1).trimStart();
  return line === "" ? "" : ` (behind ${JSON.stringify(line)})`;
}

/** An error of reading `path`, as a `BaalError` that says what went wrong; `bytes` are those that could not be decoded. */
export function readingError(path: string, error: unknown, bytes?: Uint8Array): BaalError {
  if (error instanceof BaalError) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return new BaalError("E_FILE_NOT_FOUND", `The data file ${path} does not exist.`, { cause: error });
  if (code === "EISDIR") return new BaalError("E_DATA", `${path} is a folder; a data file is needed.`, { cause: error });
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") {
    const message = `${path} is not UTF-8 text${bytes ? behind(bytes) : ""}; save it again with the encoding UTF-8, or convert it: iconv -f windows-1252 -t utf-8.`;
    return new BaalError("E_DATA", message, { cause: error });
  }
  return new BaalError("E_DATA", `${path} could not be read: ${errorMessage(error)}`, { cause: error });
}

import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { type Extract, extract, type Header } from "tar-stream";
import { BaalError, throwIfAborted } from "../../../core/errors.js";
import { readingError } from "../../rows/stream-text.js";

/** A file in a tar archive. */
export interface TarEntry {
  /** Its path in the archive, without a leading `./`. */
  readonly path: string;
  /** Its content: kept in memory for packed archives, read from the archive again for others. */
  readonly bytes: () => Uint8Array | Promise<Uint8Array>;
}

export interface TarOptions {
  readonly signal?: AbortSignal | undefined;
}

/** tar-stream also tells where in the archive a file's content begins. */
type PlacedHeader = Header & { readonly byteOffset?: number | undefined };

/**
 * The files of a `.tar` or `.tar.gz` archive that `wanted` picks by path, in the archive's order. The archive is read once, from
 * front to back. Throws `E_FILE_NOT_FOUND`, `E_DATA` for a damaged archive, `E_ABORTED`.
 */
export async function tarEntries(path: string, wanted: (path: string) => boolean, options: TarOptions = {}): Promise<TarEntry[]> {
  const { signal } = options;
  try {
    const packed = await isGzip(path);
    const archive = extract();
    const source = createReadStream(path, { ...(signal && { signal }) });
    const reading = packed ? pipeline(source, createGunzip(), archive) : pipeline(source, archive);
    const [found] = await Promise.all([collect(archive, { path, packed, wanted }), reading]);
    return found;
  } catch (error) {
    throwIfAborted(signal, `Reading ${path}`);
    throw readingError(path, error);
  }
}

async function collect(
  archive: Extract,
  { path, packed, wanted }: { readonly path: string; readonly packed: boolean; readonly wanted: (path: string) => boolean },
): Promise<TarEntry[]> {
  const found: TarEntry[] = [];
  for await (const entry of archive) {
    const { name, type, size, byteOffset }: PlacedHeader = entry.header;
    const entryPath = name.replace(/^(\.\/)+/, "");
    if (type !== "file" || !wanted(entryPath)) {
      entry.resume();
    } else if (!packed && byteOffset !== undefined) {
      found.push({ path: entryPath, bytes: () => readPart(path, byteOffset, size) });
      entry.resume();
    } else {
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry as AsyncIterable<Uint8Array>) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      found.push({ path: entryPath, bytes: () => bytes });
    }
  }
  return found;
}

async function isGzip(path: string): Promise<boolean> {
  const start = await readPart(path, 0, 2);
  return start[0] === 0x1f && start[1] === 0x8b;
}

async function readPart(path: string, start: number, size: number): Promise<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await file.read(bytes, 0, size, start);
    if (bytesRead < size) throw new BaalError("E_DATA", `${path} ends within the ${size} bytes from ${start}; it is cut short.`);
    return bytes;
  } catch (error) {
    throw readingError(path, error);
  } finally {
    await file?.close();
  }
}

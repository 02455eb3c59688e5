import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { BaalError } from "../../core/errors.js";
import { sha256 } from "../../system/digest.js";
import { unlessMissing } from "../../system/files.js";

/*
 * Feature vectors on disk. A segment is a file `<encoder>-<width>-<uuid>.rows` of records of equal size:
 *   CRC-32 of what follows (4 bytes), content key (32), feature vector (4 x width: float32, little-endian).
 * Only the call that made a segment appends to it, so writers never meet. What a killed process left half written at the end of its
 * segment is no whole record, is not read, and nobody writes behind it.
 */

const KEY_BYTES = 32;
const HEAD_BYTES = 4 + KEY_BYTES;
const NAME = /^([0-9a-f]{32})-(\d+)-[0-9a-f-]{36}\.rows$/;

export interface Segment {
  readonly path: string;
  readonly encoder: string;
  readonly width: number;
  readonly bytes: number;
  /** When it was last written to or of use. */
  readonly usedAt: number;
}

/** How segments name an encoder. */
export function encoderName(fingerprint: string): string {
  return sha256(fingerprint).slice(0, 32);
}

function segmentName(encoder: string, width: number, uuid: string): string {
  return `${encoder}-${width}-${uuid}.rows`;
}

function recordBytes(width: number): number {
  return HEAD_BYTES + 4 * width;
}

/** The segments in a folder, of all encoders, those longest out of use first. A folder that is not there has none. */
async function listSegments(folder: string): Promise<Segment[]> {
  const names = (await readdir(folder).catch(unlessMissing)) ?? [];
  const found = names.map(async (name): Promise<Segment[]> => {
    const [, encoder, width] = NAME.exec(name) ?? [];
    const path = join(folder, name);
    const stats = encoder && (await stat(path).catch(unlessMissing));
    return stats ? [{ path, encoder, width: Number(width), bytes: stats.size, usedAt: stats.mtimeMs }] : [];
  });
  return (await Promise.all(found)).flat().sort((a, b) => a.usedAt - b.usedAt || (a.path < b.path ? -1 : 1));
}

/**
 * Gives the vectors of an encoder whose keys are wanted, as bytes, and takes their keys out of `wanted`. Damaged ones are passed over.
 */
export async function readRows(
  { folder, encoder }: { readonly folder: string; readonly encoder: string },
  wanted: Set<string>,
  onRow: (key: string, row: Uint8Array) => void,
): Promise<void> {
  const segments = (await listSegments(folder)).filter((segment) => segment.encoder === encoder);
  for (const segment of segments.reverse()) {
    if (wanted.size === 0) return;
    const before = wanted.size;
    for (const { key, row, isIntact } of await readRecords(segment)) {
      if (!wanted.has(key) || !isIntact()) continue;
      wanted.delete(key);
      onRow(key, row);
    }
    const now = new Date();
    if (wanted.size < before) await utimes(segment.path, now, now).catch(unlessReadOnly);
  }
}

interface FeatureRecord {
  readonly key: string;
  readonly row: Uint8Array;
  /** Whether the checksum fits. */
  readonly isIntact: () => boolean;
}

/** The whole records of a segment; none when another process has dropped it. */
async function readRecords({ path, width }: Segment): Promise<Iterable<FeatureRecord>> {
  const data = (await readFile(path).catch(unlessMissing)) ?? Buffer.alloc(0);
  return recordsOf(data, recordBytes(width));
}

function* recordsOf(data: Buffer, size: number): Generator<FeatureRecord> {
  for (let start = 0; start + size <= data.length; start += size) {
    const record = data.subarray(start, start + size);
    yield {
      key: record.toString("hex", 4, HEAD_BYTES),
      row: record.subarray(HEAD_BYTES),
      isIntact: () => crc32(record.subarray(4)) === record.readUInt32LE(0),
    };
  }
}

/** The bytes of `rows_N_D`, one key each, as records. */
function encodeRecords(keys: readonly string[], rows: Uint8Array): Buffer {
  const rowBytes = rows.length / keys.length;
  const size = HEAD_BYTES + rowBytes;
  const records = Buffer.alloc(keys.length * size);
  keys.forEach((key, i) => {
    const record = records.subarray(i * size, (i + 1) * size);
    record.write(key, 4, "hex");
    record.set(rows.subarray(i * rowBytes, (i + 1) * rowBytes), HEAD_BYTES);
    record.writeUInt32LE(crc32(record.subarray(4)), 0);
  });
  return records;
}

/** A cache that may only be read has no need to know what was of use. */
function unlessReadOnly(error: NodeJS.ErrnoException): void {
  if (!["ENOENT", "EROFS", "EACCES", "EPERM"].includes(error.code ?? "")) throw error;
}

export interface SegmentWriterOptions {
  readonly folder: string;
  readonly encoder: string;
  /** Of all segments in the folder, other encoders' included. */
  readonly maxBytes: number;
}

/** A segment is read in one piece and dropped as a whole: it is small against the memory and against the cache. */
const MOST_SEGMENT_BYTES = 64 * 1024 * 1024;
const LEAST_SEGMENTS = 8;
/** So many segments of less than this are made into one: runs that add a few vectors each would leave thousands. */
const MOST_SMALL_SEGMENTS = 32;
const SMALL_BYTES = 1024 * 1024;

/**
 * Writes feature vectors into segments of its own and drops those that were of no use for longest when there is no room. Where another
 * process drops the segment that is being written, the vectors of its last chunks are lost to the cache, and a new one is begun.
 */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  #open: { readonly file: FileHandle; readonly path: string; bytes: number } | undefined;
  #hasMerged = false;

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
  }

  /** Appends the bytes of `rows_N_D`, one key each; they are on disk when it returns. Throws `E_ARGUMENT` for a vector larger than the cache. */
  async append(keys: readonly string[], rows: Uint8Array): Promise<void> {
    const width = rows.length / keys.length / 4;
    const size = recordBytes(width);
    const { maxBytes } = this.#options;
    if (size > maxBytes) {
      throw new BaalError("E_ARGUMENT", `maxBytes is ${maxBytes}, and one vector of ${width} features takes ${size} bytes.`);
    }
    if (!this.#hasMerged) await this.#mergeSmall(width);
    const segmentBytes = Math.max(size, Math.min(MOST_SEGMENT_BYTES, maxBytes / LEAST_SEGMENTS));
    const records = encodeRecords(keys, rows);
    for (let start = 0; start < records.length; ) {
      const room = Math.floor((segmentBytes - (this.#open?.bytes ?? 0)) / size);
      if (room < 1) {
        await this.close();
        continue;
      }
      const part = records.subarray(start, start + room * size);
      await this.#makeRoom(part.length);
      this.#open ??= await this.#create(width);
      await this.#open.file.appendFile(part);
      await this.#open.file.sync();
      this.#open.bytes += part.length;
      start += part.length;
    }
  }

  async close(): Promise<void> {
    const { file } = this.#open ?? {};
    this.#open = undefined;
    await file?.close();
  }

  async #create(width: number) {
    const { folder, encoder } = this.#options;
    await mkdir(folder, { recursive: true });
    const path = join(folder, segmentName(encoder, width, randomUUID()));
    return { file: await open(path, "ax"), path, bytes: 0 };
  }

  async #makeRoom(bytes: number): Promise<void> {
    const { folder, maxBytes } = this.#options;
    const segments = await listSegments(folder);
    if (!segments.some(({ path }) => path === this.#open?.path)) await this.close();
    let total = segments.reduce((sum, segment) => sum + segment.bytes, bytes);
    for (const segment of segments) {
      if (total <= maxBytes) return;
      if (segment.path === this.#open?.path) continue;
      await rm(segment.path, { force: true });
      total -= segment.bytes;
    }
  }

  /** The old ones go when the new one is on disk: a kill in between leaves vectors twice, which does no harm. */
  async #mergeSmall(width: number): Promise<void> {
    this.#hasMerged = true;
    const { folder, encoder } = this.#options;
    const isSmall = (segment: Segment) => segment.encoder === encoder && segment.width === width && segment.bytes < SMALL_BYTES;
    const small = (await listSegments(folder)).filter(isSmall);
    if (small.length < MOST_SMALL_SEGMENTS) return;
    const rows = new Map<string, Uint8Array>();
    for (const segment of small) {
      for (const { key, row, isIntact } of await readRecords(segment)) if (isIntact()) rows.set(key, row);
    }
    if (rows.size > 0) await this.append([...rows.keys()], Buffer.concat([...rows.values()]));
    for (const { path } of small) await rm(path, { force: true });
  }
}

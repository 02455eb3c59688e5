import { createHash } from "node:crypto";
import { readdir, readFile, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";

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
  return createHash("sha256").update(fingerprint).digest("hex").slice(0, 32);
}

export function segmentName(encoder: string, width: number, uuid: string): string {
  return `${encoder}-${width}-${uuid}.rows`;
}

export function recordBytes(width: number): number {
  return HEAD_BYTES + 4 * width;
}

/** The segments in a folder, of all encoders, those longest out of use first. A folder that is not there has none. */
export async function listSegments(folder: string): Promise<Segment[]> {
  const names = (await readdir(folder).catch(unlessMissing)) ?? [];
  const found = names.map(async (name): Promise<Segment[]> => {
    const [, encoder, width] = NAME.exec(name) ?? [];
    const path = join(folder, name);
    const stats = encoder && (await stat(path).catch(unlessMissing));
    return stats ? [{ path, encoder, width: Number(width), bytes: stats.size, usedAt: stats.mtimeMs }] : [];
  });
  return (await Promise.all(found)).flat().sort((a, b) => a.usedAt - b.usedAt || (a.path < b.path ? -1 : 1));
}

/** Gives the vectors of an encoder whose keys are wanted, as bytes, and takes their keys out of `wanted`. Damaged ones are passed over. */
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
export async function readRecords({ path, width }: Segment): Promise<Iterable<FeatureRecord>> {
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
export function encodeRecords(keys: readonly string[], rows: Uint8Array): Buffer {
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

/** Another process may drop a segment at any time. */
function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

/** A cache that may only be read has no need to know what was of use. */
function unlessReadOnly(error: NodeJS.ErrnoException): void {
  if (!["ENOENT", "EROFS", "EACCES", "EPERM"].includes(error.code ?? "")) throw error;
}

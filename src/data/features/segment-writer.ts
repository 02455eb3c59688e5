import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { BaalError } from "../../errors.js";
import { encodeRecords, listSegments, readRecords, recordBytes, type Segment, segmentName } from "./feature-segments.js";

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

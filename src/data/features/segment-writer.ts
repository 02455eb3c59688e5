import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { BaalError } from "../../errors.js";
import { encodeRecords, listSegments, recordBytes, segmentName } from "./feature-segments.js";

export interface SegmentWriterOptions {
  readonly folder: string;
  readonly encoder: string;
  /** Of all segments in the folder, other encoders' included. */
  readonly maxBytes: number;
}

/** A segment is read in one piece and dropped as a whole: it is small against the memory and against the cache. */
const MOST_SEGMENT_BYTES = 64 * 1024 * 1024;
const LEAST_SEGMENTS = 8;

/** Writes feature vectors into segments of its own and drops those that were of no use for longest when there is no room. */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  #open: { readonly file: FileHandle; readonly path: string; bytes: number } | undefined;

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
  }

  /** Appends `rows_N_D`, one key each; they are on disk when it returns. Throws `E_ARGUMENT` for a vector larger than the cache. */
  async append(keys: readonly string[], rows: Float32Array): Promise<void> {
    const { folder, encoder, maxBytes } = this.#options;
    const width = rows.length / keys.length;
    const size = recordBytes(width);
    if (size > maxBytes) {
      throw new BaalError("E_ARGUMENT", `maxBytes is ${maxBytes}, and one vector of ${width} features takes ${size} bytes.`);
    }
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
      if (!this.#open) {
        await mkdir(folder, { recursive: true });
        const path = join(folder, segmentName(encoder, width, randomUUID()));
        this.#open = { file: await open(path, "ax"), path, bytes: 0 };
      }
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

  async #makeRoom(bytes: number): Promise<void> {
    const { folder, maxBytes } = this.#options;
    const segments = await listSegments(folder);
    let total = segments.reduce((sum, segment) => sum + segment.bytes, bytes);
    for (const segment of segments) {
      if (total <= maxBytes) return;
      if (segment.path === this.#open?.path) continue;
      await rm(segment.path, { force: true });
      total -= segment.bytes;
    }
  }
}

import { LRUCache } from "lru-cache";
import { BaalError } from "../../core/errors.js";
import { type Features, features } from "../../core/features.js";
import { encoderName, readRows, SegmentWriter } from "./feature-segments.js";

export interface VectorStoreOptions {
  /** Where the vectors are kept, in the form of `cachedFeatures`; several processes may read and write there. */
  readonly folder: string;
  /** Fingerprint of what computes them. */
  readonly encoder: string;
  /** Most bytes of the folder's vectors; 1 GiB by default. */
  readonly maxBytes?: number | undefined;
  /** Most bytes of vectors in memory; 512 MiB by default. The others are read again. */
  readonly maxMemoryBytes?: number | undefined;
}

/**
 * Feature vectors of one encoder by the names of their contents (64 hex digits), for who gets items one after the other: in memory as far as there
 * is room, and on the disk.
 */
export class VectorStore {
  readonly #place: { readonly folder: string; readonly encoder: string };
  readonly #writer: SegmentWriter;
  readonly #memory: LRUCache<string, Float32Array>;

  constructor({ folder, encoder, maxBytes = 1024 ** 3, maxMemoryBytes = 512 * 1024 ** 2 }: VectorStoreOptions) {
    this.#place = { folder, encoder: encoderName(encoder) };
    this.#writer = new SegmentWriter({ ...this.#place, maxBytes });
    this.#memory = new LRUCache({ maxSize: maxMemoryBytes, sizeCalculation: ({ byteLength }) => Math.max(1, byteLength) });
  }

  /** Those that have no vector: they are to be computed and added. */
  async missing(keys: readonly string[]): Promise<string[]> {
    const wanted = new Set(keys.filter((key) => !this.#memory.has(key)));
    if (wanted.size > 0) await readRows(this.#place, wanted, (key, row) => void this.#memory.set(key, vectorOf(row)));
    return [...wanted];
  }

  /** Keeps the vectors, one row per key; they are on the disk when it resolves. Throws `E_SHAPE`, `E_NOT_FINITE`. */
  async add(keys: readonly string[], rows_N_D: Float32Array): Promise<void> {
    if (keys.length === 0) return;
    const width = rows_N_D.length / keys.length;
    features([keys.length, width], rows_N_D);
    await this.#writer.append(keys, new Uint8Array(rows_N_D.buffer, rows_N_D.byteOffset, rows_N_D.byteLength));
    for (const [n, key] of keys.entries()) this.#memory.set(key, rows_N_D.slice(n * width, (n + 1) * width));
  }

  /** The vectors, in the order of the keys. Throws `E_DATA` for one that is not there. */
  async rows(keys: readonly string[]): Promise<Features> {
    const found = new Map<string, Float32Array>();
    const take = (key: string) => {
      const vector = this.#memory.get(key);
      if (vector !== undefined) found.set(key, vector);
      return vector !== undefined;
    };
    const wanted = new Set(keys.filter((key) => !take(key)));
    // Straight from the disk: more than fit into the memory may be asked for at once.
    if (wanted.size > 0) {
      await readRows(this.#place, wanted, (key, row) => {
        const vector = vectorOf(row);
        found.set(key, vector);
        this.#memory.set(key, vector);
      });
    }
    const [first] = wanted;
    if (first !== undefined)
      throw new BaalError("E_DATA", `${wanted.size} items have no feature vector, "${first}" is one of them.`);
    const width = found.values().next().value?.length ?? 0;
    const data = new Float32Array(keys.length * width);
    for (const [n, key] of keys.entries()) {
      const vector = found.get(key)!;
      if (vector.length !== width)
        throw new BaalError("E_SHAPE", `Vectors of ${width} and of ${vector.length} numbers have one encoder.`);
      data.set(vector, n * width);
    }
    return { shape: [keys.length, width], data, indices: Array.from(keys.keys()) };
  }

  close(): Promise<void> {
    return this.#writer.close();
  }
}

function vectorOf(row: Uint8Array): Float32Array {
  // A copy, from the start of a buffer of its own: a Buffer's slice is none.
  return new Float32Array(new Uint8Array(row).buffer);
}

import { BaalError } from "../../errors.js";
import type { Predictions } from "../../predictions.js";

export interface PredictionCacheOptions {
  /** 128 MiB by default; 0 keeps nothing. */
  readonly maxBytes?: number;
}

export interface PredictionCacheStats {
  readonly entries: number;
  readonly bytes: number;
  readonly maxBytes: number;
  readonly hits: number;
  readonly misses: number;
}

/** About what an entry takes beside its numbers: the key, the objects and the map's own. */
const ENTRY_BYTES = 600;

/**
 * The draws of the inputs that were asked for last, within a number of bytes. The draws themselves are kept, not what is made of them: which
 * of the model's classes a control has, and which score is wanted, differs from request to request, and a result from here is the same
 * to the last bit as one from the model. 20 draws of 3 classes take 240 bytes, of 150 classes 12 kB.
 */
export class PredictionCache {
  readonly #maxBytes: number;
  /** A map lists its keys in the order of insertion: the first is the one not used for longest. */
  readonly #entries = new Map<string, Predictions>();
  #bytes = 0;
  #hits = 0;
  #misses = 0;

  /** Throws `E_ARGUMENT`. */
  constructor({ maxBytes = 128 * 2 ** 20 }: PredictionCacheOptions = {}) {
    if (!(maxBytes >= 0)) throw new BaalError("E_ARGUMENT", `maxBytes is a number of bytes, 0 or more; ${maxBytes} came.`);
    this.#maxBytes = maxBytes;
  }

  /** Draws of one input, `[1, C, K]`. */
  get(key: string): Predictions | undefined {
    const found = this.#entries.get(key);
    if (found === undefined) {
      this.#misses++;
      return undefined;
    }
    this.#hits++;
    this.#entries.delete(key);
    this.#entries.set(key, found);
    return found;
  }

  /** Keeps the draws of one input; their array must be its own, not a part of a larger one. */
  set(key: string, prediction: Predictions): void {
    this.#remove(key);
    const bytes = bytesOf(prediction);
    if (bytes > this.#maxBytes) return;
    this.#entries.set(key, prediction);
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#remove(oldest);
    }
  }

  stats(): PredictionCacheStats {
    return {
      entries: this.#entries.size,
      bytes: this.#bytes,
      maxBytes: this.#maxBytes,
      hits: this.#hits,
      misses: this.#misses,
    };
  }

  #remove(key: string): void {
    const known = this.#entries.get(key);
    if (known === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= bytesOf(known);
  }
}

function bytesOf({ data }: Predictions): number {
  return ENTRY_BYTES + data.buffer.byteLength;
}

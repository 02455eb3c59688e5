import { setImmediate as nextTurn } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import { BaalError, throwIfAborted } from "../../core/errors.js";
import { type Predictions, predictions } from "../../core/predictions.js";
import type { PixelImage } from "../../data/images/image-input.js";
import { sha256, sha256Bytes } from "../../system/digest.js";
import type { ModelInput, PredictsInputs } from "../contract/predictor.js";

export interface CachedPredictorOptions {
  readonly cache: PredictionCache;
  /** Names the model's weights: other weights, another key. */
  readonly modelKey: string;
}

/** So many bytes of contents are hashed between two turns of the event loop. */
const BYTES_PER_TURN = 2 ** 20;
const INPUTS_PER_TURN = 256;

/**
 * Asks the model only for what the cache does not have, under the model, the input's contents, the number of draws and the seed. The draws are
 * named by the contents, so that an input gets the same ones alone, in any batch, and after a restart.
 */
export function cachedPredictor(model: PredictsInputs, { cache, modelKey }: CachedPredictorOptions): PredictsInputs {
  return {
    async predict(inputs, call) {
      const keys = await contentKeys(inputs, call.signal);
      const prefix = JSON.stringify([modelKey, call.iterations, call.seed ?? 0]);
      const found = keys.map(({ name }) => cache.get(prefix + name));
      const missing = [...found.keys()].filter((position) => found[position] === undefined);
      if (missing.length > 0) {
        const own = missing.map((position) => inputs[position]!);
        const itemKeys = missing.map((position) => keys[position]!.number);
        const fresh = splitItems(await model.predict(own, { ...call, itemKeys }), own.length);
        for (const [i, position] of missing.entries()) {
          found[position] = fresh[i]!;
          cache.set(prefix + keys[position]!.name, fresh[i]!);
        }
      }
      return joined(found as readonly Predictions[]);
    },
  };
}

async function contentKeys(inputs: readonly ModelInput[], signal: AbortSignal | undefined): Promise<readonly ContentKey[]> {
  const keys: ContentKey[] = [];
  let bytes = 0;
  for (const input of inputs) {
    keys.push(contentKey(input));
    bytes += typeof input === "string" ? input.length : input.data.length;
    if (bytes < BYTES_PER_TURN && keys.length % INPUTS_PER_TURN !== 0) continue;
    bytes = 0;
    await nextTurn();
    throwIfAborted(signal, "The prediction");
  }
  return keys;
}

/** The draws of each item, `[1, C, K]`, in an array of its own. */
function splitItems({ kind, shape, data, isConsistent, beyondScope_N }: Predictions, items: number): readonly Predictions[] {
  if (shape[0] !== items) {
    throw new BaalError("E_SHAPE", `The model should give predictions of ${items} items, [${shape}] came.`);
  }
  const size = data.length / items;
  return Array.from({ length: items }, (_, item) =>
    predictions(kind, [1, ...shape.slice(1)], data.slice(item * size, (item + 1) * size), undefined, {
      isConsistent,
      beyondScope_N: beyondScope_N?.slice(item, item + 1),
    }),
  );
}

function joined(items: readonly Predictions[]): Predictions {
  const [first] = items;
  if (first === undefined) throw new BaalError("E_ARGUMENT", "A prediction needs at least one input.");
  const size = first.data.length;
  const data = new Float32Array(items.length * size);
  for (const [item, own] of items.entries()) data.set(own.data, item * size);
  const isConsistent = items.every((item) => item.isConsistent);
  const beyondScope_N = first.beyondScope_N && Float32Array.from(items, (item) => item.beyondScope_N?.[0] ?? Number.NaN);
  return predictions(first.kind, [items.length, ...first.shape.slice(1)], data, undefined, { isConsistent, beyondScope_N });
}

/** The name of a text or an image: the same for the same contents, in every process. */
export interface ContentKey {
  /** 128 bits of the contents' SHA-256. */
  readonly name: string;
  /** 31 bits of it, to name the input's draws. */
  readonly number: number;
}

export function contentKey(input: string | PixelImage): ContentKey {
  const digest = typeof input === "string" ? sha256Bytes(input) : imageDigest(input);
  return { name: digest.toString("base64url", 0, 16), number: digest.readUInt32LE(16) >>> 1 };
}

/** The digest of the pixels with the shape that they have. */
function imageDigest({ width, height, channels, data }: PixelImage): Buffer {
  return sha256Bytes(`${width} ${height} ${channels} ${sha256(data)}`);
}

export interface PredictionCacheOptions {
  /** 128 MiB by default; 0 keeps nothing. */
  readonly maxBytes?: number | undefined;
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
  /** None for a cache of 0 bytes. */
  readonly #entries: LRUCache<string, Predictions> | undefined;
  #hits = 0;
  #misses = 0;

  /** Throws `E_ARGUMENT`. */
  constructor({ maxBytes = 128 * 2 ** 20 }: PredictionCacheOptions = {}) {
    if (!(maxBytes >= 0)) throw new BaalError("E_ARGUMENT", `maxBytes is a number of bytes, 0 or more; ${maxBytes} came.`);
    this.#maxBytes = maxBytes;
    const maxSize = Math.floor(maxBytes);
    this.#entries = maxSize > 0 ? new LRUCache({ maxSize, sizeCalculation: bytesOf }) : undefined;
  }

  /** Draws of one input, `[1, C, K]`. */
  get(key: string): Predictions | undefined {
    const found = this.#entries?.get(key);
    if (found === undefined) this.#misses++;
    else this.#hits++;
    return found;
  }

  /** Keeps the draws of one input; their array must be its own, not a part of a larger one. */
  set(key: string, prediction: Predictions): void {
    this.#entries?.set(key, prediction);
  }

  stats(): PredictionCacheStats {
    return {
      entries: this.#entries?.size ?? 0,
      bytes: this.#entries?.calculatedSize ?? 0,
      maxBytes: this.#maxBytes,
      hits: this.#hits,
      misses: this.#misses,
    };
  }
}

function bytesOf({ data }: Predictions): number {
  return ENTRY_BYTES + data.buffer.byteLength;
}

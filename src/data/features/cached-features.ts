import { setImmediate } from "node:timers/promises";
import type { FeatureOptions } from "../../core/bayesian-model.js";
import type { Dataset } from "../../core/dataset.js";
import { createDataset } from "../../core/dataset-view.js";
import { BaalError, throwIfAborted } from "../../core/errors.js";
import { type Features, features } from "../../core/features.js";
import { requireDataset } from "../../core/items.js";
import { contentKey } from "../content-key.js";
import { FeatureDataset } from "./feature-dataset.js";
import { encoderName, readRows, SegmentWriter } from "./feature-segments.js";

/** A frozen model: a text or image classifier, or anything else that turns items into vectors. */
export interface FeatureEncoder<Input> {
  /** One vector per item, in the data set's order, in chunks of `chunkSize` items. */
  features(dataset: Dataset<Input>, options?: FeatureOptions): AsyncIterable<Features>;
  /** Names what `features` computes: other weights, another architecture, another name. */
  featureFingerprint(): string | Promise<string>;
}

/** How far {@link cachedFeatures} is. */
export interface CachedFeaturesProgress {
  /** `"keys"`: contents were read and named; `"features"`: vectors are there. */
  readonly type: "keys" | "features";
  /** Items done. */
  readonly done: number;
  readonly total: number;
  /** Items whose vectors came from the cache, or from another item of the same content. */
  readonly reused: number;
}

/** Options of {@link cachedFeatures}: where the vectors are kept, and how many bytes of them. */
export interface CachedFeaturesOptions {
  /** Where the cache is kept. Several encoders, data sets and processes may use it at the same time. */
  readonly folder: string;
  /** Most bytes of the folder's vectors, 1 GiB by default; those that were of no use for longest are dropped. */
  readonly maxBytes?: number | undefined;
  /** Items whose vectors are computed, and then on disk, at once. 256 by default: what a killed process loses at most. */
  readonly chunkSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: CachedFeaturesProgress) => void) | undefined;
}

/** Contents that are read at the same time. */
const KEYS_AT_ONCE = 32;

/**
 * A data set's feature vectors (dropout off), from a cache on disk as far as they are there; the others are computed once and kept. The
 * cache knows vectors by what the encoder computes and by what it reads of an item, so it survives restarts, shared and reordered data,
 * and notices other weights or another preparation of an image. A damaged vector is computed anew. The vectors stay in memory:
 * 4 bytes x items x D.
 *
 * Throws `E_ARGUMENT` for unusable options, `E_DATA` for an item whose content cannot be named (see `contentKey`) or an encoder whose
 * fingerprint names vectors of different widths, `E_SHAPE` when the encoder gives another number of vectors than items, `E_ABORTED`
 * (what was computed is kept), and what the encoder throws.
 *
 * @example
 * ```ts with=text
 * import { cachedFeatures } from "baaljs/data";
 *
 * const features = await cachedFeatures(model, dataset, { folder: "feature-cache" }); // the second time from the disk
 * console.log(features.width, features.at(0).input.length);
 * ```
 */
export async function cachedFeatures<Input>(
  encoder: FeatureEncoder<Input>,
  dataset: Dataset<Input>,
  options: CachedFeaturesOptions,
): Promise<FeatureDataset> {
  const { folder, maxBytes = 1024 ** 3, chunkSize = 256, signal, onProgress } = options;
  requireDataset(dataset, "cachedFeatures");
  checkWhole("maxBytes", maxBytes);
  checkWhole("chunkSize", chunkSize);
  const { keys, indices } = await contentKeys(dataset, { signal, onProgress });
  const positionsOf = groupPositions(keys);
  const table = vectorTable(dataset.length);
  let computed = 0;
  const report = () =>
    onProgress?.({ type: "features", done: table.filled, total: dataset.length, reused: table.filled - computed });

  const encoderId = encoderName(await encoder.featureFingerprint());
  const missing = new Set(positionsOf.keys());
  await readRows({ folder, encoder: encoderId }, missing, (key, row) => table.fill(positionsOf.get(key)!, row));
  report();
  const left = [...missing];
  const items = createDataset(left.length, (i) => dataset.at(positionsOf.get(left[i]!)![0]!));
  const writer = new SegmentWriter({ folder, encoder: encoderId, maxBytes });
  try {
    const chunks = left.length === 0 ? [] : encoder.features(items, { chunkSize, signal });
    for await (const chunk of chunks) {
      const { shape, data } = features(chunk.shape, chunk.data, chunk.indices); // checked, before it is kept
      const chunkKeys = left.slice(computed, computed + shape[0]);
      if (chunkKeys.length < shape[0]) throw wrongCount(left.length, `at least ${computed + shape[0]}`);
      const rows = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      await writer.append(chunkKeys, rows);
      const rowBytes = 4 * shape[1];
      for (const [i, key] of chunkKeys.entries()) {
        table.fill(positionsOf.get(key)!, rows.subarray(i * rowBytes, (i + 1) * rowBytes));
      }
      computed += chunkKeys.length;
      report();
    }
  } finally {
    await writer.close();
  }
  if (computed < left.length) throw wrongCount(left.length, String(computed));
  return new FeatureDataset(dataset, features([dataset.length, table.width], table.data, indices));
}

/** The name of each item's content; its dataset index beside it. */
async function contentKeys(
  dataset: Dataset<unknown>,
  { signal, onProgress }: Pick<CachedFeaturesOptions, "signal" | "onProgress">,
): Promise<{ readonly keys: readonly string[]; readonly indices: readonly number[] }> {
  const [keys, indices]: [string[], number[]] = [[], []];
  while (keys.length < dataset.length) {
    throwIfAborted(signal, "Naming the contents");
    const count = Math.min(KEYS_AT_ONCE, dataset.length - keys.length);
    const examples = Array.from({ length: count }, (_, i) => dataset.at(keys.length + i));
    keys.push(...(await Promise.all(examples.map(({ input, index }) => contentKey(input, index)))));
    indices.push(...examples.map(({ index }) => index));
    onProgress?.({ type: "keys", done: keys.length, total: dataset.length, reused: 0 });
    await setImmediate();
  }
  return { keys, indices };
}

/** Items of the same content have one vector. */
function groupPositions(keys: readonly string[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [position, key] of keys.entries()) {
    const group = groups.get(key);
    if (group) group.push(position);
    else groups.set(key, [position]);
  }
  return groups;
}

function wrongCount(asked: number, came: string): BaalError {
  return new BaalError("E_SHAPE", `The encoder was asked for the features of ${asked} items and gave those of ${came}.`);
}

function checkWhole(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new BaalError("E_ARGUMENT", `${name} is a whole number of at least 1; ${value} came.`);
}

/** `[N, D]`, filled row by row; the first row says how wide it is. */
function vectorTable(items: number) {
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  let filled = 0;
  const rowBytes = () => (bytes ? bytes.length / items : 0);
  return {
    fill(positions: readonly number[], row: Uint8Array): void {
      bytes ??= new Uint8Array(items * row.length);
      if (row.length !== rowBytes()) {
        throw new BaalError(
          "E_DATA",
          `The encoder's fingerprint names vectors of ${rowBytes() / 4} and of ${row.length / 4} features; it must be another one when they change. Remove the cache's folder.`,
        );
      }
      for (const position of positions) bytes.set(row, position * row.length);
      filled += positions.length;
    },
    get filled(): number {
      return filled;
    },
    get width(): number {
      return rowBytes() / 4;
    },
    get data(): Float32Array {
      return new Float32Array(bytes?.buffer ?? new ArrayBuffer(0));
    },
  };
}

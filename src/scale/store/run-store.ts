/** What is kept under a key. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** When it was written by the store's clock, in milliseconds since 1970. */
  readonly modified: number;
}

/**
 * Where a run keeps its data, results and outcome: the one truth about it. Who asks a queue instead is told less: a queue may forget, or tell twice.
 * Keys are names with slashes, `"results/00000012.bin"`.
 */
export interface RunStore {
  /** By which others open it: a folder's whole path, or `"s3://bucket/prefix"`. */
  readonly address: string;
  /** `undefined` where there is nothing. */
  read(key: string): Promise<Uint8Array | undefined>;
  /** Writes what nobody has written yet: whole or not at all, and on the disk when it returns. Whether it was this call that did, as far as is known: an answer that was lost counts for another's. */
  writeOnce(key: string, content: Uint8Array | string): Promise<boolean>;
  /** Whether there was something to remove. */
  remove(key: string): Promise<void>;
  /** What there is under a prefix that ends in a slash, in the order of the keys. */
  list(prefix: string): Promise<StoredObject[]>;
}

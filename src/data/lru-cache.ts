/** Keeps the values that were used last, at most `capacity` of them. */
export class LruCache<Key, Value> {
  readonly #capacity: number;
  /** A map lists its keys in the order of insertion: the first is the one not used for longest. */
  readonly #values = new Map<Key, Value>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#values.size;
  }

  /** The value of a key, `undefined` where it is not kept. */
  get(key: Key): Value | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size <= this.#capacity) return;
    const oldest = this.#values.keys().next();
    if (!oldest.done) this.#values.delete(oldest.value);
  }

  clear(): void {
    this.#values.clear();
  }
}

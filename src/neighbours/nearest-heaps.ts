/** The `size` nearest points seen so far of each of a number of queries. */
export interface NearestHeaps {
  /** Takes the keys of `columns` points from position `first` on, `[queries, columns]` row-major, given as `halfNorms - products`. */
  offer(products: Float32Array, halfNorms: Float32Array, first: number, columns: number): void;
  /** Empties the heap of a query: its points and their keys, nearest first, equal ones by position. */
  drain(query: number, positions: Int32Array, keys: Float32Array): void;
}

/** Heaps whose root is the farthest of the nearest. Each must be offered at least `size` points. */
export function nearestHeaps(queries: number, size: number): NearestHeaps {
  const keys = new Float32Array(queries * size).fill(Infinity);
  const positions = new Int32Array(queries * size).fill(2 ** 31 - 1);

  /** Puts a point in the place of the root of the heap at `base` with `length` places. */
  function replaceRoot(base: number, length: number, key: number, position: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && isAfter(base + child + 1, keys[base + child]!, positions[base + child]!)) child++;
      if (!isAfter(base + child, key, position)) break;
      keys[base + at] = keys[base + child]!;
      positions[base + at] = positions[base + child]!;
      at = child;
    }
    keys[base + at] = key;
    positions[base + at] = position;
  }
  const isAfter = (at: number, key: number, position: number) =>
    keys[at]! > key || (keys[at] === key && positions[at]! > position);

  return {
    offer(products, halfNorms, first, columns) {
      for (let query = 0; query < queries; query++) {
        const base = query * size;
        const row = query * columns;
        // Points come in the order of their positions, so an equal key never displaces.
        let worst = keys[base]!;
        for (let column = 0; column < columns; column++) {
          const key = halfNorms[column]! - products[row + column]!;
          if (key < worst) {
            replaceRoot(base, size, key, first + column);
            worst = keys[base]!;
          }
        }
      }
    },
    drain(query, sortedPositions, sortedKeys) {
      const base = query * size;
      for (let last = size - 1; last >= 0; last--) {
        sortedPositions[last] = positions[base]!;
        sortedKeys[last] = keys[base]!;
        replaceRoot(base, last, keys[base + last]!, positions[base + last]!);
      }
    },
  };
}

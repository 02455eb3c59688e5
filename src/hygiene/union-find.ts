/** Groups that grow together (Galler & Fischer 1964), of the positions 0 to `size - 1`. */
export interface UnionFind {
  /** The smallest position of the group that a position is in. */
  find(position: number): number;
  union(a: number, b: number): void;
}

export function unionFind(size: number): UnionFind {
  const parents = Int32Array.from({ length: size }, (_, position) => position);
  function find(position: number): number {
    let at = position;
    while (parents[at] !== at) {
      // Each position on the way moves up: the paths stay short.
      parents[at] = parents[parents[at]!]!;
      at = parents[at]!;
    }
    return at;
  }
  return {
    find,
    union(a, b) {
      const [low, high] = [find(a), find(b)].sort((x, y) => x - y) as [number, number];
      parents[high] = low;
    },
  };
}

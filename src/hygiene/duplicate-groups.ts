import { BaalError } from "../core/errors.js";

/** Groups of items that belong together, by dataset index: each ascending and of at least two, ordered by their first items. */
export type DuplicateGroups = readonly (readonly number[])[];

/** Groups from each position's representative. Independent of the order of the items. */
export function duplicateGroups(representatives: ArrayLike<number>, indices: readonly number[]): DuplicateGroups {
  const members = new Map<number, number[]>();
  for (let position = 0; position < representatives.length; position++) {
    const representative = representatives[position]!;
    const group = members.get(representative);
    if (group) group.push(indices[position]!);
    else members.set(representative, [indices[position]!]);
  }
  return [...members.values()]
    .filter((group) => group.length > 1)
    .map((group) => group.sort((a, b) => a - b))
    .sort((a, b) => a[0]! - b[0]!);
}

/** The dataset indices of `count` items: those given, or 0, 1, 2, ... Throws `E_SHAPE`, `E_ARGUMENT` for one that comes twice. */
export function itemIndices(count: number, indices: readonly number[] | undefined): readonly number[] {
  if (indices === undefined) return Array.from({ length: count }, (_, position) => position);
  if (indices.length !== count) throw new BaalError("E_SHAPE", `${count} items came with ${indices.length} dataset indices.`);
  const seen = new Set<number>();
  for (const index of indices) {
    if (seen.has(index)) throw new BaalError("E_ARGUMENT", `Item ${index} comes twice; each item is named once.`);
    seen.add(index);
  }
  return indices;
}

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

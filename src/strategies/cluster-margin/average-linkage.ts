import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "../../core/errors.js";
import { matrixProduct } from "../../engine/runtime/matrix-product.js";
import { type PreparedRows, sliceRows, squaredFromProduct } from "../../neighbours/prepared-rows.js";

/** Two clusters, each named by one of its rows, that are joined at the mean distance between their rows. */
export interface Merge {
  readonly a: number;
  readonly b: number;
  readonly distance: number;
}

/**
 * Agglomerative clustering by average linkage: the N - 1 merges from the nearest on. Follows chains of nearest neighbours (Murtagh
 * 1983), so O(N^2) time; the N x N matrix of distances takes 4 N^2 bytes.
 */
export async function averageLinkage(rows: PreparedRows, signal?: AbortSignal): Promise<Merge[]> {
  const size = rows.rows;
  const distances = await distanceMatrix(rows, signal);
  const sizes = new Float64Array(size).fill(1);
  const active = Array.from({ length: size }, (_, row) => row);
  const merges: Merge[] = [];
  const chain: number[] = [];
  while (active.length > 1) {
    if (chain.length === 0) chain.push(active[0]!);
    const last = chain.at(-1)!;
    // Of equally near ones the one before in the chain, or it would never end.
    let nearest = chain.at(-2) ?? -1;
    let lowest = nearest < 0 ? Infinity : distances[last * size + nearest]!;
    for (const other of active) {
      if (other === last) continue;
      const distance = distances[last * size + other]!;
      if (distance < lowest || nearest < 0) {
        lowest = distance;
        nearest = other;
      }
    }
    if (nearest !== chain.at(-2)) {
      chain.push(nearest);
      continue;
    }
    chain.length -= 2;
    merges.push({ a: nearest, b: last, distance: lowest });
    active.splice(active.indexOf(last), 1);
    const [na, nb] = [sizes[nearest]!, sizes[last]!];
    for (const other of active) {
      const mean = (na * distances[nearest * size + other]! + nb * distances[last * size + other]!) / (na + nb);
      distances[nearest * size + other] = mean;
      distances[other * size + nearest] = mean;
    }
    sizes[nearest] = na + nb;
    if (merges.length % 256 === 0) {
      await setImmediate();
      throwIfAborted(signal, "Agglomerative clustering");
    }
  }
  return merges.sort((x, y) => x.distance - y.distance);
}

const BLOCK = 1024;

async function distanceMatrix(rows: PreparedRows, signal: AbortSignal | undefined): Promise<Float32Array> {
  const size = rows.rows;
  const matrix = new Float32Array(size * size);
  for (let first = 0; first < size; first += BLOCK) {
    throwIfAborted(signal, "Agglomerative clustering");
    const end = Math.min(first + BLOCK, size);
    const block = matrix.subarray(first * size, end * size);
    await matrixProduct(sliceRows(rows, first, end), rows, { transposeB: true, into: block });
    // One of the two products of each pair stands for both: rounded differently, they could send a chain round in circles.
    for (let row = first; row < end; row++) {
      for (let other = 0; other <= row; other++) {
        const distance = Math.sqrt(squaredFromProduct(rows, row, rows, other, matrix[row * size + other]!));
        matrix[row * size + other] = distance;
        matrix[other * size + row] = distance;
      }
    }
  }
  return matrix;
}

/** Where to cut the tree: the number of clusters left, or the distance from which on nothing is joined. */
export type Cut = { readonly clusters: number } | { readonly distance: number };

/** The cluster of each of `size` rows, named by one of its rows. */
export function cutTree(merges: readonly Merge[], size: number, cut: Cut): Int32Array {
  const kept =
    "clusters" in cut ? merges.slice(0, size - cut.clusters) : merges.filter(({ distance }) => distance <= cut.distance);
  const parent_N = Int32Array.from({ length: size }, (_, row) => row);
  const find = (row: number): number => {
    let root = row;
    while (parent_N[root] !== root) root = parent_N[root] = parent_N[parent_N[root]!]!;
    return root;
  };
  for (const { a, b } of kept) parent_N[find(b)] = find(a);
  return parent_N.map((_, row) => find(row));
}

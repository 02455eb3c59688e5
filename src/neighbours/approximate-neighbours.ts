import { createRequire } from "node:module";
import { setImmediate } from "node:timers/promises";
import type * as Usearch from "usearch";
import { BaalError, throwIfAborted } from "../core/errors.js";
import { type Features, features } from "../core/features.js";
import { checkNeighbourCount, exactNeighbours, type FindNeighbours, type Neighbours } from "./exact-neighbours.js";
import { EXACT_DISTANCES, type Metric, type RowSpace, rowSpace } from "./row-space.js";

/** The options of {@link approximateNeighbours}. */
export interface ApproximateNeighboursOptions {
  /** Links per point of the index; 16 by default. More find more, and take more time and memory. */
  readonly connectivity?: number | undefined;
  /** Points looked at to place a point in the index; 128 by default. */
  readonly expansionAdd?: number | undefined;
  /** Points looked at per query, twice `k` at least; 64 by default. */
  readonly expansionSearch?: number | undefined;
}

/** Rows that go into the index or come out of it at once. */
const BLOCK = 1024;

/** Found beyond the `k` asked for, so that measuring anew can mend the order at the end. */
const SPARE = 4;

/**
 * Nearest neighbours by a graph index (HNSW: Malkov and Yashunin 2016, arXiv:1603.09320) of the `usearch` package: most of the true
 * ones, not surely all; their distances are exact. One thread builds and searches the index, so that the same points in the same order give
 * the same neighbours each time.
 *
 * Worth it from some 30,000 points on where there are about as many queries as points, since exact search grows with their product; for
 * a few queries {@link exactNeighbours} is done before the index is built. The index finds least in features of many dimensions without
 * clusters: measure the recall on a part of your own.
 *
 * Throws `E_ARGUMENT` for options out of range and when `usearch` is not installed; searching throws what {@link exactNeighbours} does.
 */
export function approximateNeighbours({
  connectivity = 16,
  expansionAdd = 128,
  expansionSearch = 64,
}: ApproximateNeighboursOptions = {}): FindNeighbours {
  for (const [name, value] of Object.entries({ connectivity, expansionAdd, expansionSearch })) {
    if (!(Number.isInteger(value) && value >= 2))
      throw new BaalError("E_ARGUMENT", `An index of neighbours takes a ${name} of at least 2, a whole number; ${value} came.`);
  }
  const { Index, MetricKind, ScalarKind } = loadUsearch();
  return async (queries, points, k, { metric = "euclidean", signal } = {}) => {
    checkNeighbourCount(k);
    const [numQueries] = queries.shape;
    const [numPoints] = points.shape;
    const space = rowSpace(metric, points, [queries]);
    // Vectors without numbers are no points to a graph.
    if (space.width === 0) return exactNeighbours(queries, points, k, { metric, signal });
    const size = Math.min(k, numPoints);
    const candidates = Math.min(size + SPARE, numPoints);
    const index = new Index({
      dimensions: space.width,
      // In this space the nearest by either metric are the nearest by this one.
      metric: MetricKind.L2sq,
      quantization: ScalarKind.F32,
      connectivity,
      expansion_add: expansionAdd,
      expansion_search: Math.max(expansionSearch, 2 * candidates),
      multi: false,
    });
    for (let first = 0; first < numPoints; first += BLOCK) {
      throwIfAborted(signal, `Building an index of neighbours (after ${first} of ${numPoints} points)`);
      const rows = writtenRows(space, points, first);
      index.add(
        BigUint64Array.from({ length: rows.length / space.width }, (_, row) => BigInt(first + row)),
        rows,
        1,
      );
      await setImmediate();
    }
    const found: Neighbours = {
      k: size,
      positions: new Int32Array(numQueries * size),
      distances: new Float32Array(numQueries * size),
    };
    for (let first = 0; first < numQueries && size > 0; first += BLOCK) {
      throwIfAborted(signal, `The search for neighbours (after ${first} of ${numQueries} queries)`);
      const rows = writtenRows(space, queries, first);
      for (const [row, keys] of searchRows(index, rows, candidates).entries()) {
        const query = first + row;
        const near =
          keys.length < size
            ? await exactly(queries, query, points, { size, metric })
            : Array.from(keys, (key) => ({
                position: Number(key),
                distance: EXACT_DISTANCES[metric](queries, query, points, Number(key)),
              }));
        near.sort((a, b) => a.distance - b.distance || a.position - b.position);
        for (let i = 0; i < size; i++) {
          found.positions[query * size + i] = near[i]!.position;
          found.distances[query * size + i] = near[i]!.distance;
        }
      }
      await setImmediate();
    }
    return found;
  };
}

/** Its ES module looks for the native part in the wrong place, so this takes the other one. */
function loadUsearch(): typeof Usearch {
  try {
    return createRequire(import.meta.url)("usearch");
  } catch (error) {
    throw new BaalError(
      "E_ARGUMENT",
      'Approximate neighbours need the package "usearch", which is not installed or has no build for this machine: run "npm install usearch", or use exactNeighbours.',
      { cause: error },
    );
  }
}

function writtenRows(space: RowSpace, rows: Features, first: number): Float32Array {
  const length = Math.min(BLOCK, rows.shape[0] - first);
  const into = new Float32Array(length * space.width);
  space.write(rows, { first, length }, into, new Float32Array(length));
  return into;
}

/** The points found for each row. An index that was built by one thread is searched by one. */
function searchRows(index: Usearch.Index, rows: Float32Array, count: number): BigUint64Array[] {
  const width = Number(index.dimensions());
  // One query gives another type of result.
  if (rows.length === width) return [index.search(rows, count, 1).keys];
  const vectors = Array.from({ length: rows.length / width }, (_, row) => rows.subarray(row * width, (row + 1) * width));
  const matches = index.search(vectors, count, 1);
  return vectors.map((_, row) => matches.get(row).keys);
}

interface Wanted {
  readonly size: number;
  readonly metric: Metric;
}

/** For a query from which the index reaches too few points. */
async function exactly(queries: Features, query: number, points: Features, { size, metric }: Wanted) {
  const width = queries.shape[1];
  const row = features([1, width], queries.data.subarray(query * width, (query + 1) * width));
  const { positions, distances } = await exactNeighbours(row, points, size, { metric });
  return Array.from(positions, (position, i) => ({ position, distance: distances[i]! }));
}

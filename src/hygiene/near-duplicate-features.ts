import { BaalError } from "../core/errors.js";
import { type Features, features } from "../core/features.js";
import { exactNeighbours, type FindNeighbours } from "../neighbours/exact-neighbours.js";
import type { Metric } from "../neighbours/row-space.js";
import { sha256 } from "../system/digest.js";
import { type DuplicateGroups, duplicateGroups, type UnionFind, unionFind } from "./duplicate-groups.js";

/** Options of {@link nearDuplicateFeatures}. */
export interface NearDuplicateFeaturesOptions {
  /** Largest distance of a pair, in the units of the metric: for `"cosine"` 1 less the cosine of the angle. */
  readonly radius: number;
  /** `"cosine"` by default. */
  readonly metric?: Metric | undefined;
  /** Neighbours that are looked at first; more where all of them are within the radius. 8 by default. */
  readonly k?: number | undefined;
  /** Exact search by default; an approximate one for very many items. */
  readonly findNeighbours?: FindNeighbours | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Groups of items whose features nearly agree: chains of pairs within `radius`. Finds what {@link nearDuplicateTexts} cannot: images,
 * paraphrases. Deterministic. Takes the time of a neighbour search, and more of them for items with more than `k` near ones.
 * Throws `E_ARGUMENT` for options out of range, `E_ABORTED`.
 */
export async function nearDuplicateFeatures(
  points: Features,
  { radius, metric = "cosine", k = 8, findNeighbours = exactNeighbours, signal }: NearDuplicateFeaturesOptions,
): Promise<DuplicateGroups> {
  if (!(radius >= 0 && Number.isFinite(radius)))
    throw new BaalError("E_ARGUMENT", `radius is expected to be a number of at least 0; ${radius} came.`);
  if (!(Number.isInteger(k) && k >= 1))
    throw new BaalError("E_ARGUMENT", `k is expected to be an integer of at least 1; ${k} came.`);
  const groups = unionFind(points.indices.length);
  // Equal rows are joined at once: a thousand copies are a thousand neighbours of each other.
  const positions = joinEqual(points, groups);
  const distinct = rowsOf(points, positions);
  let queries = positions.map((_, i) => i);
  for (let wanted = k + 1; queries.length > 0; wanted *= 2) {
    const found = await findNeighbours(rowsOf(distinct, queries), distinct, wanted, { metric, signal });
    queries = queries.filter((query, row) => {
      let isFull = found.k < distinct.indices.length;
      for (let at = row * found.k; at < (row + 1) * found.k; at++) {
        if (found.distances[at]! <= radius) groups.union(positions[query]!, positions[found.positions[at]!]!);
        else isFull = false;
      }
      return isFull;
    });
  }
  return duplicateGroups(
    points.indices.map((_, position) => groups.find(position)),
    points.indices,
  );
}

/** Joins items with bit-equal features and gives the positions of the first of each. */
function joinEqual({ data, shape: [items, width] }: Features, groups: UnionFind): number[] {
  const first = new Map<string, number>();
  for (let position = 0; position < items; position++) {
    const key = sha256(data.subarray(position * width, (position + 1) * width));
    const known = first.get(key);
    if (known === undefined) first.set(key, position);
    else groups.union(known, position);
  }
  return [...first.values()];
}

function rowsOf({ data, shape: [, width], indices }: Features, positions: readonly number[]): Features {
  const rows = new Float32Array(positions.length * width);
  for (const [i, position] of positions.entries()) rows.set(data.subarray(position * width, (position + 1) * width), i * width);
  return features(
    [positions.length, width],
    rows,
    positions.map((position) => indices[position]!),
  );
}

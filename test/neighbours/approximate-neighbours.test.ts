import { describe, expect, it } from "vitest";
import { type Features, features } from "../../src/core/features.js";
import { createRandom } from "../../src/core/random.js";
import { approximateNeighbours } from "../../src/neighbours/approximate-neighbours.js";
import { exactNeighbours, type Neighbours } from "../../src/neighbours/exact-neighbours.js";
import type { Metric } from "../../src/neighbours/row-space.js";

/** Rows around 30 points. */
function clustered(items: number, width: number, seed: number): Features {
  const centres = createRandom(1);
  const means = Array.from({ length: 30 * width }, () => 3 * centres.normal());
  const random = createRandom(seed);
  const data = new Float32Array(items * width);
  for (let item = 0; item < items; item++) {
    const centre = random.integer(0, 29);
    for (let d = 0; d < width; d++) data[item * width + d] = 50 + means[centre * width + d]! + random.normal();
  }
  return features([items, width], data);
}

function recall(found: Neighbours, exact: Neighbours): number {
  let hits = 0;
  for (let at = 0; at < found.positions.length; at += exact.k) {
    const wanted = new Set(exact.positions.subarray(at, at + exact.k));
    for (const position of found.positions.subarray(at, at + exact.k)) hits += Number(wanted.has(position));
  }
  return hits / exact.positions.length;
}

const METRICS: readonly Metric[] = ["euclidean", "cosine"];

describe.each(METRICS)("approximateNeighbours by %s distance", (metric) => {
  const points = clustered(3000, 32, 2);
  const queries = clustered(200, 32, 3);

  it("finds more than 95 % of the nearest, the same each time, at their exact distances", async () => {
    const find = approximateNeighbours();
    const found = await find(queries, points, 10, { metric });
    const exact = await exactNeighbours(queries, points, 10, { metric });
    expect(recall(found, exact)).toBeGreaterThan(0.95);
    expect(await find(queries, points, 10, { metric })).toEqual(found);
    for (let query = 0; query < 200; query++) {
      const known = new Map(
        Array.from({ length: 10 }, (_, i) => [exact.positions[10 * query + i]!, exact.distances[10 * query + i]!]),
      );
      for (let i = 10 * query; i < 10 * query + 10; i++) {
        if (i > 10 * query) expect(found.distances[i]!).toBeGreaterThanOrEqual(found.distances[i - 1]!);
        const distance = known.get(found.positions[i]!);
        if (distance !== undefined) expect(found.distances[i]).toBe(distance);
      }
    }
  });

  it("finds each point itself at a distance of 0", async () => {
    const { positions, distances } = await approximateNeighbours()(points, points, 1, { metric });
    const own = positions.filter((position, i) => position === i);
    expect(own.length / 3000).toBeGreaterThan(0.99);
    own.forEach((position) => {
      expect(distances[position]).toBe(0);
    });
  });

  it("agrees with the exact search in small sets, zero vectors, copies, one query, no point and no numbers included", async () => {
    const rows = [
      [1, 0],
      [0, 0],
      [2, 0.5],
      [1, 0],
      [-1, 3],
      [0, 0],
    ];
    const few = features([6, 2], Float32Array.from(rows.flat()));
    const one = features([1, 2], Float32Array.of(1, 1));
    const none = features([0, 2], new Float32Array(0));
    for (const [from, to] of [
      [few, few],
      [one, few],
      [few, one],
      [few, none],
      [none, few],
    ] as const)
      expect(await approximateNeighbours()(from, to, 4, { metric })).toEqual(await exactNeighbours(from, to, 4, { metric }));
    const empty = features([3, 0], new Float32Array(0));
    expect((await exactNeighbours(empty, empty, 2)).distances).toEqual(new Float32Array(6));
    expect(await approximateNeighbours()(empty, empty, 2)).toEqual(await exactNeighbours(empty, empty, 2));
  });
});

describe("approximateNeighbours", () => {
  it("finds more when it looks at more", async () => {
    const random = createRandom(7);
    const cloud = (items: number) =>
      features(
        [items, 48],
        Float32Array.from({ length: items * 48 }, () => random.normal()),
      );
    const [points, queries] = [cloud(3000), cloud(100)];
    const exact = await exactNeighbours(queries, points, 5);
    const recallOf = async (size: number) =>
      recall(
        await approximateNeighbours({ connectivity: 4, expansionAdd: 16, expansionSearch: size })(queries, points, 5),
        exact,
      );
    expect(await recallOf(400)).toBeGreaterThan(await recallOf(18));
  });

  it("says what is wrong", async () => {
    const refused = (code: string) => expect.objectContaining({ code });
    for (const name of ["connectivity", "expansionAdd", "expansionSearch"])
      expect(() => approximateNeighbours({ [name]: 1 })).toThrow(refused("E_ARGUMENT"));
    const points = clustered(10, 2, 1);
    const find = approximateNeighbours();
    await expect(find(points, points, 0)).rejects.toThrow(refused("E_ARGUMENT"));
    await expect(find(clustered(10, 3, 1), points, 1)).rejects.toThrow(refused("E_SHAPE"));
    await expect(find(points, points, 1, { signal: AbortSignal.abort() })).rejects.toThrow(refused("E_ABORTED"));
  });
});

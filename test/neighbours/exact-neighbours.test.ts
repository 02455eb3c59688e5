import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Features, features } from "../../src/core/features.js";
import { createRandom } from "../../src/core/random.js";
import { exactNeighbours } from "../../src/neighbours/exact-neighbours.js";
import type { Metric } from "../../src/neighbours/row-space.js";

const METRICS: readonly Metric[] = ["euclidean", "cosine"];

const rows = (values: readonly (readonly number[])[]): Features =>
  features([values.length, values[0]?.length ?? 0], Float32Array.from(values.flat()));

function gaussian(items: number, width: number, { seed = 1, mean = 0 }: { seed?: number; mean?: number } = {}): Features {
  const random = createRandom(seed);
  return features(
    [items, width],
    Float32Array.from({ length: items * width }, () => mean + random.normal()),
  );
}

const DISTANCE: Readonly<Record<Metric, (a: Float32Array, b: Float32Array) => number>> = {
  euclidean: (a, b) => Math.sqrt(a.reduce((sum, x, d) => sum + (x - b[d]!) ** 2, 0)),
  cosine(a, b) {
    const [dot, aa, bb] = [inner(a, b), inner(a, a), inner(b, b)];
    if (aa === 0 || bb === 0) return aa === bb ? 0 : 1;
    return 1 - dot / Math.sqrt(aa * bb);
  },
};
const inner = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, d) => sum + x * b[d]!, 0);
const rowOf = ({ data, shape: [, width] }: Features, i: number) => data.subarray(i * width, (i + 1) * width);

/** All distances, sorted. */
function sorted(queries: Features, points: Features, metric: Metric) {
  return queries.indices.map((_, q) =>
    points.indices
      .map((_, position) => ({ position, distance: DISTANCE[metric](rowOf(queries, q), rowOf(points, position)) }))
      .sort((a, b) => a.distance - b.distance || a.position - b.position),
  );
}

async function expectNearest(queries: Features, points: Features, k: number, metric: Metric, digits = 5): Promise<void> {
  const found = await exactNeighbours(queries, points, k, { metric });
  const expected = sorted(queries, points, metric).flatMap((row) => row.slice(0, found.k));
  expect([...found.positions]).toEqual(expected.map(({ position }) => position));
  expected.forEach(({ distance }, i) => {
    expect(found.distances[i]!).toBeCloseTo(distance, digits);
  });
}

describe.each(METRICS)("exactNeighbours by %s distance", (metric) => {
  it.each([
    { queries: 7, points: 50, width: 3, k: 1 },
    { queries: 30, points: 300, width: 17, k: 5 },
    { queries: 1, points: 1, width: 1, k: 1 },
    { queries: 3, points: 40, width: 5, k: 40 },
  ])("agrees with sorting all distances: %o", async ({ queries, points, width, k }) => {
    await expectNearest(gaussian(queries, width, { seed: 2 }), gaussian(points, width), k, metric);
  });

  it("agrees across blocks", async () => {
    const points = gaussian(4500, 4);
    const queries = gaussian(4200, 4, { seed: 2 });
    const found = await exactNeighbours(queries, points, 3, { metric });
    for (const query of [0, 1, 4095, 4096, 4199]) {
      const one = features([1, 4], rowOf(queries, query));
      const expected = sorted(one, points, metric)[0]!.slice(0, 3);
      expect([...found.positions.subarray(3 * query, 3 * query + 3)]).toEqual(expected.map(({ position }) => position));
    }
  });

  it("finds each point itself first, at a distance of 0, far from the origin too", async () => {
    const points = gaussian(600, 24, { mean: 300 });
    const { positions, distances } = await exactNeighbours(points, points, 2, { metric });
    for (let i = 0; i < 600; i++) {
      expect(positions[2 * i]).toBe(i);
      expect(distances[2 * i]).toBe(0);
      expect(distances[2 * i + 1]!).toBeGreaterThan(0);
    }
  });

  it("tells neighbours apart that float32 products cannot: groups far from each other, and all far from the origin", async () => {
    const random = createRandom(5);
    const centres = Array.from({ length: 40 }, () => Array.from({ length: 16 }, () => 1000 * random.normal()));
    const near = rows(
      centres.flatMap((centre) => Array.from({ length: 6 }, () => centre.map((value) => value + 0.1 * random.normal()))),
    );
    await expectNearest(near, near, 4, metric, 4);
    await expectNearest(gaussian(50, 16, { seed: 3, mean: 1e4 }), gaussian(400, 16, { mean: 1e4 }), 5, "euclidean", 4);
  });

  it("names equally near points by position, copies by the hundred too", async () => {
    const one = gaussian(1, 12);
    const copies = features(
      [500, 12],
      Float32Array.from({ length: 6000 }, (_, i) => one.data[i % 12]!),
    );
    const { positions, distances } = await exactNeighbours(one, copies, 20, { metric });
    expect([...positions]).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(distances.every((distance) => distance === 0)).toBe(true);
  });

  it.each([1e-30, 1e30])("works at a scale of %s", async (scale) => {
    const points = gaussian(60, 5);
    const scaled = features(
      [60, 5],
      points.data.map((value) => value * scale),
    );
    const { positions, distances } = await exactNeighbours(scaled, scaled, 4, { metric });
    const expected = await exactNeighbours(points, points, 4, { metric });
    expect(positions).toEqual(expected.positions);
    const unit = metric === "cosine" ? 1 : scale;
    for (let i = 0; i < distances.length; i++) expect(distances[i]! / unit).toBeCloseTo(expected.distances[i]!, 5);
  });

  it("finds all points where fewer than k are there, none of none, and nothing for no query", async () => {
    expect((await exactNeighbours(gaussian(2, 3), gaussian(4, 3), 9, { metric })).k).toBe(4);
    expect(await exactNeighbours(gaussian(2, 3), gaussian(0, 3), 9, { metric })).toEqual({
      k: 0,
      positions: new Int32Array(0),
      distances: new Float32Array(0),
    });
    expect((await exactNeighbours(gaussian(0, 3), gaussian(4, 3), 2, { metric })).positions).toHaveLength(0);
  });

  it("agrees on small whole numbers, ties and copies included", async () => {
    const matrix = (width: number) =>
      fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: width, maxLength: width }), {
        minLength: 1,
        maxLength: 12,
      });
    const both = fc.integer({ min: 1, max: 3 }).chain((width) => fc.tuple(matrix(width), matrix(width)));
    await fc.assert(
      fc.asyncProperty(both, fc.integer({ min: 1, max: 6 }), async ([queries, points], k) => {
        const found = await exactNeighbours(rows(queries), rows(points), k, { metric });
        const expected = sorted(rows(queries), rows(points), metric).flatMap((row) => row.slice(0, found.k));
        expected.forEach(({ distance }, i) => {
          expect(found.distances[i]!).toBeCloseTo(distance, 6);
        });
        if (metric === "euclidean") expect([...found.positions]).toEqual(expected.map(({ position }) => position));
      }),
      { numRuns: 60 },
    );
  });

  it("refuses vectors of another width, a k that is none and numbers that are none", async () => {
    const refused = (code: string, part = "") => expect.objectContaining({ code, message: expect.stringContaining(part) });
    const points = gaussian(5, 3);
    await expect(exactNeighbours(gaussian(2, 4), points, 1, { metric })).rejects.toThrow(refused("E_SHAPE", "4 and 3"));
    for (const k of [0, -1, 1.5, Number.NaN])
      await expect(exactNeighbours(points, points, k, { metric })).rejects.toThrow(refused("E_ARGUMENT"));
    const broken = { ...points, indices: [10, 11, 12, 13, 14], data: points.data.with(7, Number.NaN) };
    await expect(exactNeighbours(points, broken, 1, { metric })).rejects.toThrow(refused("E_NOT_FINITE", "item 12 "));
    await expect(exactNeighbours(broken, points, 1, { metric })).rejects.toThrow(refused("E_NOT_FINITE", "item 12 "));
  });

  it("stops when it is told to", async () => {
    const points = gaussian(5, 3);
    const search = exactNeighbours(points, points, 1, { metric, signal: AbortSignal.abort() });
    await expect(search).rejects.toThrow(expect.objectContaining({ code: "E_ABORTED" }));
  });
});

describe("exactNeighbours of zero vectors", () => {
  it("puts them at a right angle to all else and beside each other", async () => {
    const points = rows([
      [1, 0],
      [0, 0],
      [-1, 0],
      [0, 0],
    ]);
    const { positions, distances } = await exactNeighbours(
      rows([
        [0, 0],
        [2, 0],
      ]),
      points,
      4,
      { metric: "cosine" },
    );
    expect([...positions]).toEqual([1, 3, 0, 2, 0, 1, 3, 2]);
    expect([...distances]).toEqual([0, 0, 1, 1, 0, 1, 1, 2]);
  });
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { type Features, features } from "../../src/core/features.js";
import { createRandom } from "../../src/core/random.js";
import { prepareRows } from "../../src/neighbours/prepared-rows.js";
import { rowSpace } from "../../src/neighbours/row-space.js";
import { visitWithin } from "../../src/neighbours/visit-within.js";

async function pairsWithin(queries: Features, points: Features, radius: number): Promise<string[]> {
  const space = rowSpace("euclidean", points, [queries]);
  const pairs: string[] = [];
  const options = { squaredRadius: (radius / space.unit) ** 2 };
  await visitWithin(prepareRows(space, queries), prepareRows(space, points), options, (query, row) =>
    pairs.push(`${query} ${row}`),
  );
  return pairs;
}

function bruteForce(queries: Features, points: Features, radius: number): string[] {
  const width = points.shape[1];
  const squared = (q: number, p: number) =>
    Array.from({ length: width }, (_, d) => (queries.data[q * width + d]! - points.data[p * width + d]!) ** 2).reduce(
      (a, b) => a + b,
    );
  return queries.indices.flatMap((_, q) => points.indices.flatMap((_, p) => (squared(q, p) <= radius ** 2 ? [`${q} ${p}`] : [])));
}

it("visits exactly the pairs within the radius, those at the radius included", async () => {
  const grid = fc.array(fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -4, max: 4 })), {
    minLength: 1,
    maxLength: 20,
  });
  const rows = (values: readonly (readonly number[])[]) => features([values.length, 2], Float32Array.from(values.flat()));
  await fc.assert(
    fc.asyncProperty(grid, grid, fc.integer({ min: 0, max: 5 }), async (queries, points, radius) => {
      expect(await pairsWithin(rows(queries), rows(points), radius)).toEqual(bruteForce(rows(queries), rows(points), radius));
    }),
    { numRuns: 60 },
  );
});

it("visits all pairs of several blocks once", async () => {
  const random = createRandom(2);
  const points = features(
    [4200, 2],
    Float32Array.from({ length: 8400 }, () => random.normal()),
  );
  const queries = features([1100, 2], points.data.slice(0, 2200));
  const pairs = await pairsWithin(queries, points, 0.05);
  expect(new Set(pairs).size).toBe(pairs.length);
  expect(new Set(pairs)).toEqual(new Set(bruteForce(queries, points, 0.05)));
});

it("visits everything within an infinite radius", async () => {
  const points = features([5, 1], Float32Array.of(1, 2, 3, 4, 5));
  expect(await pairsWithin(points, points, Infinity)).toHaveLength(25);
});

it("finds copies within a radius of 0, whatever rounding does to products", async () => {
  const random = createRandom(3);
  const contents = Array.from({ length: 30 }, () => Array.from({ length: 40 }, () => 100 * random.normal()));
  const points = features([90, 40], Float32Array.from(Array.from({ length: 90 }, (_, i) => contents[i % 30]!).flat()));
  const expected = Array.from({ length: 90 }, (_, q) => [0, 30, 60].map((copy) => `${q} ${(q % 30) + copy}`));
  expect(await pairsWithin(points, points, 0)).toEqual(expected.flat());
});

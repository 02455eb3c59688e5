import { expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { kMeansSampling } from "../../src/strategies/k-means.js";
import { cloud, distance, featurePool } from "./feature-pool.js";

const CENTRES = [
  [0, 0],
  [40, 0],
  [0, 40],
  [40, 40],
];
const SIZES = [40, 30, 20, 10];

it("picks the item nearest to the centre of each blob, largest blob first", async () => {
  const blobs = CENTRES.map((centre, i) => cloud(SIZES[i]!, centre, { seed: 10 + i }));
  const { indices, scores } = await kMeansSampling().select(featurePool(blobs.flat()), 4, createRandom(3));
  let first = 100;
  const expected = blobs.map((blob) => {
    const mean = [0, 1].map((d) => blob.reduce((sum, row) => sum + row[d]!, 0) / blob.length);
    const distances = blob.map((row) => distance(row, mean));
    const nearest = first + distances.indexOf(Math.min(...distances));
    first += blob.length;
    return nearest;
  });
  expect(indices).toEqual(expected);
  expect(scores).toEqual([0.4, 0.3, 0.2, 0.1]);
});

it("fills the batch with random items where there are fewer contents than picks", async () => {
  const rows = Array.from({ length: 12 }, (_, i) => [i % 2, 0]);
  const last = new Set<number>();
  for (let seed = 0; seed < 60; seed++) {
    const { indices, scores } = await kMeansSampling().select(featurePool(rows), 3, createRandom(seed));
    expect(new Set(indices.slice(0, 2).map((index) => index % 2)).size).toBe(2);
    expect(new Set(indices).size).toBe(3);
    expect(scores).toEqual([0.5, 0.5, 0]);
    last.add(indices[2]!);
  }
  expect(last.size).toBeGreaterThan(8);
});

import { describe, expect, it } from "vitest";
import { type Features, features } from "../../src/core/features.js";
import { createRandom } from "../../src/core/random.js";
import { kMeansSeeds, lloyd } from "../../src/neighbours/cluster-rows.js";
import { kMeans } from "../../src/neighbours/k-means.js";
import { pickRows, prepareRows } from "../../src/neighbours/prepared-rows.js";
import { rowSpace } from "../../src/neighbours/row-space.js";
import { chiSquare } from "../chi-square.js";

/** Items around one point per blob; item i belongs to blob `i % blobs`. */
function blobs(items: number, width: number, { blobs: count = 4, spread = 0.05, offset = 0 } = {}): Features {
  const random = createRandom(3);
  const centres = Array.from({ length: count * width }, () => offset + 4 * random.normal());
  const data = Array.from({ length: items * width }, (_, at) => {
    const blob = Math.floor(at / width) % count;
    return centres[blob * width + (at % width)]! + spread * random.normal();
  });
  return features([items, width], Float32Array.from(data));
}

const column = (values: readonly number[]) => features([values.length, 1], Float32Array.from(values));

function squared(points: Features, item: number, centroids: Float32Array, centroid: number): number {
  const width = points.shape[1];
  const row = points.data.subarray(item * width, (item + 1) * width);
  return row.reduce((sum, value, d) => sum + (value - centroids[centroid * width + d]!) ** 2, 0);
}

describe("kMeans", () => {
  it("finds blobs, far from the origin too", async () => {
    for (const offset of [0, 1000]) {
      const { cluster_N, sizes_K } = await kMeans(blobs(200, 6, { offset }), 4, createRandom(1));
      for (let item = 4; item < 200; item++) expect(cluster_N[item]).toBe(cluster_N[item % 4]);
      expect([...sizes_K]).toEqual([50, 50, 50, 50]);
    }
  });

  it("settles where each item is with its nearest centroid and each centroid is the mean of its items", async () => {
    const random = createRandom(4);
    const points = features(
      [300, 3],
      Float32Array.from({ length: 900 }, () => random.normal()),
    );
    const found = await kMeans(points, 7, createRandom(2), { tolerance: 0, maxIterations: 500 });
    const { cluster_N, centroids_K_D, sizes_K, inertia } = found;
    let total = 0;
    const sums = Array<number>(21).fill(0);
    for (let item = 0; item < 300; item++) {
      const distances = Array.from({ length: 7 }, (_, k) => squared(points, item, centroids_K_D, k));
      expect(distances[cluster_N[item]!]).toBeCloseTo(Math.min(...distances), 5);
      total += Math.min(...distances);
      for (let d = 0; d < 3; d++) sums[cluster_N[item]! * 3 + d]! += points.data[item * 3 + d]!;
    }
    sums.forEach((sum, at) => {
      expect(centroids_K_D[at]).toBeCloseTo(sum / sizes_K[Math.floor(at / 3)]!, 5);
    });
    expect(inertia).toBeCloseTo(total, 3);
  });

  it("gives the same from the same seed", async () => {
    const points = blobs(60, 3, { spread: 3 });
    expect(await kMeans(points, 5, createRandom(9))).toEqual(await kMeans(points, 5, createRandom(9)));
  });

  it("makes as many clusters as there are different items, and leaves the rest empty", async () => {
    const { sizes_K, inertia, cluster_N } = await kMeans(column([1, 5, 1, 5, 9, 1]), 5, createRandom(1));
    expect([...sizes_K].filter((size) => size > 0).sort()).toEqual([1, 2, 3]);
    expect(inertia).toBe(0);
    expect(cluster_N[0]).toBe(cluster_N[2]);
  });

  it("puts each item into a cluster of its own where there are as many clusters as items", async () => {
    const { sizes_K } = await kMeans(blobs(30, 2), 30, createRandom(1));
    expect([...sizes_K]).toEqual(Array(30).fill(1));
  });

  it("refuses numbers of clusters and options that are none, and stops when it is told to", async () => {
    const refused = expect.objectContaining({ code: "E_ARGUMENT" });
    for (const clusters of [0, 4, 1.5])
      await expect(kMeans(column([1, 2, 3]), clusters, createRandom(1))).rejects.toThrow(refused);
    await expect(kMeans(column([1, 2]), 1, createRandom(1), { maxIterations: 0 })).rejects.toThrow(refused);
    await expect(kMeans(column([1, 2]), 1, createRandom(1), { tolerance: -1 })).rejects.toThrow(refused);
    const signal = AbortSignal.abort();
    await expect(kMeans(column([1, 2]), 1, createRandom(1), { signal })).rejects.toThrow(
      expect.objectContaining({ code: "E_ABORTED" }),
    );
  });
});

describe("kMeansSeeds", () => {
  it("draws in proportion to the squared distances, several in one round too", async () => {
    const values = [0, 1, 3, 7];
    const points = column(values);
    const rows = prepareRows(rowSpace("euclidean", points), points);
    const random = createRandom(6);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 3000; draw++) {
      const key = String(await kMeansSeeds(rows, 3, random));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const expected: number[] = [];
    const observed: number[] = [];
    const shares = (taken: readonly number[]) => {
      const weights = values.map((value) => Math.min(...taken.map((at) => (value - values[at]!) ** 2)));
      return weights.map((weight) => weight / weights.reduce((a, b) => a + b));
    };
    for (const a of values.keys())
      for (const b of values.keys())
        for (const c of values.keys()) {
          const share = shares([a])[b]! * (a === b ? 0 : shares([a, b])[c]!);
          const seen = counts.get(String([a, b, c])) ?? 0;
          if (share === 0) expect(seen).toBe(0);
          else {
            expected.push((3000 * share) / 4);
            observed.push(seen);
          }
        }
    const { statistic, limit } = chiSquare(observed, expected);
    expect(statistic).toBeLessThan(limit);
  });
});

describe("lloyd", () => {
  it("gives an empty cluster the row that is farthest from its centroid", async () => {
    const points = column([0, 1, 2, 10, 500]);
    const all = prepareRows(rowSpace("euclidean", points), points);
    const rows = pickRows(all, [0, 1, 2, 3]);
    // Nothing is nearest to 500.
    const { cluster_N, sizes_K } = await lloyd(rows, pickRows(all, [0, 4]));
    expect([...cluster_N]).toEqual([0, 0, 0, 1]);
    expect([...sizes_K]).toEqual([3, 1]);
  });
});

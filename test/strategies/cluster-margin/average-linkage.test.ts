import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { features } from "../../../src/core/features.js";
import { createRandom } from "../../../src/core/random.js";
import { prepareRows } from "../../../src/neighbours/prepared-rows.js";
import { rowSpace } from "../../../src/neighbours/row-space.js";
import { averageLinkage, cutTree } from "../../../src/strategies/cluster-margin/average-linkage.js";
import { distance } from "../feature-pool.js";

type Rows = readonly (readonly number[])[];

function linkage(rows: Rows) {
  const points = features([rows.length, rows[0]!.length], Float32Array.from(rows.flat()));
  const space = rowSpace("euclidean", points);
  return { unit: space.unit, merges: averageLinkage(prepareRows(space, points)) };
}

/** Joins the two nearest clusters again and again, all mean distances computed anew. */
function bruteForce(rows: Rows): { heights: number[]; clusterings: number[][][] } {
  let clusters = rows.map((_, i) => [i]);
  const heights: number[] = [];
  const clusterings = [clusters];
  const mean = (a: readonly number[], b: readonly number[]) =>
    a.flatMap((i) => b.map((j) => distance(rows[i]!, rows[j]!))).reduce((x, y) => x + y) / (a.length * b.length);
  while (clusters.length > 1) {
    let best = { a: 0, b: 0, height: Infinity };
    for (let a = 0; a < clusters.length; a++)
      for (let b = a + 1; b < clusters.length; b++) {
        const height = mean(clusters[a]!, clusters[b]!);
        if (height < best.height) best = { a, b, height };
      }
    heights.push(best.height);
    const joined = [...clusters[best.a]!, ...clusters[best.b]!].sort((x, y) => x - y);
    clusters = [...clusters.filter((_, i) => i !== best.a && i !== best.b), joined];
    clusterings.push(clusters);
  }
  return { heights, clusterings };
}

const grouped = (cluster_N: Int32Array) =>
  [...new Set(cluster_N)].map((cluster) => [...cluster_N.keys()].filter((row) => cluster_N[row] === cluster));
const normal = (clusters: readonly (readonly number[])[]) => clusters.map(String).sort();

describe("averageLinkage", () => {
  it("joins what brute force joins, at the same distances", async () => {
    for (const seed of [1, 2, 3]) {
      const random = createRandom(seed);
      const rows = Array.from({ length: 40 }, () => Array.from({ length: 3 }, () => Math.fround(random.normal())));
      const { merges, unit } = linkage(rows);
      const { heights, clusterings } = bruteForce(rows);
      const made = await merges;
      made.forEach((merge, i) => {
        expect(merge.distance * unit).toBeCloseTo(heights[i]!, 4);
      });
      for (const clusters of [1, 2, 5, 17, 40])
        expect(normal(grouped(cutTree(made, 40, { clusters })))).toEqual(normal(clusterings[40 - clusters]!));
      const limit = (heights[20]! + heights[21]!) / 2 / unit;
      expect(normal(grouped(cutTree(made, 40, { distance: limit })))).toEqual(normal(clusterings[21]!));
    }
  });

  it("ends where many distances are equal", async () => {
    const row = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
        const merges = await linkage(rows).merges;
        expect(merges).toHaveLength(rows.length - 1);
        expect(new Set(cutTree(merges, rows.length, { clusters: 1 })).size).toBe(1);
        const contents = new Set(rows.map(String)).size;
        expect(new Set(cutTree(merges, rows.length, { distance: 0 })).size).toBe(contents);
      }),
      { numRuns: 60 },
    );
  });
});

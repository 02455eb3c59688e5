import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { type TypiclustOptions, typiclust } from "../../src/strategies/typiclust.js";
import { cloud, distance, featurePool } from "./feature-pool.js";

const CENTRES = [
  [0, 0],
  [40, 0],
  [0, 40],
  [40, 40],
];
const SIZES = [40, 30, 20, 10];
const blobs = CENTRES.map((centre, i) => cloud(SIZES[i]!, centre, { seed: 10 + i }));
const rows = blobs.flat();
const blobOf = (index: number) => CENTRES.findIndex((centre) => distance(rows[index - 100]!, centre) < 15);

const select = async (labelled: readonly (readonly number[])[], count: number, options?: TypiclustOptions, pool = rows) =>
  typiclust(options).select(featurePool(pool, labelled), count, createRandom(3));

/** 1 / (mean distance to the k nearest of the same blob). */
function typicalities(blob: readonly number[][], k: number): number[] {
  return blob.map((row) => {
    const nearest = blob
      .map((other) => distance(row, other))
      .sort((a, b) => a - b)
      .slice(1, k + 1);
    return 1 / (nearest.reduce((a, b) => a + b) / k + 1e-5);
  });
}

describe("typiclust", () => {
  it("picks the most typical item of each blob, largest blob first", async () => {
    const { indices, scores } = await select([], 4, { neighbours: 3 });
    let first = 100;
    for (const [i, blob] of blobs.entries()) {
      const expected = typicalities(blob, 3);
      expect(scores[i]).toBeCloseTo(Math.max(...expected), 4);
      expect(indices[i]).toBe(first + expected.indexOf(Math.max(...expected)));
      first += blob.length;
    }
  });

  it("takes no more neighbours than half of the cluster", async () => {
    const { scores } = await select([], 4);
    expect(scores[3]).toBeCloseTo(Math.max(...typicalities(blobs[3]!, 5)), 4);
  });

  it("passes over blobs with a label", async () => {
    const { indices } = await select(
      [
        [0, 1],
        [40, 1],
      ],
      2,
      { maxClusters: 4 },
    );
    expect(indices.map(blobOf)).toEqual([2, 3]);
  });

  it("goes round again where there are more picks than clusters, and never picks twice", async () => {
    const { indices } = await select([], 9, { maxClusters: 4 });
    expect(indices.map(blobOf)).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0]);
    expect(new Set(indices).size).toBe(9);
    expect(new Set((await select([], 100, { maxClusters: 4 })).indices).size).toBe(100);
  });

  it("leaves outliers until the large clusters are used up", async () => {
    const { indices, scores } = await select([], 5, {}, [...rows, [1000, 1000]]);
    expect(indices).not.toContain(200);
    const all = await select([], 101, { maxClusters: 5 }, [...rows, [1000, 1000]]);
    expect(all.indices.at(-1)).toBe(200);
    expect(all.scores.at(-1)).toBe(0);
    expect(scores.every(Number.isFinite)).toBe(true);
  });

  it("says what is wrong", async () => {
    for (const option of ["neighbours", "maxClusters", "minClusterSize"])
      expect(() => typiclust({ [option]: 0 })).toThrow(
        expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining(option) }),
      );
    await expect(select([[1, 2, 3]], 2)).rejects.toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { kCenterGreedy } from "../../src/strategies/k-center.js";
import { cloud, distance, featurePool } from "./feature-pool.js";

type Rows = readonly (readonly number[])[];

/** Greedy k-center by all distances, from `centres` on. */
function bruteForce(rows: Rows, centres: Rows, count: number): { picks: number[]; distances: number[] } {
  const picks: number[] = [];
  const distances: number[] = [];
  while (picks.length < count) {
    const all = [...centres, ...picks.map((pick) => rows[pick]!)];
    const nearest = rows.map((row, i) => (picks.includes(i) ? -1 : Math.min(...all.map((centre) => distance(row, centre)))));
    distances.push(Math.max(...nearest));
    picks.push(nearest.indexOf(Math.max(...nearest)));
  }
  return { picks, distances };
}

const coverRadius = (rows: Rows, centres: Rows) =>
  Math.max(...rows.map((row) => Math.min(...centres.map((centre) => distance(row, centre)))));

const select = (rows: Rows, labelled: Rows, count: number, seed = 1) =>
  kCenterGreedy().select(featurePool(rows, labelled), count, createRandom(seed));

describe("kCenterGreedy", () => {
  it("picks what brute force picks, beyond what is computed ahead", async () => {
    const rows = cloud(300, [0, 0, 0, 0, 0], { seed: 2 });
    const labelled = cloud(7, [1, 0, 0, 0, 0], { seed: 3 });
    const { indices, scores } = await select(rows, labelled, 60);
    const expected = bruteForce(rows, labelled, 60);
    expect(indices).toEqual(expected.picks.map((pick) => 100 + pick));
    expected.distances.forEach((value, pick) => {
      expect(scores[pick]).toBeCloseTo(value, 5);
    });
  });

  it("starts with the item nearest to the mean, scored with its distance to the farthest, while nothing is labelled", async () => {
    const rows = cloud(200, [50, 50, 50], { seed: 4 });
    const { indices, scores } = await select(rows, [], 20);
    const mean = [0, 1, 2].map((d) => rows.reduce((sum, row) => sum + row[d]!, 0) / 200);
    const fromMean = rows.map((row) => distance(row, mean));
    const first = fromMean.indexOf(Math.min(...fromMean));
    expect(indices).toEqual([first, ...bruteForce(rows, [rows[first]!], 19).picks].map((pick) => 100 + pick));
    expect(scores[0]).toBeCloseTo(Math.max(...rows.map((row) => distance(row, rows[first]!))), 4);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it("leaves no item farther from its centre than twice the best radius", async () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }));
    await fc.assert(
      fc.asyncProperty(fc.array(point, { minLength: 4, maxLength: 9 }), async (rows) => {
        const { indices } = await select(rows, [], 3);
        let best = Infinity;
        for (let a = 0; a < rows.length; a++)
          for (let b = a + 1; b < rows.length; b++)
            for (let c = b + 1; c < rows.length; c++) best = Math.min(best, coverRadius(rows, [rows[a]!, rows[b]!, rows[c]!]));
        const picked = indices.map((index) => rows[index - 100]!);
        expect(coverRadius(rows, picked)).toBeLessThanOrEqual(2 * best + 1e-4);
      }),
      { numRuns: 60 },
    );
  });

  it("picks each content once before any twice, and copies with a score of exactly 0", async () => {
    const contents = cloud(5, Array(40).fill(300), { spread: 100, seed: 6 });
    const rows = Array.from({ length: 40 }, (_, i) => contents[i % 5]!);
    const { indices, scores } = await select(rows, [], 12);
    expect(new Set(indices.slice(0, 5).map((index) => (index - 100) % 5)).size).toBe(5);
    expect(scores.slice(5)).toEqual(Array(7).fill(0));
    expect(new Set(indices).size).toBe(12);
  });

  it("keeps away from what is labelled", async () => {
    const { indices } = await select(
      [
        [0, 0],
        [10, 0],
        [0.5, 0],
      ],
      [[9, 0]],
      2,
    );
    expect(indices).toEqual([100, 101]);
  });

  it("says what is wrong with labelled features, and stops when it is told to", async () => {
    const pool = featurePool(
      [
        [1, 2],
        [3, 4],
      ],
      [[5, 6]],
    );
    const refused = (code: string, part: string) => expect.objectContaining({ code, message: expect.stringContaining(part) });
    const pick = (labelled: object) =>
      kCenterGreedy().select({ ...pool, labelled: { ...pool.labelled!, ...labelled } }, 1, createRandom(1));
    await expect(pick({ features: undefined })).rejects.toThrow(refused("E_ARGUMENT", "features of the labelled"));
    await expect(pick({ indices: [7] })).rejects.toThrow(refused("E_ARGUMENT", "other items"));
    await expect(pick(featurePool([[1]], [[1]]).labelled!)).rejects.toThrow(refused("E_SHAPE", "1 and 2"));
    const aborted = kCenterGreedy({ signal: AbortSignal.abort() }).select(pool, 2, createRandom(1));
    await expect(aborted).rejects.toThrow(refused("E_ABORTED", "cancelled"));
  });

  it("reports each pick", async () => {
    const done: number[] = [];
    const onProgress = (event: { type: string; done?: number }) => done.push(event.done!);
    await kCenterGreedy({ onProgress }).select(featurePool(cloud(9, [0, 0])), 3, createRandom(1));
    expect(done).toEqual([1, 2, 3]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { features } from "../../src/core/features.js";
import { knnDistance } from "../../src/heuristics/knn-distance.js";
import { exactNeighbours } from "../../src/neighbours/exact-neighbours.js";
import { sineFeatures } from "./sine-features.js";

const labelledOf = (rows: ReturnType<typeof features>) => ({
  labelled: { indices: rows.indices, targets: rows.indices.map(() => 0), features: rows },
});

describe("knnDistance", () => {
  it("is the k-th smallest distance between the unit vectors: brute force", async () => {
    const widths = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }));
    await fc.assert(
      fc.asyncProperty(widths, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 50 }), async (sizes, k, phase) => {
        const [items, known, width] = sizes;
        const pool = sineFeatures([items, width], { phase: phase + 0.25 });
        const points = sineFeatures([known, width], { phase: phase + 0.5, lift: 1 });
        const unit = (rows: typeof pool, i: number) => {
          const row = [...rows.data.subarray(i * width, (i + 1) * width)];
          const length = Math.hypot(...row);
          return row.map((value) => value / length);
        };
        const scores = await knnDistance({ neighbours: k }).scoreFeatures(pool, labelledOf(points));
        for (let i = 0; i < items; i++) {
          const own = unit(pool, i);
          const distances = Array.from({ length: known }, (_, j) => Math.hypot(...unit(points, j).map((v, d) => v - own[d]!)));
          const kth = distances.sort((a, b) => a - b)[Math.min(k, known) - 1]!;
          // Beside 2 (1 - cos) the square root makes more of float32's rounding near 0.
          expect(Math.abs(scores[i]! ** 2 - kth ** 2)).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("does not look at lengths, and puts zero vectors at a right angle to all others", async () => {
    const points = features([2, 2], Float32Array.of(3, 0, 0, 5));
    const pool = features([4, 2], Float32Array.of(100, 0, 0, 1e-3, -2, 0, 0, 0));
    const scores = await knnDistance({ neighbours: 1 }).scoreFeatures(pool, labelledOf(points));
    [0, 0, Math.SQRT2, Math.SQRT2].forEach((expected, i) => {
      expect(scores[i]).toBeCloseTo(expected, 6);
    });
    const opposite = features([1, 2], Float32Array.of(-1, 0));
    const alone = labelledOf(features([1, 2], Float32Array.of(3, 0)));
    expect((await knnDistance().scoreFeatures(opposite, alone))[0]).toBeCloseTo(2, 6);
  });

  it("takes the tenth neighbour by default, from the search that it is given", async () => {
    const asked: unknown[] = [];
    const heuristic = knnDistance({
      findNeighbours: (queries, points, k, options) => {
        asked.push([k, options?.metric]);
        return exactNeighbours(queries, points, k, options);
      },
    });
    const points = sineFeatures([30, 3], { phase: 1 });
    const pool = sineFeatures([5, 3], { phase: 2 });
    const scores = await heuristic.scoreFeatures(pool, labelledOf(points));
    expect(asked).toEqual([[10, "cosine"]]);
    expect(scores).toEqual(await knnDistance({ neighbours: 10 }).scoreFeatures(pool, labelledOf(points)));
  });

  it("refuses numbers of neighbours that are none, and stops when it is told to", async () => {
    for (const neighbours of [0, 1.5, Number.NaN])
      expect(() => knnDistance({ neighbours })).toThrow(
        expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining(`${neighbours} came`) }),
      );
    const points = sineFeatures([30, 3], { phase: 1 });
    const stopped = knnDistance({ signal: AbortSignal.abort() }).scoreFeatures(points, labelledOf(points));
    await expect(stopped).rejects.toMatchObject({ code: "E_ABORTED" });
  });
});

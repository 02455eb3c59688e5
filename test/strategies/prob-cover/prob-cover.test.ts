import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { type ProbCoverOptions, probCover } from "../../../src/strategies/prob-cover/prob-cover.js";
import { cloud, distance, featurePool } from "../feature-pool.js";

type Rows = readonly (readonly number[])[];

const select = async (rows: Rows, labelled: Rows, count: number, options: ProbCoverOptions, seed = 1) =>
  probCover(options).select(featurePool(rows, labelled), count, createRandom(seed));

const coveredBy = (rows: Rows, centres: Rows, radius: number) =>
  rows.filter((row) => centres.some((centre) => distance(row, centre) <= radius)).length;

const grid = (minLength: number, maxLength: number) =>
  fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), { minLength, maxLength });

describe("probCover", () => {
  it("covers with each pick as much more as any item could, after what the labelled items cover", async () => {
    const cases = fc.tuple(grid(3, 30), grid(0, 4), fc.integer({ min: 0, max: 4 }));
    await fc.assert(
      fc.asyncProperty(cases, async ([rows, labelled, radius]) => {
        const { indices, scores } = await select(rows, labelled, rows.length, { radius });
        const centres: (readonly number[])[] = [...labelled];
        for (const [pick, index] of indices.entries()) {
          const before = coveredBy(rows, centres, radius);
          const gain = (row: readonly number[]) => coveredBy(rows, [...centres, row], radius) - before;
          const best = Math.max(...rows.map(gain));
          expect(scores[pick]).toBeCloseTo(best / rows.length, 10);
          expect(gain(rows[index - 100]!)).toBe(best);
          centres.push(rows[index - 100]!);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("is within 1 - 1/e of the best cover", async () => {
    await fc.assert(
      fc.asyncProperty(grid(4, 12), fc.integer({ min: 1, max: 4 }), async (rows, radius) => {
        const { indices } = await select(rows, [], 2, { radius });
        let best = 0;
        for (const a of rows) for (const b of rows) best = Math.max(best, coveredBy(rows, [a, b], radius));
        const picked = indices.map((index) => rows[index - 100]!);
        expect(coveredBy(rows, picked, radius)).toBeGreaterThanOrEqual((1 - Math.exp(-1)) * best);
      }),
      { numRuns: 40 },
    );
  });

  it("chooses a radius that keeps blobs apart, so that each blob is covered by one pick", async () => {
    const centres = [
      [0, 0],
      [30, 0],
      [0, 30],
    ];
    const blobs = centres.map((centre, i) => cloud(50, centre, { spread: 0.3, seed: 20 + i }));
    const { indices, scores } = await select(blobs.flat(), [], 4, { classes: 3 });
    expect(new Set(indices.slice(0, 3).map((index) => Math.floor((index - 100) / 50))).size).toBe(3);
    expect(scores[3]).toBe(0);
    const labelled = await select(
      blobs.flat(),
      [
        [0, 0.1],
        [30, 0],
      ],
      1,
      { classes: 3 },
    );
    expect(labelled.indices[0]).toBeGreaterThanOrEqual(200);
    expect(labelled.scores[0]).toBeCloseTo(1 / 3, 10);
  });

  it("takes the largest radius with which the asked share of balls is pure", async () => {
    // Two clusters, of 19 items at 0 to 0.18 and 1 item at 10: only the balls of radius 9.82 and more are impure.
    const rows = [...Array.from({ length: 19 }, (_, i) => [i / 100]), [10]];
    const covered = async (purity: number) => (await select(rows, [], 1, { classes: 2, purity })).scores[0]!;
    expect(await covered(1)).toBeCloseTo(19 / 20, 10);
    // Up to 18 of the 20 balls may be impure: the radius is just short of 9.99, and the balls of 0.02 to 0.18 reach 10 and all else.
    expect(await covered(0.1)).toBe(1);
  });

  it("fills up with random items once everything is covered", async () => {
    const last = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const { indices, scores } = await select([[0], [0], [0], [0], [0]], [], 2, { radius: 1 }, seed);
      expect(scores).toEqual([1, 0]);
      expect(new Set(indices).size).toBe(2);
      last.add(indices[1]!);
    }
    expect(last.size).toBe(5);
  });

  it("refuses options out of range, and stops when it is told to", async () => {
    for (const options of [{ radius: -1 }, { purity: 0 }, { purity: 1.5 }, { classes: 1 }])
      expect(() => probCover(options)).toThrow(
        expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining(Object.keys(options)[0]!) }),
      );
    await expect(select([[0], [1]], [], 1, { radius: 1, signal: AbortSignal.abort() })).rejects.toThrow(
      expect.objectContaining({ code: "E_ABORTED" }),
    );
  });
});

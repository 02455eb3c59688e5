import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { features } from "../../src/core/features.js";
import { createRandom } from "../../src/core/random.js";
import { nearDuplicateFeatures } from "../../src/hygiene/near-duplicate-features.js";
import { bruteForceNeighbours as findNeighbours } from "./label-propagation/brute-force-neighbours.js";

const table = (rows: readonly (readonly number[])[], indices?: readonly number[]) =>
  features([rows.length, rows[0]?.length ?? 0], Float32Array.from(rows.flat()), indices);

describe("nearDuplicateFeatures", () => {
  it("chains items within the radius, whatever k is", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 })), { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 4 }),
        async (rows, k) => {
          const radius = 1.2;
          const groupOf = rows.map((_, i) => i);
          for (const [i, a] of rows.entries()) {
            for (const [j, b] of rows.slice(0, i).entries()) {
              if (Math.hypot(a[0] - b[0], a[1] - b[1]) > radius) continue;
              const [low, high] = [Math.min(groupOf[i]!, groupOf[j]!), Math.max(groupOf[i]!, groupOf[j]!)];
              for (const [at, group] of groupOf.entries()) if (group === high) groupOf[at] = low;
            }
          }
          const expected = [...new Set(groupOf)].map((group) => rows.flatMap((_, i) => (groupOf[i] === group ? [10 + i] : [])));
          const points = table(
            rows,
            rows.map((_, i) => 10 + i),
          );
          const found = await nearDuplicateFeatures(points, { radius, metric: "euclidean", k, findNeighbours });
          expect(found).toEqual(expected.filter((group) => group.length > 1));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("finds planted copies with noise by their angle", async () => {
    const random = createRandom(4);
    const rows = Array.from({ length: 60 }, () => Array.from({ length: 16 }, () => random.normal()));
    const copies = [5, 17, 40].map((i) => rows[i]!.map((x) => 3 * (x + 0.01 * random.normal())));
    expect(await nearDuplicateFeatures(table([...rows, ...copies]), { radius: 0.01 })).toEqual([
      [5, 60],
      [17, 61],
      [40, 62],
    ]);
  });

  it("asks for no more neighbours where there are many equal items", async () => {
    let asked = 0;
    const rows = Array.from({ length: 100 }, (_, i) => [i < 90 ? 1 : i, 2]);
    const counting: typeof findNeighbours = (queries, points, k, options) => {
      asked += queries.shape[0] * Math.min(k, points.shape[0]);
      return findNeighbours(queries, points, k, options);
    };
    const groups = await nearDuplicateFeatures(table(rows), { radius: 0.1, metric: "euclidean", k: 2, findNeighbours: counting });
    expect(groups).toEqual([Array.from({ length: 90 }, (_, i) => i)]);
    expect(asked).toBe(11 * 3);
  });

  it("takes no items, and refuses what is no radius or k", async () => {
    expect(await nearDuplicateFeatures(table([]), { radius: 1, findNeighbours })).toEqual([]);
    const one = table([[1]]);
    for (const options of [{ radius: -1 }, { radius: Number.NaN }, { radius: 1, k: 0 }])
      await expect(nearDuplicateFeatures(one, options)).rejects.toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});

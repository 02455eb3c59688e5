import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planBatches } from "../../../src/engine/runtime/batching.js";

const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 80 });

describe("planBatches", () => {
  it("covers each item's draws exactly once, within the capacity, padded to the longest of the batch", () => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 500 }), (items, draws, tokens) => {
        const capacity = (length: number) => tokens / length;
        const seen = new Set<string>();
        for (const batch of planBatches(items, { draws, capacity })) {
          expect(batch.paddedLength).toBe(Math.max(...batch.positions.map((position) => items[position]!)));
          const rows = batch.positions.length * batch.draws;
          expect(rows).toBeLessThanOrEqual(Math.max(1, Math.floor(capacity(batch.paddedLength))));
          for (const position of batch.positions) {
            for (let k = batch.firstDraw; k < batch.firstDraw + batch.draws; k++) {
              expect(seen.has(`${position} ${k}`)).toBe(false);
              seen.add(`${position} ${k}`);
            }
          }
        }
        expect(seen.size).toBe(items.length * draws);
      }),
    );
  });

  it("begins with the longest items and puts similar lengths together", () => {
    const batches = planBatches([3, 9, 3, 8, 3], { capacity: (length) => 18 / length });
    expect(batches.map(({ positions, paddedLength }) => [positions, paddedLength])).toEqual([
      [[1, 3], 9],
      [[0, 2, 4], 3],
    ]);
  });
});

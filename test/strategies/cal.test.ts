import { describe, expect, it } from "vitest";
import { features } from "../../src/core/features.js";
import { predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import { cal } from "../../src/strategies/cal.js";
import { featurePool } from "./feature-pool.js";

const probs = (rows: readonly (readonly number[])[], indices: readonly number[]) =>
  predictions("probabilities", [rows.length, rows[0]!.length, 1], Float32Array.from(rows.flat()), indices);

const kl = (p: readonly number[], q: readonly number[]) =>
  p.reduce((sum, x, c) => sum + (x === 0 ? 0 : x * Math.log(x / q[c]!)), 0);

/** Two items beside each of two labelled ones; of each two, one is predicted as its neighbour is. */
const PREDICTED = [
  [0.875, 0.125],
  [0.25, 0.75],
  [0.125, 0.875],
  [0.375, 0.625],
];
const KNOWN = [
  [0.75, 0.25],
  [0.125, 0.875],
];
const base = featurePool([[0.1], [0.3], [9.8], [9.7]], [[0], [10]]);
const pool = {
  ...base,
  predictions: probs(PREDICTED, base.indices),
  labelled: { ...base.labelled!, predictions: probs(KNOWN, base.labelled!.indices) },
};
const select = async (candidates: typeof pool, count: number, neighbours?: number) =>
  cal(neighbours === undefined ? {} : { neighbours }).select(candidates, count, createRandom(1));

describe("cal", () => {
  it("scores with the divergence of the nearest labelled item's prediction from the item's own", async () => {
    const { indices, scores } = await select(pool, 4, 1);
    const expected = new Map(PREDICTED.map((predicted, i) => [100 + i, kl(KNOWN[i < 2 ? 0 : 1]!, predicted)]));
    expect(indices).toEqual([...expected.keys()].sort((a, b) => expected.get(b)! - expected.get(a)!));
    expect(indices[0]).toBe(101);
    for (const [pick, index] of indices.entries()) expect(scores[pick]).toBeCloseTo(expected.get(index)!, 6);
    expect(scores[3]).toBe(0);
  });

  it("takes the mean over several, and all where fewer are labelled", async () => {
    const { indices, scores } = await select(pool, 4);
    for (const [pick, index] of indices.entries()) {
      const predicted = PREDICTED[index - 100]!;
      expect(scores[pick]).toBeCloseTo((kl(KNOWN[0]!, predicted) + kl(KNOWN[1]!, predicted)) / 2, 6);
    }
  });

  it("stays finite for a class that is ruled out", async () => {
    const certain = [
      [1, 0],
      [1, 0],
      [1, 0],
      [1, 0],
    ];
    const { scores } = await select({ ...pool, predictions: probs(certain, pool.indices) }, 4, 1);
    expect(scores.every(Number.isFinite)).toBe(true);
    expect(scores[0]).toBeGreaterThan(20); // 0.875 ln(0.875 / 1e-12) is about 24
  });

  it("picks at random, with scores of 0, while nothing is labelled", async () => {
    const { labelled: _, ...cold } = pool;
    const first = new Set<number>();
    for (let seed = 0; seed < 40; seed++) {
      const { indices, scores } = await cal().select(cold, 2, createRandom(seed));
      expect(scores).toEqual([0, 0]);
      first.add(indices[0]!);
    }
    expect(first.size).toBe(4);
  });

  it("says what is wrong", async () => {
    const refused = (code: string, part: string) => expect.objectContaining({ code, message: expect.stringContaining(part) });
    expect(() => cal({ neighbours: 0 })).toThrow(refused("E_ARGUMENT", "neighbours"));
    await expect(select({ ...pool, labelled: base.labelled! as typeof pool.labelled }, 1)).rejects.toThrow(
      refused("E_ARGUMENT", "predictions of the labelled"),
    );
    const other = {
      ...pool.labelled,
      predictions: probs(
        [
          [0.5, 0.25, 0.25],
          [1, 0, 0],
        ],
        pool.labelled.indices,
      ),
    };
    await expect(select({ ...pool, labelled: other }, 1)).rejects.toThrow(refused("E_SHAPE", "3"));
    const wide = { ...pool.labelled, features: features([2, 2], new Float32Array(4), pool.labelled.indices) };
    await expect(select({ ...pool, labelled: wide }, 1)).rejects.toThrow(refused("E_SHAPE", "1 and 2"));
  });
});

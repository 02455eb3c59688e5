import { describe, expect, it } from "vitest";
import { predictions } from "../../../src/core/predictions.js";
import { createRandom } from "../../../src/core/random.js";
import { type ClusterMarginOptions, clusterMargin } from "../../../src/strategies/cluster-margin/cluster-margin.js";
import type { CandidatePool } from "../../../src/strategies/strategy.js";
import { cloud, featurePool } from "../feature-pool.js";

/** Items with the margins given and these features. */
function pool(rows: readonly (readonly number[])[], margins: readonly number[]): CandidatePool {
  const candidates = featurePool(rows);
  const data = Float32Array.from(margins.flatMap((margin) => [(1 + margin) / 2, (1 - margin) / 2]));
  return { ...candidates, predictions: predictions("probabilities", [rows.length, 2, 1], data, candidates.indices) };
}

const select = async (candidates: CandidatePool, count: number, options?: ClusterMarginOptions, seed = 1) =>
  clusterMargin(options).select(candidates, count, createRandom(seed));

/** 12 items at 0, 5 at 20 and 3 at 40: items 100 to 111, 112 to 116 and 117 to 119. */
const SIZES = [12, 5, 3];
const rows = SIZES.flatMap((size, i) => cloud(size, [20 * i, 0], { spread: 0.1, seed: 30 + i }));
const blobOf = (index: number) => (index < 112 ? 0 : index < 117 ? 1 : 2);

describe("clusterMargin", () => {
  it("takes one of each cluster in turn, from the smallest on", async () => {
    const even = pool(
      rows,
      rows.map(() => 0.5),
    );
    const { indices, scores } = await select(even, 11, { distance: 5 });
    expect(indices.map(blobOf)).toEqual([2, 1, 0, 2, 1, 0, 2, 1, 0, 1, 0]);
    expect(new Set(indices).size).toBe(11);
    expect(scores).toEqual(Array(11).fill(0.5));
  });

  it("counts only the items of small margin: those decide a cluster's size, and none else is picked", async () => {
    // Of the blob of 12 only two are uncertain, of the others all.
    const margins = rows.map((_, i) => (i >= 2 && i < 12 ? 0.875 : 0.25));
    const { indices } = await select(pool(rows, margins), 5, { distance: 5, candidatesPerPick: 2 });
    expect(indices.map(blobOf)).toEqual([0, 2, 1, 0, 2]);
    expect(indices.filter((index) => blobOf(index) === 0).toSorted()).toEqual([100, 101]);
  });

  it("picks any item of a cluster with the same probability", async () => {
    const even = pool(
      rows,
      rows.map(() => 0.5),
    );
    const first = new Set<number>();
    for (let seed = 0; seed < 60; seed++) first.add((await select(even, 3, {}, seed)).indices[1]!);
    expect([...first].sort()).toEqual([112, 113, 114, 115, 116]);
  });

  it("cuts the tree into as many clusters as picks by default, so that the batch is spread out", async () => {
    const even = pool(
      rows,
      rows.map(() => 0.5),
    );
    for (let seed = 0; seed < 10; seed++) expect((await select(even, 3, {}, seed)).indices.map(blobOf)).toEqual([2, 1, 0]);
  });

  it("assigns items to clusters that only a part of the pool was clustered into", async () => {
    const many = [0, 1, 2].flatMap((i) => cloud(80, [20 * i, 0], { spread: 0.1, seed: 40 + i }));
    const margins = many.map((_, i) => (i % 80 < 8 ? 0 : 0.5));
    for (let seed = 0; seed < 5; seed++) {
      const options = { distance: 5, maxClustered: 30, candidatesPerPick: 4 };
      const { indices } = await select(pool(many, margins), 6, options, seed);
      expect(indices.map((index) => Math.floor((index - 100) / 80)).toSorted()).toEqual([0, 0, 1, 1, 2, 2]);
      expect(indices.every((index) => (index - 100) % 80 < 8)).toBe(true);
    }
  });

  it("refuses dense predictions and options out of range", async () => {
    const dense = {
      ...featurePool([[0], [1]]),
      predictions: predictions("logits", [2, 2, 2, 1], new Float32Array(8), [100, 101]),
    };
    await expect(select(dense, 1)).rejects.toThrow(expect.objectContaining({ code: "E_SHAPE" }));
    for (const options of [{ candidatesPerPick: 0.5 }, { distance: -1 }, { maxClustered: 0 }])
      expect(() => clusterMargin(options)).toThrow(
        expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining(Object.keys(options)[0]!) }),
      );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Predictions, predictions } from "../../../src/core/predictions.js";
import { createRandom } from "../../../src/core/random.js";
import { bald } from "../../../src/heuristics/bald.js";
import { batchBald } from "../../../src/strategies/batch-bald/batch-bald.js";
import { topK } from "../../../src/strategies/ranked.js";
import { jointInformationOf } from "./joint-brute-force.js";

const select = (draws: Predictions, count: number) =>
  batchBald().select({ indices: draws.indices, predictions: draws }, count, createRandom(1));

/** Consistent draws `[N][labels][K]` of labels that are each predicted by itself. */
function labelDraws(logits: readonly (readonly (readonly number[])[])[], indices?: readonly number[]): Predictions {
  const shape = [logits.length, logits[0]!.length, logits[0]![0]!.length];
  return predictions("sigmoidLogits", shape, Float32Array.from(logits.flat(2)), indices, { isConsistent: true });
}

const noAndYes = (row: readonly number[]) => {
  const yes = row.map((z) => 1 / (1 + Math.exp(-Math.fround(z))));
  return [yes.map((p) => 1 - p), yes];
};

/** The sum over the labels of the joint information of a batch: all ways of answering each, one by one. */
const summedInformation = (batch: readonly (readonly (readonly number[])[])[]) =>
  batch[0]!.reduce((sum, _, label) => sum + jointInformationOf(batch.map((item) => noAndYes(item[label]!))), 0);

const pools = fc
  .tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 2, max: 6 }),
    fc.integer({ min: 3, max: 8 }),
    fc.constantFrom(0.5, 3, 12),
  )
  .chain(([labels, draws, items, scale]) => {
    const logit = fc.double({ min: -scale, max: scale, noNaN: true }).map(Math.fround);
    const row = fc.array(logit, { minLength: draws, maxLength: draws });
    return fc.array(fc.array(row, { minLength: labels, maxLength: labels }), { minLength: items, maxLength: items });
  });

describe("batchBald of labels that are each predicted by itself", () => {
  it("adds what each pick adds to the information summed over the labels, and no other item would have added more: brute force", async () => {
    await fc.assert(
      fc.asyncProperty(pools, async (items) => {
        const { indices, scores } = await select(labelDraws(items), 3);
        const batch: number[][][] = [];
        let before = 0;
        for (const [i, index] of indices.entries()) {
          const others = items.filter((_, item) => !indices.slice(0, i).includes(item));
          const best = Math.max(...others.map((item) => summedInformation([...batch, item])));
          batch.push(items[index]!);
          const after = summedInformation(batch);
          expect(after).toBeCloseTo(best, 4);
          expect(scores[i]).toBeCloseTo(after - before, 4);
          before = after;
        }
      }),
      { numRuns: 40 },
    );
  });

  it("starts with the BALD maximum, at its BALD", async () => {
    const random = createRandom(4);
    const draws = labelDraws(
      Array.from({ length: 60 }, () => Array.from({ length: 5 }, () => Array.from({ length: 8 }, () => 2 * random.normal()))),
    );
    const bald_N = [...bald().score(draws)];
    const { indices, scores } = await select(draws, 4);
    expect(scores[0]).toBe(Math.max(...bald_N));
    expect(indices[0]).toBe(bald_N.indexOf(Math.max(...bald_N)));
  });

  it("goes on with another label where one is known, where the top k of BALD says the same twice", async () => {
    // Items 0 to 2: the draws contradict each other about the first label, and say nothing of the second; item 3, less so, about the second.
    const same = [
      [9, 9, -9, -9],
      [-9, -9, -9, -9],
    ];
    const other = [
      [-9, -9, -9, -9],
      [2, -2, 2, -2],
    ];
    const draws = labelDraws([same, same, same, other], [10, 11, 12, 13]);
    expect((await select(draws, 2)).indices[1]).toBe(13);
    expect(topK(bald()).select({ indices: draws.indices, predictions: draws }, 2, createRandom(1)).indices).not.toContain(13);
  });

  it("takes probabilities as it takes logits, and refuses dense predictions", async () => {
    const random = createRandom(5);
    const logits = labelDraws(
      Array.from({ length: 20 }, () => Array.from({ length: 3 }, () => Array.from({ length: 6 }, () => 2 * random.normal()))),
    );
    const data = logits.data.map((z) => 1 / (1 + Math.exp(-z)));
    const probabilities = predictions("sigmoid", [20, 3, 6], data, undefined, { isConsistent: true });
    expect((await select(probabilities, 5)).indices).toEqual((await select(logits, 5)).indices);
    const dense = predictions("sigmoidLogits", [2, 2, 3, 4], new Float32Array(48), undefined, { isConsistent: true });
    await expect(select(dense, 1)).rejects.toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  });
});

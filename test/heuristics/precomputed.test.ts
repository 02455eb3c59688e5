import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { bald } from "../../src/heuristics/bald.js";
import { precomputed } from "../../src/heuristics/precomputed.js";
import { scoreChunks } from "../../src/heuristics/score-chunks.js";
import { topK } from "../../src/strategies/ranked.js";
import { logitsOf, randomLogits } from "./draws-of.js";

const refused = (code: string, message: RegExp) => expect.objectContaining({ code, message: expect.stringMatching(message) });

describe("precomputed", () => {
  const table = new Map([
    [7, 0.5],
    [3, 2],
  ]);

  it("gives each item the score under its dataset index, and names one that has none", () => {
    const heuristic = precomputed(table);
    expect([...heuristic.score(logitsOf(randomLogits([2, 3, 4], 5), [3, 7]))]).toEqual([2, 0.5]);
    expect(() => heuristic.score(logitsOf(randomLogits([1, 3, 4], 5), [4]))).toThrow(
      refused("E_ARGUMENT", /item 4 .*there are 2.*not by position/),
    );
  });

  it("copies: a later change of the table changes nothing", () => {
    const own = new Map(table);
    const heuristic = precomputed(own);
    own.set(3, -1);
    expect([...heuristic.score(logitsOf(randomLogits([1, 3, 4], 5), [3]))]).toEqual([2]);
  });

  it("picks from what scoreChunks kept, without any predictions", async () => {
    const given = logitsOf(randomLogits([6, 3, 4], 6), [10, 20, 30, 40, 50, 60]);
    const scores = await scoreChunks(bald(), [given]);
    const { indices } = given;
    expect(topK(precomputed(scores)).select({ indices }, 3, createRandom(1)).indices).toEqual(
      topK(bald()).select({ indices, predictions: given }, 3, createRandom(1)).indices,
    );
  });

  it.each([
    ["as many scores as indices", { indices: [1, 2], scores: [1] }, "E_SHAPE", /1 precomputed scores came for 2/],
    ["each index once", { indices: [1, 1], scores: [1, 2] }, "E_ARGUMENT", /more than once/],
    ["finite scores", { indices: [1, 8], scores: [1, Number.NaN] }, "E_NOT_FINITE", /item 8 .* NaN/],
    ["finite scores in a map, too", new Map([[8, Infinity]]), "E_NOT_FINITE", /item 8 .* Infinity/],
  ])("needs %s", (_what, scores, code, message) => {
    expect(() => precomputed(scores)).toThrow(refused(code, message));
  });
});

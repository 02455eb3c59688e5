import { describe, expect, it, vi } from "vitest";
import { type Predictions, predictions } from "../../../src/core/predictions.js";
import { createRandom } from "../../../src/core/random.js";
import { bald } from "../../../src/heuristics/bald.js";
import { type BatchBaldOptions, batchBald } from "../../../src/strategies/batch-bald/batch-bald.js";
import { topK } from "../../../src/strategies/ranked.js";
import type { SelectionProgress } from "../../../src/strategies/strategy.js";
import { eagerGreedy, jointInformationOf, probabilitiesOf, randomDraws } from "./joint-brute-force.js";

const select = async (draws: Predictions, count: number, options: BatchBaldOptions = {}, seed = 1) =>
  batchBald(options).select({ indices: draws.indices, predictions: draws }, count, createRandom(seed));

const running = (scores: readonly number[]) => scores.map((_, i) => scores.slice(0, i + 1).reduce((a, b) => a + b));

describe("batchBald", () => {
  it("picks what a numpy brute force picks, and finds the same information", async () => {
    const [N, C, K] = [7, 3, 4];
    const data = new Float32Array(N * C * K);
    for (let n = 0; n < N; n++) {
      for (let c = 0; c < C; c++) {
        for (let k = 0; k < K; k++) data[(n * C + c) * K + k] = 3 * Math.sin(1 + 5.3 * n + 2.9 * c * c + 1.7 * k * (n + 1));
      }
    }
    const names = [100, 101, 102, 103, 104, 105, 106];
    const draws = predictions("logits", [N, C, K], data, names, { isConsistent: true });
    const { indices, scores } = await select(draws, 5);
    expect(indices).toEqual([100, 105, 102, 104, 101]);
    const numpy = [0.698286906, 0.343275081, 0.154501163, 0.109372247, 0.036396287];
    for (const [i, score] of scores.entries()) expect(score).toBeCloseTo(numpy[i]!, 5);
  });

  it.each([
    [12, 2, 5, 6],
    [10, 3, 8, 5],
    [9, 5, 20, 4],
    [25, 4, 3, 4],
  ])("of %i items with %i classes and %i draws picks the %i that evaluating everything picks", async (N, C, K, count) => {
    for (let seed = 0; seed < 4; seed++) {
      const draws = randomDraws([N, C, K], { seed, scale: 1 + seed });
      const eager = eagerGreedy(probabilitiesOf(draws), count);
      const { indices, scores } = await select(draws, count, {}, seed);
      expect(indices).toEqual(eager.indices);
      for (const [i, total] of running(scores).entries()) expect(total).toBeCloseTo(eager.totals[i]!, 5);
    }
  });

  it("starts with the BALD maximum, at its BALD", async () => {
    const draws = randomDraws([200, 4, 10]);
    const bald_N = [...bald().score(draws)];
    const { indices, scores } = await select(draws, 3);
    expect(scores[0]).toBe(Math.max(...bald_N));
    expect(indices[0]).toBe(bald_N.indexOf(Math.max(...bald_N)));
  });

  it("BatchBALD loses its own first pick when it ranks: ours keeps it, first, and picks no other in its place", async () => {
    for (let seed = 0; seed < 10; seed++) {
      const draws = randomDraws([30, 3, 10], { seed });
      const [best] = topK(bald()).select({ indices: draws.indices, predictions: draws }, 1, createRandom(1)).indices;
      for (const count of [1, 2, 8]) {
        const { indices } = await select(draws, count);
        expect(indices[0]).toBe(best);
        expect(new Set(indices).size).toBe(count);
      }
    }
  });

  it.each([6, 29, 30])(
    "picks exactly %i of 30, when few draws and configurations leave nothing to be learnt too",
    async (count) => {
      const { indices, scores } = await select(randomDraws([30, 4, 3], { scale: 8 }), count, { maxConfigurations: 6 });
      expect(new Set(indices).size).toBe(count);
      expect(scores.every((score) => score >= 0)).toBe(true);
    },
  );

  it("does not pick what says the same as a picked item, where the top k of BALD does", async () => {
    // Three copies of each of 20 contents, with a little noise on the copies.
    const original = randomDraws([20, 4, 12], { seed: 5 });
    const noise = createRandom(2);
    const data = Float32Array.from({ length: 60 * 48 }, (_, i) => original.data[i % (20 * 48)]! + 1e-3 * noise.normal());
    const draws = predictions("logits", [60, 4, 12], data, undefined, { isConsistent: true });
    const contents = (indices: readonly number[]) => new Set(indices.map((index) => index % 20)).size;
    expect(contents((await select(draws, 4)).indices)).toBe(4);
    expect(contents(topK(bald()).select({ indices: draws.indices, predictions: draws }, 4, createRandom(1)).indices)).toBe(2);
  });

  it("adds up to the joint mutual information, also from a sample", async () => {
    const draws = randomDraws([40, 3, 30], { seed: 3 });
    const exact = await select(draws, 8, { maxConfigurations: 3 ** 7 });
    const information = jointInformationOf(exact.indices.map((index) => probabilitiesOf(draws)[index]!));
    expect(running(exact.scores).at(-1)).toBeCloseTo(information, 4);
    expect(information).toBeLessThan(Math.log(30));

    const sampled = await select(draws, 8, { maxConfigurations: 200 });
    const batch = sampled.indices.map((index) => probabilitiesOf(draws)[index]!);
    expect(sampled.indices.slice(0, 5)).toEqual(exact.indices.slice(0, 5));
    expect(jointInformationOf(batch)).toBeGreaterThan(0.995 * information);
    expect(Math.abs(running(sampled.scores).at(-1)! - jointInformationOf(batch))).toBeLessThan(0.05);
  });

  it("goes on with items that are informative alone once the draws are told apart", async () => {
    // Either draw is sure of another class, for items 0 to 9; nothing is in doubt for the others.
    const data = Float32Array.from(Array.from({ length: 20 }, (_, item) => (item < 10 ? [1, 0, 0, 1] : [1, 1, 0, 0])).flat());
    const draws = predictions("probabilities", [20, 2, 2], data, undefined, { isConsistent: true });
    const { indices, scores } = await select(draws, 20);
    expect(scores.map((score) => score.toFixed(6))).toEqual([Math.LN2.toFixed(6), ...Array(19).fill("0.000000")]);
    expect(indices.slice(0, 10).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect((await select(draws, 20, {}, 2)).indices).not.toEqual(indices);
  });

  it("takes probabilities as it takes logits", async () => {
    const logits = randomDraws([20, 3, 6]);
    const data = Float32Array.from(probabilitiesOf(logits).flat(2));
    const probabilities = predictions("probabilities", [20, 3, 6], data, undefined, { isConsistent: true });
    expect((await select(probabilities, 5)).indices).toEqual((await select(logits, 5)).indices);
  });

  it("refuses dense predictions, draws that are not consistent and single draws", async () => {
    const refused = (code: string, part: string) => expect.objectContaining({ code, message: expect.stringContaining(part) });
    const dense = predictions("logits", [2, 2, 3, 4], new Float32Array(48), undefined, { isConsistent: true });
    await expect(select(dense, 1)).rejects.toThrow(refused("E_SHAPE", "[N, C, K]"));
    const { isConsistent: _, ...inconsistent } = randomDraws([3, 2, 4]);
    await expect(select(inconsistent, 1)).rejects.toThrow(refused("E_ARGUMENT", "consistent: true"));
    await expect(select(randomDraws([3, 2, 1]), 1)).rejects.toThrow(refused("E_ARGUMENT", "one draw per item"));
  });

  it.each([{ maxConfigurations: 0 }, { maxConfigurations: 1.5 }, { warnAfter: -1 }, { warnAfter: Number.NaN }])(
    "refuses %j",
    (options) => {
      expect(() => batchBald(options)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    },
  );

  it("reports each pick, and stops when told to", async () => {
    const events: SelectionProgress[] = [];
    await select(randomDraws([20, 3, 6]), 3, { onProgress: (event) => events.push(event) });
    expect(events).toEqual([1, 2, 3].map((done) => ({ type: "select", done, total: 3 })));

    const controller = new AbortController();
    const onProgress = () => controller.abort();
    await expect(select(randomDraws([20, 3, 6]), 3, { signal: controller.signal, onProgress })).rejects.toThrow(
      expect.objectContaining({ code: "E_ABORTED", message: expect.stringContaining("1 of 3") }),
    );
  });

  it("estimates before a run that could take long, as an event or as a warning", async () => {
    const draws = randomDraws([3000, 10, 50], { scale: 0.5 });
    const signal = AbortSignal.abort(); // the estimate comes before
    const events: SelectionProgress[] = [];
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const options = { signal, warnAfter: 0, maxConfigurations: 4096 };
    await expect(select(draws, 6, { ...options, onProgress: (event) => events.push(event) })).rejects.toThrow("cancelled");
    expect(events[0]).toEqual({ type: "estimate", seconds: expect.any(Number) });
    expect(warn).not.toHaveBeenCalled();
    await expect(select(draws, 6, options)).rejects.toThrow("cancelled");
    await expect(select(draws, 6, { ...options, warnAfter: Infinity })).rejects.toThrow("cancelled");
    await expect(select(draws, 2, options)).rejects.toThrow("cancelled"); // short
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/up to \d+ s/), { code: "BAAL_LONG_SELECTION" });
    warn.mockRestore();
  });
});

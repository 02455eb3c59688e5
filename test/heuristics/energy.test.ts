import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { energy } from "../../src/heuristics/confidence.js";
import { itemLogits, logitsOf, probabilitiesOf } from "./draws-of.js";

const refused = (message: RegExp) => expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringMatching(message) });

describe("energy", () => {
  it("is -T logsumexp(z / T), averaged over the draws", () => {
    const given = logitsOf([
      [
        [1, 0],
        [2, 0],
      ],
    ]);
    const expected = -(Math.log(Math.E + Math.E ** 2) + Math.log(2)) / 2;
    expect(energy().score(given)[0]).toBeCloseTo(expected, 6);
    const warm = -(2 * Math.log(Math.exp(0.5) + Math.E) + 2 * Math.log(2)) / 2;
    expect(energy({ temperature: 2 }).score(given)[0]).toBeCloseTo(warm, 6);
  });

  it("lies between the highest logit and T ln C below it, mean over the draws", () => {
    fc.assert(
      fc.property(itemLogits, fc.constantFrom(0.1, 1, 10), (item, temperature) => {
        const draws = item[0]!.map((_, k) => Math.max(...item.map((row) => row[k]!)));
        const highest = draws.reduce((a, b) => a + b) / draws.length;
        const score = energy({ temperature }).score(logitsOf([item]))[0]!;
        expect(score).toBeLessThanOrEqual(-highest + 1e-9);
        expect(score).toBeGreaterThanOrEqual(-highest - temperature * Math.log(item.length) - 1e-9);
      }),
    );
  });

  it("sees what the softmax does not: a constant taken off all logits", () => {
    const [low = 0, high = 0] = energy().score(
      logitsOf([
        [[5], [1]],
        [[2], [-2]],
      ]),
    );
    expect(high - low).toBeCloseTo(3, 9);
  });

  it("neither overflows nor underflows", () => {
    const far = logitsOf([
      [
        [3e38, -3e38],
        [-3e38, -3e38],
      ],
    ]);
    expect(energy().score(far)[0]).toBe(0); // -(3e38 - 3e38) / 2
  });

  it("refuses probabilities and temperatures that are none", () => {
    const probabilities = probabilitiesOf([
      [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
    ]);
    expect(() => energy().score(probabilities)).toThrow(refused(/"energy" needs logits.*"maxsoftmax"/));
    for (const temperature of [0, -1, Number.NaN, Infinity]) {
      expect(() => energy({ temperature })).toThrow(refused(new RegExp(`positive number; ${temperature} came`)));
    }
  });
});

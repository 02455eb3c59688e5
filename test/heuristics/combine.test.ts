import { describe, expect, it } from "vitest";
import { predictions, regressionDraws } from "../../src/core/predictions.js";
import { bald } from "../../src/heuristics/bald.js";
import { combine } from "../../src/heuristics/combine.js";
import { energy, entropy } from "../../src/heuristics/confidence.js";
import { epig } from "../../src/heuristics/epig.js";
import { regressionVariance } from "../../src/heuristics/regression-variance.js";
import { scoreChunks } from "../../src/heuristics/score-chunks.js";
import { logitsOf, randomLogits } from "./draws-of.js";

const given = logitsOf(randomLogits([4, 3, 4], 6));
const refused = (code: string, message: RegExp) => expect.objectContaining({ code, message: expect.stringMatching(message) });

describe("combine", () => {
  it("weighs scores in units of their bounds", () => {
    const scores = combine([{ heuristic: bald(), weight: 3 }, { heuristic: entropy() }]).score(given);
    const [one, other] = [bald().score(given), entropy().score(given)];
    scores.forEach((score, i) => {
      expect(score).toBeCloseTo((0.75 * one[i]! + 0.25 * other[i]!) / Math.log(3), 9);
    });
  });

  it("takes another unit where one is given, and then knows its bound", () => {
    const both = combine([{ heuristic: bald(), scale: 0.5 }, { heuristic: entropy() }]);
    const [one, other] = [bald().score(given), entropy().score(given)];
    both.score(given).forEach((score, i) => {
      expect(score).toBeCloseTo(one[i]! + other[i]! / Math.log(3) / 2, 9);
    });
    expect(both.upperBound(3)).toBeCloseTo(Math.log(3) + 0.5, 12);
    expect(combine([{ heuristic: bald() }, { heuristic: entropy() }]).upperBound(3)).toBe(1);
    expect(combine([{ heuristic: energy(), scale: 2 }]).upperBound(3)).toBe(Infinity);
    expect(combine([{ heuristic: energy(), scale: 2, weight: 0 }, { heuristic: bald() }]).upperBound(3)).toBe(1);
  });

  it("divides a sum over positions by the bound of so many positions", () => {
    const dense = predictions(
      "logits",
      [1, 2, 3, 2],
      Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)),
    );
    const sum = entropy({ reduction: "sum" });
    expect(combine([{ heuristic: sum }]).score(dense)[0]).toBeCloseTo(sum.score(dense)[0]! / (3 * Math.LN2), 12);
  });

  it("scores several outputs of a model, classes and numbers alike", () => {
    const numbers = regressionDraws(
      [4, 1, 3],
      Float32Array.from({ length: 12 }, (_, i) => Math.cos(i)),
    );
    const both = combine([{ heuristic: bald() }, { heuristic: regressionVariance(), scale: 0.1, weight: 2 }]);
    const [one, other] = [bald().score(given), regressionVariance().score(numbers)];
    both.scoreOutputs([given, numbers]).forEach((score, i) => {
      expect(score).toBeCloseTo(one[i]! / Math.log(3) / 3 + (2 * other[i]!) / 0.3, 9);
    });
  });

  it("hands the context on, needs what its parts need, and can go by chunks", async () => {
    const consistent = { ...given, isConsistent: true };
    const both = combine([{ heuristic: epig() }, { heuristic: entropy() }]);
    expect(both.name).toBe("combine(epig,entropy)");
    expect([...both.needs].sort()).toEqual(["consistentDraws", "draws", "probabilities", "target"]);
    expect(() => both.score(consistent)).toThrow(refused("E_ARGUMENT", /"target"/));
    const whole = both.score(consistent, { target: consistent });
    expect((await scoreChunks(both, [consistent, consistent], { target: consistent })).scores).toEqual(
      Float64Array.from([...whole, ...whole]),
    );
  });

  it.each([
    ["no parts", [], /at least one heuristic/],
    ["a negative weight", [{ heuristic: bald(), weight: -1 }], /weight of "bald" .*; -1 came/],
    ["a weight of NaN", [{ heuristic: bald(), weight: Number.NaN }], /weight of "bald"/],
    ["weights that are all 0", [{ heuristic: bald(), weight: 0 }], /All weights .* are 0/],
    ["a scale of 0", [{ heuristic: bald(), scale: 0 }], /scale of "bald" .*; 0 came/],
  ])("refuses %s", (_what, parts, message) => {
    expect(() => combine(parts)).toThrow(refused("E_ARGUMENT", message));
  });

  it("refuses what has no bound without a scale, and outputs that do not fit", () => {
    expect(() => combine([{ heuristic: energy() }]).score(given)).toThrow(refused("E_ARGUMENT", /"energy" has no upper bound/));
    const both = combine([{ heuristic: bald() }, { heuristic: entropy() }]);
    expect(() => both.scoreOutputs([given])).toThrow(refused("E_SHAPE", /2 heuristics scores 2 outputs; 1 came/));
    const others = logitsOf(randomLogits([4, 3, 4], 6), [3, 2, 1, 0]);
    expect(() => both.scoreOutputs([given, others])).toThrow(refused("E_SHAPE", /same dataset items in the same order/));
  });
});

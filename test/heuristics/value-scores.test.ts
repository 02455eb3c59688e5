import { describe, expect, it } from "vitest";
import { type Predictions, regressionDraws } from "../../src/core/predictions.js";
import { combine } from "../../src/heuristics/combine.js";
import { getHeuristic, heuristicNames } from "../../src/heuristics/registry.js";
import { regressionVariance } from "../../src/heuristics/regression-variance.js";
import { withCode } from "../training/trainer-fixtures.js";

// Two items of two numbers in three draws.
const values = [1, 2, 3, 10, 10, 10.5, 0, 4, -4, 7, 7, 7];
const given = regressionDraws([2, 2, 3], Float32Array.from(values), [4, 9]);
const logNoise = values.map((_, i) => Math.sin(i) - 1);
const noisy: Predictions = { ...given, logVariances: Float32Array.from(logNoise) };

const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
const variance = (list: readonly number[]) => mean(list.map((x) => (x - mean(list)) ** 2));
const outputsOf = (list: readonly number[], item: number) =>
  [0, 1].map((c) => list.slice((2 * item + c) * 3, (2 * item + c + 1) * 3));
const gaussian = (squares: number) => 0.5 * Math.log(2 * Math.PI * Math.E * squares);

describe("draws of numbers", () => {
  it("have the variance of the draws, by the name that classifiers' draws have too", () => {
    const expected = [0, 1].map((item) => mean(outputsOf(values, item).map(variance)));
    for (const [i, score] of getHeuristic("variance").score(given).entries()) expect(score).toBeCloseTo(expected[i]!, 5);
    expect(getHeuristic("variance").score(given)).toEqual(regressionVariance().score(given));
    // Noise is no disagreement.
    expect(getHeuristic("variance").score(noisy)).toEqual(getHeuristic("variance").score(given));
  });

  it("have the entropy of a normal distribution with that variance, and with the noise", () => {
    const { 0: first } = getHeuristic("entropy").score(given);
    expect(first).toBeCloseTo(
      outputsOf(values, 0).reduce((sum, list) => sum + gaussian(variance(list)), 0),
      5,
    );
    getHeuristic("entropy")
      .score(noisy)
      .forEach((score, item) => {
        const noise = outputsOf(logNoise, item).map((list) => mean(list.map(Math.exp)));
        const whole = outputsOf(values, item).map((list, c) => gaussian(variance(list) + noise[c]!));
        expect(score).toBeCloseTo(whole[0]! + whole[1]!, 5);
      });
    expect(getHeuristic("entropy").score(regressionDraws([1, 1, 2], Float32Array.of(3, 3)))[0]).toBeLessThan(-30);
  });

  it("have a part that labels would take away, beside the noise", () => {
    getHeuristic("bald")
      .score(noisy)
      .forEach((score, item) => {
        const entropies = outputsOf(logNoise, item).map((list) => mean(list.map((v) => gaussian(Math.exp(v)))));
        const sum = getHeuristic("entropy").score(noisy)[item]! - entropies[0]! - entropies[1]!;
        expect(score).toBeCloseTo(sum, 5);
        expect(score).toBeGreaterThan(0);
      });
    const agreed: Predictions = { ...regressionDraws([1, 1, 2], Float32Array.of(3, 3)), logVariances: Float32Array.of(0.5, 0.5) };
    expect(getHeuristic("bald").score(agreed)[0]).toBeCloseTo(0, 12);
    expect(() => getHeuristic("bald").score(given)).toThrow(withCode("E_ARGUMENT", /predicts none.*use "variance"/));
  });

  it.each(heuristicNames.filter((name) => name !== "random" && !["variance", "entropy"].includes(name)))(
    "are refused by name where a score has no meaning for them: %s",
    (name) => {
      expect(() => getHeuristic(name).score(given, { target: given })).toThrow(withCode("E_ARGUMENT", /values|regression/));
    },
  );

  it("need several draws, finite numbers and at least one output", () => {
    const single = regressionDraws([1, 1, 1], Float32Array.of(2), [3]);
    expect(() => getHeuristic("variance").score(single)).toThrow(withCode("E_ARGUMENT", /one draw per item came/));
    expect(() => getHeuristic("entropy").score(single)).toThrow(withCode("E_ARGUMENT", /one draw per item came/));
    const alone = { ...single, logVariances: Float32Array.of(0) };
    expect(getHeuristic("entropy").score(alone)[0]).toBeCloseTo(gaussian(1), 9);
    const broken = regressionDraws([1, 1, 2], Float32Array.of(1, Number.NaN), [77]);
    expect(() => getHeuristic("variance").score(broken)).toThrow(withCode("E_NOT_FINITE", /item 77/));
    expect(() => getHeuristic("entropy").score(regressionDraws([1, 0, 3], new Float32Array(0)))).toThrow(/at least one output/);
  });

  it("need a scale in a combination, for their scores have no bound", () => {
    expect(() => combine([{ heuristic: getHeuristic("variance") }]).score(given)).toThrow(
      withCode("E_ARGUMENT", /no upper bound.*"scale"/),
    );
    expect(combine([{ heuristic: getHeuristic("variance"), scale: 2 }]).score(given)[0]).toBeCloseTo(
      getHeuristic("variance").score(given)[0]! / 2,
      9,
    );
  });
});

import { describe, expect, it } from "vitest";
import { predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import { mostEvenMean } from "../../src/heuristics/best-case.js";
import { getHeuristic } from "../../src/heuristics/registry.js";

const random = createRandom(3);

function distribution(classes: number, sharpness: number): Float64Array {
  const weights = Float64Array.from({ length: classes }, () => Math.exp(sharpness * random.uniform()));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}

describe("the most even mean", () => {
  it("is a distribution that no class is below its share of, level where it was raised", () => {
    for (let round = 0; round < 300; round++) {
      const share = random.uniform();
      const mean = distribution(2 + random.integer(0, 6), 6);
      const even = mostEvenMean(mean, share);
      expect(even.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      for (const [c, p] of even.entries()) expect(p).toBeGreaterThanOrEqual(share * mean[c]! - 1e-15);
      const raised = even.filter((p, c) => p > share * mean[c]! + 1e-12);
      expect(Math.max(...raised) - Math.min(...raised)).toBeLessThan(1e-12);
    }
  });

  it("is the uniform one where nothing is known, and the mean itself where all is", () => {
    expect([...mostEvenMean(Float64Array.of(0.7, 0.2, 0.1), 0)]).toEqual([1 / 3, 1 / 3, 1 / 3]);
    const whole = mostEvenMean(Float64Array.of(0.7, 0.2, 0.1), 1);
    for (const [c, p] of [0.7, 0.2, 0.1].entries()) expect(whole[c]).toBeCloseTo(p, 12);
    expect([...mostEvenMean(Float64Array.of(0.8, 0.2), 0.5)]).toEqual([0.5, 0.5]);
  });
});

describe("the highest score after more draws", () => {
  it.each(["entropy", "bald", "certainty"])("is never below the score of any other draws: %s", (name) => {
    const heuristic = getHeuristic(name);
    for (let round = 0; round < 200; round++) {
      const [classes, first, all] = [2 + random.integer(0, 4), 2 + random.integer(0, 4), 12];
      const draws = Array.from({ length: all }, () => distribution(classes, 1 + 20 * random.uniform()));
      const data = (count: number) =>
        Float32Array.from({ length: classes * count }, (_, at) => draws[at % count]![Math.floor(at / count)]!);
      const few = predictions("probabilities", [1, classes, first], data(first));
      const many = predictions("probabilities", [1, classes, all], data(all));
      expect(heuristic.score(many)[0]).toBeLessThanOrEqual(heuristic.highestAfter!(few, all)[0]! + 1e-6);
    }
  });

  it("is known of labels that are each predicted by itself, and of no averages of logits", () => {
    const few = predictions("sigmoid", [1, 3, 2], Float32Array.of(0.9, 0.95, 0.1, 0.2, 0.5, 0.5));
    const highest = getHeuristic("entropy").highestAfter!(few, 4)[0]!;
    expect(highest).toBeLessThanOrEqual(3 * Math.log(2) + 1e-12);
    expect(highest).toBeGreaterThan(getHeuristic("entropy").score(few)[0]!);
    expect(getHeuristic("entropy", { average: "logits" }).highestAfter).toBeUndefined();
  });
});

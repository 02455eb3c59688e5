import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { branch, emptyConfiguration, sampleWeights } from "../../../src/strategies/batch-bald/configurations.js";

const random = createRandom(1);

describe("branch", () => {
  it("gives each way of labelling its probability, and the draws theirs by Bayes' rule", () => {
    const first = branch(emptyConfiguration(2), Float64Array.of(0.9, 0.1, 0.1, 0.9), { maxConfigurations: 10, random });
    expect([...first.weights_S]).toEqual([0.5, 0.5]);
    expect([...first.posteriors_S_K].map((p) => p.toFixed(6))).toEqual(["0.900000", "0.100000", "0.100000", "0.900000"]);
    const second = branch(first, Float64Array.of(0.2, 0.6, 0.8, 0.4), { maxConfigurations: 10, random });
    // p(0, 0) = (0.9 * 0.2 + 0.1 * 0.6) / 2
    expect([...second.weights_S].map((p) => p.toFixed(6))).toEqual(["0.120000", "0.380000", "0.280000", "0.220000"]);
    expect(second.posteriors_S_K[0]).toBeCloseTo(0.09 / 0.12, 6);
  });

  it("leaves out labels that no draw thinks possible", () => {
    const { weights_S } = branch(emptyConfiguration(2), Float64Array.of(1, 0, 0, 0, 0, 1), { maxConfigurations: 2, random });
    expect([...weights_S]).toEqual([0.5, 0.5]);
  });

  it("keeps no more than it may, and the total probability of 1", () => {
    let configurations = emptyConfiguration(4);
    const source = createRandom(3);
    for (let pick = 0; pick < 6; pick++) {
      const probs = Float64Array.from({ length: 12 }, () => source.uniform());
      for (let k = 0; k < 4; k++) {
        const sum = probs[k]! + probs[4 + k]! + probs[8 + k]!;
        for (let c = 0; c < 3; c++) probs[4 * c + k]! /= sum;
      }
      configurations = branch(configurations, probs, { maxConfigurations: 50, random });
      expect(configurations.weights_S.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    }
    expect(configurations.weights_S).toHaveLength(50);
    for (let s = 0; s < 50; s++)
      expect(configurations.posteriors_S_K.subarray(4 * s, 4 * s + 4).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });
});

describe("sampleWeights", () => {
  it("changes nothing where there are few enough", () => {
    const weights = Float64Array.of(0.5, 0, 0.25, 0.25);
    sampleWeights(weights, 3, random);
    expect([...weights]).toEqual([0.5, 0, 0.25, 0.25]);
  });

  it("gives each weight its own value on average, the heavy ones always", () => {
    const original = Float64Array.of(0.01, 0.4, 0.03, 0.06, 0.2, 0.1, 0.05, 0.15);
    const sums = new Float64Array(8);
    for (let run = 0; run < 20_000; run++) {
      const weights = original.slice();
      sampleWeights(weights, 4, random);
      expect(weights.filter((weight) => weight > 0)).toHaveLength(4);
      expect(weights[1]).toBe(0.4);
      weights.forEach((weight, i) => {
        sums[i]! += weight / 20_000;
      });
    }
    // The threshold is 0.2: a weight's deviation is below 0.1 / sqrt(20,000) = 0.0007.
    for (const [i, weight] of original.entries()) expect(Math.abs(sums[i]! - weight)).toBeLessThan(0.003);
  });
});

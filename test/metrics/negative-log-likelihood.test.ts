import { expect, it } from "vitest";
import { negativeLogLikelihood } from "../../src/metrics/classification-metrics.js";
import { probs_N_C, targets_N } from "./hand-checked.js";

it("is the mean of -ln p(target)", () => {
  expect(negativeLogLikelihood(probs_N_C, targets_N)).toBeCloseTo(-Math.log(0.7 * 0.3 * 0.4 * 0.8) / 4, 12);
});

it("stays finite for a probability that underflowed", () => {
  expect(negativeLogLikelihood([0, 1], [0])).toBeCloseTo(126 * Math.LN2, 9);
});

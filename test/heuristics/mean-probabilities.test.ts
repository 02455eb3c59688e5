import { describe, expect, it } from "vitest";
import { predictions } from "../../src/core/predictions.js";
import { meanProbabilities } from "../../src/heuristics/predictive-distribution.js";
import { logitsOf } from "./draws-of.js";

describe("meanProbabilities", () => {
  it("averages after the softmax", () => {
    const p = (1 / (1 + Math.exp(-4)) + 0.5) / 2;
    const probs_N_C = meanProbabilities(
      logitsOf([
        [
          [4, 1],
          [0, 1],
        ],
        [
          [0, 1],
          [4, 1],
        ],
      ]),
    );
    [p, 1 - p, 1 - p, p].forEach((value, i) => {
      expect(probs_N_C[i]).toBeCloseTo(value, 12);
    });
  });

  it("refuses dense predictions", () => {
    expect(() => meanProbabilities(predictions("logits", [1, 2, 2, 1], new Float32Array(4)))).toThrow(
      expect.objectContaining({ code: "E_SHAPE" }),
    );
  });
});

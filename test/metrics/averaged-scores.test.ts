import { describe, expect, it } from "vitest";
import { accuracy, classScores, f1Score, precision, recall } from "../../src/metrics/classification-metrics.js";
import { probs_N_C, targets_N } from "./hand-checked.js";
import { sineProbs_N_C, sineTargets_N } from "./sine-data.js";

describe("precision, recall and F1", () => {
  it("are numpy's per class", () => {
    const { precision_C, recall_C, f1_C, support_C } = classScores(sineProbs_N_C, sineTargets_N);
    expect([...support_C]).toEqual([21, 9, 17, 13]);
    [0.75, 0.8, 14 / 19, 0.75].forEach((value, c) => {
      expect(precision_C[c]).toBeCloseTo(value, 12);
    });
    [18 / 21, 4 / 9, 14 / 17, 9 / 13].forEach((value, c) => {
      expect(recall_C[c]).toBeCloseTo(value, 12);
    });
    [0.8, 4 / 7, 7 / 9, 0.72].forEach((value, c) => {
      expect(f1_C[c]).toBeCloseTo(value, 12);
    });
  });

  it.each([
    ["precision", precision, 0.7592105263157894, 0.7537719298245613],
    ["recall", recall, 0.7043561014149249, 0.75],
    ["f1Score", f1Score, 0.7173015873015873, 0.742084656084656],
  ] as const)("%s: averages are numpy's", (_, metric, macro, weighted) => {
    expect(metric(sineProbs_N_C, sineTargets_N)).toBeCloseTo(macro, 12);
    expect(metric(sineProbs_N_C, sineTargets_N, { average: "weighted" })).toBeCloseTo(weighted, 12);
    expect(metric(sineProbs_N_C, sineTargets_N, { average: "micro" })).toBeCloseTo(accuracy(sineProbs_N_C, sineTargets_N), 12);
  });

  it("count a class that is predicted and never a target as 0, by hand", () => {
    // Class 0: TP 1, FN 1; class 1: FP 2; class 2: TP 1, FN 1.
    expect(precision(probs_N_C, targets_N)).toBeCloseTo(2 / 3, 12);
    expect(recall(probs_N_C, targets_N)).toBeCloseTo(1 / 3, 12);
    expect(precision(probs_N_C, targets_N, { average: "weighted" })).toBeCloseTo(1, 12);
    expect([...classScores(probs_N_C, targets_N).predicted_C]).toEqual([1, 2, 1]);
  });

  it("leave classes out that nothing is about", () => {
    expect(recall([1, 0, 0, 0, 1, 0], [0, 1])).toBe(1);
  });

  it("refuse an average that is none", () => {
    expect(() => f1Score.with({ average: "mean" as "macro" })).toThrow(/macro, weighted, micro/);
  });
});

import { describe, expect, it } from "vitest";
import { predictions } from "../../../src/core/predictions.js";
import { chosenLabels, exactShare, heldOutMetrics } from "../../../src/label-studio/training/evaluation.js";

const labels = ["A", "B", "C"];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Two items, three classes, two draws. */
const logits = [
  [2, 4, 0, 0, -1, -3],
  [-2, -2, -1, -3, -4, -4],
];
const drawn = predictions("logits", [2, 3, 2], new Float32Array(logits.flat()));

describe("metrics of a version", () => {
  it("one label per item: probabilities are averaged over the draws, not logits", () => {
    const { probs_N_C, chosen } = chosenLabels(drawn, labels, "single");
    const softmax = (k: number) => {
      const weights = [0, 1, 2].map((c) => Math.exp(logits[0]![2 * c + k]!));
      return weights.map((weight) => weight / weights.reduce((sum, other) => sum + other));
    };
    for (const c of [0, 1, 2]) expect(probs_N_C[c]).toBeCloseTo((softmax(0)[c]! + softmax(1)[c]!) / 2, 6);
    expect(chosen).toEqual([["A"], ["B"]]);
    expect(heldOutMetrics({ probs_N_C, labels, chosen }, [["A"], ["C"]], "single")).toMatchObject({ accuracy: 0.5 });
  });

  it("several labels: each has its own probability; at least one is chosen", () => {
    const answer = chosenLabels(drawn, labels, "multiple");
    const expected = logits.flatMap((item) => [0, 1, 2].map((c) => (sigmoid(item[2 * c]!) + sigmoid(item[2 * c + 1]!)) / 2));
    for (const [cell, value] of expected.entries()) expect(answer.probs_N_C[cell]).toBeCloseTo(value, 6);
    expect(answer.chosen).toEqual([["A", "B"], ["B"]]);
    const targets = [
      ["A", "B"],
      ["C", "B"],
    ];
    const wanted = [1, 1, 0, 0, 1, 1];
    const squares = expected.map((value, cell) => (value - wanted[cell]!) ** 2).reduce((sum, square) => sum + square);
    const metrics = heldOutMetrics(answer, targets, "multiple");
    expect(metrics["accuracy"]).toBe(0.5);
    expect(metrics["microF1"]).toBeCloseTo((2 * 3) / (3 + 4), 12);
    expect(metrics["brierScore"]).toBeCloseTo(squares / 2, 6);
  });

  it("an item is right when it has all its labels and no other, in any order", () => {
    expect(exactShare([["A", "B"], ["A"], ["A", "B"], ["C"]], [["B", "A"], ["A", "B"], ["A"], ["C"]])).toBe(0.5);
  });

  it("needs items", () => {
    const nothing = { probs_N_C: new Float64Array(0), labels, chosen: [] };
    for (const choice of ["single", "multiple"] as const)
      expect(() => heldOutMetrics(nothing, [], choice)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});

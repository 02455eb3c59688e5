import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { predictions } from "../../src/core/predictions.js";
import type { ChoicesControl } from "../../src/label-studio/contract/choices-controls.js";
import { labelMatcher } from "../../src/label-studio/contract/label-match.js";
import { emptyPrediction, toPrediction } from "../../src/label-studio/contract/prediction.js";
import { scoreNames, scoreOrders } from "../../src/label-studio/contract/score.js";

function control(
  labels: readonly (string | [alias: string, value: string])[],
  choice: "single" | "multiple" = "single",
): ChoicesControl {
  const choices = labels.map((label) =>
    typeof label === "string" ? { label, value: label } : { label: label[0], value: label[1] },
  );
  return { name: "c", toName: "t", source: { type: "Text", value: "$t", isUrl: false }, choice, choices };
}

/** One draw per column, twice, so that BALD has draws to compare. */
function output(kind: "logits" | "probabilities", values_C: readonly number[]) {
  return predictions(kind, [1, values_C.length, 2], new Float32Array(values_C.flatMap((value) => [value, value])));
}

function predict(
  own: ChoicesControl,
  modelLabels: readonly string[],
  values_C: readonly number[],
  kind: "logits" | "probabilities" = "probabilities",
) {
  const match = labelMatcher(modelLabels)(own.choices);
  return toPrediction([{ control: own, match, predictions: output(kind, values_C) }], { modelVersion: "v1", score: "certainty" });
}

describe("toPrediction", () => {
  it("builds what Label Studio stores", () => {
    expect(predict(control(["Positive", "Negative"]), ["negative", "positive"], [0.25, 0.75])).toEqual({
      model_version: "v1",
      score: 0.5,
      result: [{ from_name: "c", to_name: "t", type: "choices", value: { choices: ["Positive"] }, score: 0.75 }],
    });
  });

  it("answers with the alias, leaves out other classes and renormalises", () => {
    const { result } = predict(control([["a1", "A"], "B"]), ["A", "B", "C"], [0.3, 0.1, 0.6]);
    expect(result[0]?.value.choices).toEqual(["a1"]);
    expect(result[0]?.score).toBeCloseTo(0.75, 6);
  });

  it("scores by the margin unless told otherwise, so that a single draw is enough", () => {
    const own = control(["A", "B", "C"]);
    const match = labelMatcher(["A", "B", "C"])(own.choices);
    const part = { control: own, match, predictions: predictions("probabilities", [1, 3, 1], new Float32Array([0.6, 0.3, 0.1])) };
    expect(toPrediction([part], { modelVersion: "v" }).score).toBeCloseTo(0.3, 6);
    expect(toPrediction([part], { modelVersion: "v", scoreOrder: "uncertainty" }).score).toBeCloseTo(0.7, 6);
  });

  it("takes logits, and logits of any size", () => {
    const { result, score } = predict(control(["A", "B"]), ["A", "B", "C"], [-1e30, -2e30, 1e30], "logits");
    expect(result[0]).toMatchObject({ value: { choices: ["A"] }, score: 1 });
    expect(score).toBe(1);
  });

  it("takes each label by itself where the model does", () => {
    const own = control(["B", "A", "C"], "multiple");
    const match = labelMatcher(["A", "B", "C"])(own.choices);
    const logits = predictions("logits", [1, 3, 2], new Float32Array([4, 2, 3, 3, -5, -5]));
    const part = { control: own, match, predictions: logits, isMultiLabel: true };
    const { result, score } = toPrediction([part], { modelVersion: "v", score: "bald" });
    expect(result[0]!.value.choices).toEqual(["B", "A"]);
    const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
    // A's draws differ: its mean probability is the lowest of the chosen, and its BALD in bits is the task's uncertainty.
    const mean = (sigmoid(4) + sigmoid(2)) / 2;
    expect(result[0]!.score).toBeCloseTo(mean, 6);
    const bits = (p: number) => -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p));
    expect(score).toBeCloseTo(1 - (bits(mean) - (bits(sigmoid(4)) + bits(sigmoid(2))) / 2), 5);
    const { result: single } = toPrediction([{ ...part, control: { ...own, choice: "single" } }], { modelVersion: "v" });
    expect(single[0]!.value.choices).toEqual(["B"]);
  });

  it("puts all probable labels of a multiple choice into one region, in the order of the control", () => {
    const own = control(["B", "A", "C"], "multiple");
    const options = { modelVersion: "v", score: "entropy", threshold: 0.3 } as const;
    const match = labelMatcher(["A", "B", "C"])(own.choices);
    const { result } = toPrediction([{ control: own, match, predictions: output("probabilities", [0.5, 0.4, 0.1]) }], options);
    expect(result).toHaveLength(1);
    expect(result[0]?.value.choices).toEqual(["B", "A"]);
    expect(result[0]?.score).toBeCloseTo(0.4, 6);
  });

  it("goes by the thresholds that were found for the model's labels, unless one is asked for", () => {
    const own = control(["B", "A", "C"], "multiple");
    const match = labelMatcher(["A", "B", "C"])(own.choices);
    const logit = (p: number) => Math.log(p / (1 - p));
    const values = [0.6, 0.9, 0.2].map(logit);
    const part = {
      ...{ control: own, match, isMultiLabel: true, thresholds: [0.7, 0.5, 0.1] },
      predictions: predictions("sigmoidLogits", [1, 3, 1], Float32Array.from(values)),
    };
    const chosen = (threshold?: number) => toPrediction([part], { modelVersion: "v", threshold }).result[0]!.value.choices;
    expect(chosen()).toEqual(["B", "C"]);
    expect(chosen(0.5)).toEqual(["B", "A"]);
  });

  it("scores a task by its most uncertain control", () => {
    const a = control(["A", "B"]);
    const match = labelMatcher(["A", "B"])(a.choices);
    const parts = [
      [0.9, 0.1],
      [0.5, 0.5],
    ].map((values) => ({ control: a, match, predictions: output("probabilities", values) }));
    const { score, result } = toPrediction(parts, { modelVersion: "v", score: "margin" });
    expect(score).toBeCloseTo(0, 6);
    expect(result).toHaveLength(2);
  });

  it("says what both sides have when no label is shared", () => {
    expect(() => predict(control(["X"]), ["A", "B"], [0.5, 0.5])).toThrow(/the control has X; the model has A, B/);
  });

  it("refuses output that is not finite", () => {
    expect(() => predict(control(["A", "B"]), ["A", "B"], [Number.NaN, 1])).toThrow(
      expect.objectContaining({ code: "E_NOT_FINITE" }),
    );
  });

  it("is legal for every finite output: score in [0, 1], choices among the labels", () => {
    const logits = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(logits, fc.constantFrom(...scoreNames), fc.constantFrom(...scoreOrders), (data, score, scoreOrder) => {
        const own = control(["A", "B", "C"], "multiple");
        const match = labelMatcher(["A", "B", "C", "D"])(own.choices);
        const draws = predictions("logits", [1, 4, 3], new Float32Array(data));
        const prediction = toPrediction([{ control: own, match, predictions: draws }], { modelVersion: "v", score, scoreOrder });
        for (const value of [prediction.score, ...prediction.result.map((region) => region.score!)]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        expect(prediction.result[0]?.value.choices).not.toEqual([]);
        for (const choice of prediction.result[0]?.value.choices ?? []) expect(["A", "B", "C"]).toContain(choice);
      }),
    );
  });
});

describe("of several choices", () => {
  const own = control(["A", "B", "C"], "multiple");
  const match = labelMatcher(["A", "B", "C"])(own.choices);
  const part = { control: own, match, predictions: output("probabilities", [0.2, 0.5, 0.3]) };
  const chosen = (options: object) => toPrediction([part], { modelVersion: "v", ...options }).result[0]!.value.choices;

  it("at most so many are served, the likeliest, in the control's order", () => {
    expect(chosen({ threshold: 0.1 })).toEqual(["A", "B", "C"]);
    expect(chosen({ threshold: 0.1, topLabels: 2 })).toEqual(["B", "C"]);
    expect(chosen({ threshold: 0.4, topLabels: 2 })).toEqual(["B"]);
    expect(chosen({ threshold: 0, topLabels: 5 })).toEqual(["A", "B", "C"]);
  });
});

describe("out of the model's scope", () => {
  const own = control(["A", ["none", "None of these"]]);
  const match = labelMatcher(["A", "B"])(own.choices);
  const beyond = (beyondScope: number, options: object = {}, ownControl = own) => {
    const draws = predictions("probabilities", [1, 2, 1], Float32Array.of(0.7, 0.3), undefined, {
      beyondScope_N: Float32Array.of(beyondScope),
    });
    return toPrediction([{ control: ownControl, match, predictions: draws }], { modelVersion: "v", ...options });
  };

  it.each(["None of these", "none"])("the choice that says so (%s) is served, without a probability", (outOfScopeChoice) => {
    expect(beyond(0.1, { outOfScopeChoice }).result).toEqual([
      { from_name: "c", to_name: "t", type: "choices", value: { choices: ["none"] } },
    ]);
    expect(beyond(-0.1, { outOfScopeChoice }).result[0]).toMatchObject({ value: { choices: ["A"] } });
  });

  it("nothing is, where the configuration has no such choice, or none was named", () => {
    expect(beyond(0.1).result).toEqual([]);
    expect(beyond(0.1, { outOfScopeChoice: "none" }, control(["A", "B"])).result).toEqual([]);
  });
});

describe("none of several choices", () => {
  const own = control(["A", "B", ["none", "None of these"]], "multiple");
  const chosen = (probabilities: readonly number[], options: object = {}, labels = ["A", "B"]) => {
    const draws = predictions("sigmoid", [1, labels.length, 1], Float32Array.from(probabilities));
    const part = { control: own, match: labelMatcher(labels)(own.choices), predictions: draws, isMultiLabel: true };
    return toPrediction([part], { modelVersion: "v", outOfScopeChoice: "None of these", ...options }).result[0]!;
  };

  it("is the choice that says so, where no label is as probable as it has to be", () => {
    expect(chosen([0.4, 0.25])).toMatchObject({ value: { choices: ["none"] }, score: expect.closeTo(0.6 * 0.75, 6) });
    expect(chosen([0.4, 0.6]).value.choices).toEqual(["B"]);
    expect(chosen([0.4, 0.25], { threshold: 0.3 }).value.choices).toEqual(["A"]);
    expect(chosen([0.4, 0.25], { threshold: 0, topLabels: 1 }).value.choices).toEqual(["A"]);
  });

  it("is the likeliest label where no choice was named, and a class where the model has it as one", () => {
    expect(chosen([0.4, 0.25], { outOfScopeChoice: undefined }).value.choices).toEqual(["A"]);
    expect(chosen([0.4, 0.25, 0.1], {}, ["A", "B", "none"]).value.choices).toEqual(["A"]);
  });
});

describe("emptyPrediction", () => {
  it("has a legal score at the uncertain end", () => {
    expect(emptyPrediction({ modelVersion: "v" })).toEqual({ model_version: "v", score: 0, result: [] });
    expect(emptyPrediction({ modelVersion: "v", scoreOrder: "uncertainty" }).score).toBe(1);
  });
});

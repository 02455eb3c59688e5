import { describe, expect, it } from "vitest";
import { predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import {
  confidentJoint,
  type LabelErrorFilter,
  type LabelErrorRanking,
  labelErrors,
  noiseMatrix,
} from "../../src/hygiene/label-errors.js";

/** Nine items of three classes; the thresholds are the means of 0.9 0.6 0.3, of 0.8 0.4 0.6 and of 0.7 0.5 0.3. */
const TARGETS = [0, 0, 0, 1, 1, 1, 2, 2, 2];
const PROBS = [
  ...[0.9, 0.05, 0.05], // label 0, confidently 0
  ...[0.6, 0.3, 0.1], // 0, confidently 0 (just reaches 0.6)
  ...[0.3, 0.65, 0.05], // 0, confidently 1
  ...[0.1, 0.8, 0.1], // 1, confidently 1
  ...[0.1, 0.4, 0.5], // 1, confidently 2 (just reaches 0.5)
  ...[0.35, 0.6, 0.05], // 1, confidently 1
  ...[0.1, 0.2, 0.7], // 2, confidently 2
  ...[0.3, 0.2, 0.5], // 2, confidently 2
  ...[0.35, 0.35, 0.3], // 2, confidently none
];

describe("confidentJoint", () => {
  it("is the one computed by hand", () => {
    const { thresholds_C, counts_C_C, joint_C_C, confidentClass_N } = confidentJoint(PROBS, TARGETS);
    [0.6, 0.6, 0.5].forEach((value, c) => {
      expect(thresholds_C[c]).toBeCloseTo(value, 12);
    });
    expect([...confidentClass_N]).toEqual([0, 0, 1, 1, 2, 1, 2, 2, -1]);
    expect([...counts_C_C]).toEqual([2, 1, 0, 0, 2, 1, 0, 0, 2]);
    const joint = [2 / 9, 1 / 9, 0, 0, 2 / 9, 1 / 9, 0, 0, 3 / 9];
    joint.forEach((value, at) => {
      expect(joint_C_C[at]).toBeCloseTo(value, 12);
    });
    const noise = noiseMatrix({ classes: 3, joint_C_C });
    [1, 1 / 3, 0, 0, 2 / 3, 1 / 4, 0, 0, 3 / 4].forEach((value, at) => {
      expect(noise[at]).toBeCloseTo(value, 12);
    });
  });

  it("takes the more probable of two classes that both reach their thresholds, and a class without labels", () => {
    const found = confidentJoint([0.9, 0.1, 0, 0.1, 0.4, 0.5, 0.45, 0.55, 0], [0, 1, 0]);
    // Thresholds 0.675, 0.4, none: the last item reaches only the second one; no item can be of the third class.
    expect([...found.confidentClass_N]).toEqual([0, 1, 1]);
    expect(found.thresholds_C[2]).toBeNaN();
    const both = confidentJoint([0.5, 0.5, 0.4, 0.6, 0.55, 0.45], [0, 1, 1]);
    expect([...both.confidentClass_N]).toEqual([0, 1, 0]);
  });

  it("counts the items of a label of which nothing is known as right", () => {
    const { joint_C_C } = confidentJoint(
      [0.4, 0.3, 0.3, 0.2, 0.5, 0.3],
      [2, 2].map(() => 2),
    );
    expect(joint_C_C.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });
});

describe("labelErrors", () => {
  const given = predictions("probabilities", [9, 3, 1], Float32Array.from(PROBS), [50, 51, 52, 53, 54, 55, 56, 57, 58]);

  it("names the candidates by dataset index, most suspicious first", () => {
    const { candidates, errorRate } = labelErrors(given, TARGETS);
    expect(candidates.map(({ index }) => index)).toEqual([52, 54]);
    expect(candidates[0]).toEqual({
      ...{ index: 52, given: 0, suggested: 1 },
      selfConfidence: expect.closeTo(0.3, 6),
      margin: expect.closeTo(-0.35, 6),
    });
    expect(errorRate).toBeCloseTo(2 / 9, 6);
  });

  it.each<[LabelErrorFilter, number[]]>([
    ["confidentJoint", [52, 54]],
    ["pruneByClass", [52, 54]],
    ["pruneByNoiseRate", [52, 54]],
  ])("filter %s gives %o here", (filter, expected) => {
    expect(labelErrors(given, TARGETS, { filter }).candidates.map(({ index }) => index)).toEqual(expected);
  });

  it("ranks by the margin where asked", () => {
    const rows = [
      ...[0.2, 0.4, 0.4],
      ...[0.25, 0.74, 0.01],
      ...[0.9, 0.05, 0.05],
      ...[0.1, 0.2, 0.7],
      ...[0.1, 0.4, 0.5],
      ...[0.3, 0.3, 0.4],
    ];
    const three = predictions("probabilities", [6, 3, 1], Float32Array.from(rows));
    const order = (rankBy: LabelErrorRanking) =>
      labelErrors(three, [0, 0, 0, 2, 1, 1], { rankBy }).candidates.map(({ index }) => index);
    expect(order("selfConfidence").slice(0, 2)).toEqual([0, 1]);
    expect(order("normalizedMargin").slice(0, 2)).toEqual([1, 0]);
  });

  /** Noisy labels with known flips: 4 Gaussian classes on a circle, probabilities from the true densities. */
  function noisy(items: number, classes = 4) {
    const random = createRandom(9);
    const [targets, truths, probs]: [number[], number[], number[]] = [[], [], []];
    for (let i = 0; i < items; i++) {
      const truth = i % classes;
      const angle = (c: number) => (2 * Math.PI * c) / classes;
      const x = [2.5 * Math.cos(angle(truth)) + random.normal(), 2.5 * Math.sin(angle(truth)) + random.normal()] as const;
      const logits = Array.from({ length: classes }, (_, c) => 2.5 * (x[0] * Math.cos(angle(c)) + x[1] * Math.sin(angle(c))));
      // Class 1 is taken for class 2 in 30 of 100 items, others for their next in 5.
      const isFlipped = random.uniform() < (truth === 1 ? 0.3 : 0.05);
      truths.push(truth);
      targets.push(isFlipped ? (truth + 1) % classes : truth);
      const max = Math.max(...logits);
      const odds = logits.map((logit) => Math.exp(logit - max));
      const sum = odds.reduce((a, b) => a + b);
      probs.push(...odds.map((odd) => odd / sum));
    }
    return { targets, truths, predicted: predictions("probabilities", [items, classes, 1], Float32Array.from(probs)) };
  }

  it.each<LabelErrorFilter>(["confidentJoint", "pruneByClass", "pruneByNoiseRate"])(
    "%s finds most planted errors among overlapping classes, and few others",
    (filter) => {
      const { targets, truths, predicted } = noisy(2000);
      const { candidates, errorRate } = labelErrors(predicted, targets, { filter });
      const wrong = new Set(targets.flatMap((target, i) => (target === truths[i] ? [] : [i])));
      const hits = candidates.filter(({ index }) => wrong.has(index)).length;
      expect(wrong.size).toBeGreaterThan(200);
      // Some items lie nearer to another class than to their own: nobody could tell those.
      expect(hits / wrong.size, "recall").toBeGreaterThan(0.8);
      expect(hits / candidates.length, "precision").toBeGreaterThan(0.55);
      const first = candidates.slice(0, 100);
      expect(first.filter(({ index }) => wrong.has(index)).length, "of the first hundred").toBeGreaterThan(85);
      expect(Math.abs(errorRate - wrong.size / 2000)).toBeLessThan(0.08);
    },
  );

  it("estimates how labels are mixed up", () => {
    const { targets, predicted } = noisy(8000);
    const { noise_C_C } = labelErrors(predicted, targets);
    // P(label 2 | class 1) is 0.3, P(label 3 | class 2) 0.05.
    expect(Math.abs(noise_C_C[2 * 4 + 1]! - 0.3)).toBeLessThan(0.06);
    expect(Math.abs(noise_C_C[3 * 4 + 2]! - 0.05)).toBeLessThan(0.06);
    for (let truth = 0; truth < 4; truth++) {
      const column = [0, 1, 2, 3].map((label) => noise_C_C[label * 4 + truth]!);
      expect(column.reduce((a, b) => a + b)).toBeCloseTo(1, 10);
    }
  });

  it("averages the probabilities of draws", () => {
    const draws = predictions("probabilities", [2, 2, 2], Float32Array.of(0.9, 0.7, 0.1, 0.3, 0.2, 0.4, 0.8, 0.6));
    const { thresholds_C } = labelErrors(draws, [0, 1]);
    expect([...thresholds_C].map((value) => Number(value.toFixed(6)))).toEqual([0.8, 0.7]);
  });

  it("refuses targets that do not fit", () => {
    expect(() => labelErrors(given, [0])).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
    expect(() => labelErrors(given, [...TARGETS.slice(1), 3])).toThrow(
      expect.objectContaining({ code: "E_LABEL_UNKNOWN", message: expect.stringMatching(/Item 58 has the class 3/) }),
    );
    expect(() => labelErrors(given, TARGETS, { filter: "best" as LabelErrorFilter })).toThrow(/confidentJoint, pruneByClass/);
    expect(() => labelErrors(predictions("probabilities", [0, 2, 1], new Float32Array(0)), [])).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT" }),
    );
  });
});

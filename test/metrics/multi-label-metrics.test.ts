import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { computeClassificationMetrics } from "../../src/metrics/classification-metrics.js";
import { meanAveragePrecision, perLabelAuroc, perLabelAveragePrecision } from "../../src/metrics/label-ranking-metrics.js";
import {
  computeMultiLabelMetrics,
  hammingLoss,
  multiLabelF1,
  multiLabelScores,
  subsetAccuracy,
} from "../../src/metrics/multi-label-metrics.js";

type Values = Readonly<Record<string, number>>;

interface References {
  readonly labels: readonly {
    readonly name: string;
    readonly labels: number;
    readonly probs: readonly number[];
    readonly targets: readonly (number | null)[];
    readonly values: Values;
  }[];
  readonly classes: readonly {
    readonly name: string;
    readonly probs: readonly number[];
    readonly targets: readonly number[];
    readonly values: Values;
  }[];
}

/** Made by `make_references.py`. */
const references = JSON.parse(readFileSync(new URL("references.json", import.meta.url), "utf8")) as References;

function expectValues(found: Values, values: Values): void {
  for (const [name, value] of Object.entries(values)) expect(found[name], name).toBeCloseTo(value, 10);
}

describe("metrics of several labels are scikit-learn's", () => {
  it.each(references.labels)("$name", ({ labels, probs, targets, values }) => {
    const found = computeMultiLabelMetrics(probs, targets, { labels });
    expectValues(found, values);
    for (const average of ["micro", "macro", "weighted", "samples"] as const)
      expect(multiLabelF1(probs, targets, { labels, average })).toBe(found[`${average}F1`]);
    expect(multiLabelF1(probs, targets, { labels })).toBe(found.macroF1);
    expect(hammingLoss(probs, targets, { labels })).toBe(found.hammingLoss);
    expect(subsetAccuracy(probs, targets, { labels })).toBe(found.subsetAccuracy);
    expect(meanAveragePrecision(probs, targets, { labels })).toBe(found.meanAveragePrecision);
    expect(found.accuracy).toBeCloseTo(1 - found.hammingLoss, 12);
  });

  it.each(references.classes)("and of one class an item: $name", ({ probs, targets, values }) => {
    expectValues(computeClassificationMetrics(probs, targets), values);
  });
});

describe("entries that are unknown", () => {
  const probs = [0.9, 0.2, 0.6, 0.3, 0.8, 0.1];

  it.each([null, Number.NaN])("count nothing (%s)", (unknown) => {
    const { f1_C, support_C, trueNegatives_C, falsePositives_C } = multiLabelScores(probs, [1, 0, unknown, 1, 0, unknown], {
      labels: 2,
    });
    expect([...support_C]).toEqual([1, 1]);
    expect([...f1_C]).toEqual([2 / 3, 0]);
    expect([...trueNegatives_C]).toEqual([0, 1]);
    expect([...falsePositives_C]).toEqual([1, 0]);
  });

  it("leave out a label and an item that nothing is known of", () => {
    const withAll = computeMultiLabelMetrics([0.9, 0.2], [1, 0], { labels: 2 });
    const withMore = computeMultiLabelMetrics([0.9, 0.2, 0.5, 0.1, 0.7, 0.7], [1, 0, null, null, null, null], { labels: 3 });
    expect(withMore.macroF1).toBe(withAll.macroF1);
    expect(withMore.subsetAccuracy).toBe(1);
    expect([...multiLabelScores([0.9, 0.2], [1, null], { labels: 2 }).f1_C]).toEqual([1, Number.NaN]);
  });

  it("leave figures undefined that nothing defines", () => {
    const {
      meanAveragePrecision: map,
      macroAuroc,
      hammingLoss: wrong,
    } = computeMultiLabelMetrics([0.9, 0.2], [0, 0], { labels: 2 });
    expect([map, macroAuroc, wrong]).toEqual([Number.NaN, Number.NaN, 0.5]);
    expect([...perLabelAuroc([0.9, 0.2], [1, 0], { labels: 2 })]).toEqual([Number.NaN, Number.NaN]);
    expect([...perLabelAveragePrecision([0.9, 0.2], [1, 0], { labels: 2 })]).toEqual([1, Number.NaN]);
  });
});

describe("thresholds", () => {
  const [probs, targets] = [
    [0.4, 0.6, 0.2, 0.9],
    [1, 0, 0, 1],
  ] as const;

  it("are one for all labels, or one for each, and are met by an equal probability", () => {
    expect(hammingLoss(probs, targets, { labels: 2 })).toBe(0.5);
    expect(hammingLoss(probs, targets, { labels: 2, thresholds: 0.4 })).toBe(0.25);
    expect(hammingLoss(probs, targets, { labels: 2, thresholds: [0.4, 0.7] })).toBe(0);
  });

  it.each([[[0.5]], [[0.5, Number.NaN]], [Number.NaN]])("must fit: %s", (thresholds) => {
    expect(() => hammingLoss(probs, targets, { labels: 2, thresholds })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});

describe("targets count as there from 0.5 on", () => {
  it("as the probabilities do", () => {
    expect(subsetAccuracy([0.9, 0.1], [0.7, 0.2], { labels: 2 })).toBe(1);
    expect(multiLabelF1([0.5], [0.5], { labels: 1 })).toBe(1);
  });
});

describe("arguments of metrics of labels", () => {
  it.each([
    ["no items", [], [], 1, "E_ARGUMENT"],
    ["sizes that differ", [0.5, 0.5], [1], 1, "E_SHAPE"],
    ["a number of labels that does not fit", [0.5, 0.5, 0.1], [1, 0, 1], 2, "E_SHAPE"],
    ["no number of labels", [0.5], [1], 0, "E_ARGUMENT"],
    ["a probability that is none", [Number.NaN], [1], 1, "E_NOT_FINITE"],
    ["a target that is none", [0.5], [2], 1, "E_ARGUMENT"],
  ])("refuse %s", (_, probs, targets, labels, code) => {
    expect(() => computeMultiLabelMetrics(probs, targets, { labels })).toThrow(expect.objectContaining({ code }));
  });

  it("refuse an average that is none", () => {
    expect(() => multiLabelF1([0.5], [1], { labels: 1, average: "mean" as "macro" })).toThrow(/micro/);
  });
});

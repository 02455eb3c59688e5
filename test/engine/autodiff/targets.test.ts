import { describe, expect, it } from "vitest";
import type { LossOptions } from "../../../src/core/bayesian-model.js";
import type { Target } from "../../../src/core/dataset.js";
import { encodeTargets, lossNormalizer } from "../../../src/engine/autodiff/targets.js";

const encode = (targets: readonly Target[], options: LossOptions, classes = 3, normalizer = 1) =>
  Object.fromEntries(Array.from(encodeTargets(targets, options, classes, normalizer), ([name, data]) => [name, [...data]]));

describe("lossNormalizer", () => {
  it("counts the targets that are not ignored", () => {
    expect(lossNormalizer([0, 2, -100], { name: "crossEntropy" })).toBe(2);
    expect(lossNormalizer([0, 2, 1], { name: "crossEntropy", ignoreIndex: 2 })).toBe(2);
  });

  it("adds up the weights of their classes", () => {
    expect(lossNormalizer([0, 2, 2, -100], { name: "crossEntropy", classWeights: [1, 5, 0.25] })).toBe(1.5);
  });

  it("counts the known entries", () => {
    const targets = [
      [1, null, 0],
      [null, null, null],
      [0.5, 0, 1],
    ];
    expect(lossNormalizer(targets, { name: "binaryCrossEntropy", classWeights: [2, 2, 2] })).toBe(5);
    expect(lossNormalizer(targets, { name: "meanSquaredError" })).toBe(5);
  });
});

describe("encodeTargets", () => {
  it("puts the share of each class, weighted and divided by the normalizer", () => {
    const options: LossOptions = { name: "crossEntropy", labelSmoothing: 0.5, classWeights: [1, 2, 4] };
    expect(encode([1, -100], options, 3, 2)).toEqual({
      "loss.targets": [1 / 12, 2 / 3, 1 / 3, 0, 0, 0].map((x) => expect.closeTo(x, 6)),
    });
  });

  it("gives unknown entries no weight", () => {
    expect(encode([[1, null, 0.5]], { name: "binaryCrossEntropy", classWeights: [1, 2, 4] }, 3, 2)).toEqual({
      "loss.targets": [1, 0, 0.5],
      "loss.weights": [0.5, 0, 2],
    });
  });

  it("takes a plain number for a list of one", () => {
    expect(encode([2.5, -1], { name: "meanSquaredError" }, 1, 2)).toEqual({
      "loss.targets": [2.5, -1],
      "loss.weights": [0.5, 0.5],
    });
  });

  it("does not change what it is given", () => {
    const target = Object.freeze([1, null, 0]);
    encode(Object.freeze([target]), { name: "binaryCrossEntropy" });
    expect(target).toEqual([1, null, 0]);
  });

  const wrong: readonly (readonly [string, Target, LossOptions, string])[] = [
    ["no target", undefined, { name: "crossEntropy" }, "E_DATA"],
    ["a list for cross-entropy", [0, 1, 0], { name: "crossEntropy" }, "E_DATA"],
    ["a class beyond the last", 3, { name: "crossEntropy" }, "E_LABEL_UNKNOWN"],
    ["a negative class", -1, { name: "crossEntropy" }, "E_LABEL_UNKNOWN"],
    ["a class with a fraction", 0.5, { name: "crossEntropy" }, "E_LABEL_UNKNOWN"],
    ["no list", undefined, { name: "binaryCrossEntropy" }, "E_DATA"],
    ["a number for several classes", 1, { name: "binaryCrossEntropy" }, "E_DATA"],
    ["a short list", [0, 1], { name: "binaryCrossEntropy" }, "E_DATA"],
    ["an entry above 1", [0, 1, 2], { name: "binaryCrossEntropy" }, "E_DATA"],
    ["an entry that is no number", [0, 1, Number.NaN], { name: "binaryCrossEntropy" }, "E_DATA"],
    ["an infinite value", [0, 1, Number.POSITIVE_INFINITY], { name: "meanSquaredError" }, "E_DATA"],
    ["a long list", [0, 1, 2, 3], { name: "meanSquaredError" }, "E_DATA"],
  ];
  it.each(wrong)("refuses %s and names the position", (_, target, options, code) => {
    const good: Target = options.name === "crossEntropy" ? 0 : [0, 0, 1];
    expect(() => encode([good, target], options)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining("position 1") }),
    );
  });

  it.each<[string, LossOptions]>([
    ["smoothing above 1", { name: "crossEntropy", labelSmoothing: 1.5 }],
    ["smoothing of another loss", { name: "meanSquaredError", labelSmoothing: 0.1 }],
    ["a gamma of another loss", { name: "crossEntropy", focalGamma: 2 }],
    ["an alpha of another loss", { name: "crossEntropy", focalAlpha: 0.5 }],
    ["a delta of another loss", { name: "crossEntropy", huberDelta: 1 }],
    ["a weight of what is there for one class an item", { name: "crossEntropy", posWeight: [1, 1, 1] }],
    ["too few class weights", { name: "crossEntropy", classWeights: [1, 2] }],
    ["a negative class weight", { name: "crossEntropy", classWeights: [1, 2, -1] }],
  ])("refuses %s", (_, options) => {
    expect(() => encode([0], options)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });

  it.each<[string, LossOptions]>([
    ["a negative gamma", { name: "sigmoidFocal", focalGamma: -1 }],
    ["an infinite gamma", { name: "sigmoidFocal", focalGamma: Number.POSITIVE_INFINITY }],
    ["an alpha above 1", { name: "sigmoidFocal", focalAlpha: 2 }],
    ["a delta of 0", { name: "huber", huberDelta: 0 }],
    ["too few weights of what is there", { name: "binaryCrossEntropy", posWeight: [1, 2] }],
    ["a weight of what is there that is no number", { name: "binaryCrossEntropy", posWeight: [1, 2, Number.NaN] }],
  ])("refuses %s and names the option", (_, options) => {
    const option = Object.keys(options).find((key) => key !== "name")!;
    expect(() => encode([[0, 1, 0]], options)).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining(option) }),
    );
  });

  it("knows the classes from their weights when it only counts", () => {
    expect(() => lossNormalizer([2], { name: "crossEntropy", classWeights: [1, 1] })).toThrow(
      expect.objectContaining({ code: "E_LABEL_UNKNOWN" }),
    );
  });
});

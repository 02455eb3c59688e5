import { describe, expect, it } from "vitest";
import type { LossName } from "../../src/core/bayesian-model.js";
import type { Target } from "../../src/core/dataset.js";
import { predictions } from "../../src/core/predictions.js";
import { computeMultiLabelMetrics } from "../../src/metrics/multi-label-metrics.js";
import { averageDraws, drawVariances, evaluationMetrics } from "../../src/training/evaluation-metrics.js";

interface Given {
  readonly thresholds?: readonly number[];
  readonly variances?: Float64Array;
}

const outcome = (loss: LossName, means: readonly number[], targets: readonly NonNullable<Target>[], given: Given = {}) => ({
  loss,
  labels: Array.from({ length: means.length / targets.length }, (_, c) => `label ${c}`),
  means: Float64Array.from(means),
  targets,
  indices: [...targets.keys()],
  ...given,
});

describe("an evaluation has the figures of its task", () => {
  const probs = [0.9, 0.2, 0.6, 0.7, 0.1, 0.4];
  const targets = [
    [1, 0],
    [null, 1],
    [0, 1],
  ];

  it.each(["binaryCrossEntropy", "sigmoidFocal"] as const)("labels by themselves, trained with %s", async (loss) => {
    const metrics = await evaluationMetrics(outcome(loss, probs, targets));
    const { loss: found, ...figures } = metrics;
    expect(found).toBeCloseTo(-(Math.log(0.9) + Math.log(0.8) + Math.log(0.7) + Math.log(0.9) + Math.log(0.4)) / 5, 12);
    expect(figures).toEqual(computeMultiLabelMetrics(probs, targets.flat(), { labels: 2 }));
    expect(figures["subsetAccuracy"]).toBeCloseTo(2 / 3, 12);
  });

  it("labels by themselves by the thresholds of the model", async () => {
    const metrics = await evaluationMetrics(outcome("binaryCrossEntropy", probs, targets, { thresholds: [0.5, 0.3] }));
    expect(metrics["subsetAccuracy"]).toBe(1);
  });

  it.each(["meanSquaredError", "huber", "gaussianNll"] as const)("numbers, trained with %s", async (loss) => {
    const metrics = await evaluationMetrics(outcome(loss, [1, 2, 4], [1, [3], 3]));
    expect(metrics).toMatchObject({ loss: 2 / 3, meanAbsoluteError: 2 / 3, rootMeanSquaredError: Math.sqrt(2 / 3) });
    expect(metrics["r2"]).toBeCloseTo(1 - 2 / (8 / 3), 12);
    expect(metrics).not.toHaveProperty("intervalCoverage90");
  });

  it("numbers with variances", async () => {
    const variances = Float64Array.of(1, 0.1, 4);
    const metrics = await evaluationMetrics(outcome("gaussianNll", [1, 2, 4], [1, 3, 3], { variances }));
    expect(metrics["intervalCoverage90"]).toBeCloseTo(2 / 3, 12);
    expect(metrics["loss"]).toBeCloseTo((Math.log(0.1) + 1 / 0.1 + Math.log(4) + 1 / 4) / 6, 12);
  });

  it("says where nothing is known", async () => {
    await expect(evaluationMetrics(outcome("binaryCrossEntropy", [0.5], [[null]]))).rejects.toThrow(
      expect.objectContaining({ code: "E_DATA" }),
    );
  });
});

describe("draws", () => {
  it("of labels by themselves are averaged as probabilities, those of numbers as they are", () => {
    const draws = Float32Array.of(0, 2, -1, 1);
    const s = (z: number) => 1 / (1 + Math.exp(-z));
    const labels = averageDraws(predictions("sigmoidLogits", [1, 2, 2], draws), "sigmoidFocal");
    expect(labels[0]).toBeCloseTo((0.5 + s(2)) / 2, 12);
    expect(labels[1]).toBeCloseTo(0.5, 12);
    expect([...averageDraws(predictions("values", [1, 2, 2], draws), "huber")]).toEqual([1, 0]);
    expect([...averageDraws(predictions("sigmoid", [1, 2, 1], Float32Array.of(0.25, 0.5)), "binaryCrossEntropy")]).toEqual([
      0.25, 0.5,
    ]);
  });

  it("of numbers have a variance where they are several, or the model predicts it", () => {
    const several = predictions("values", [1, 1, 2], Float32Array.of(1, 3));
    expect([...drawVariances(several)!]).toEqual([1]);
    const single = predictions("values", [1, 1, 1], Float32Array.of(1));
    expect(drawVariances(single)).toBeUndefined();
    expect(drawVariances({ ...single, logVariances: Float32Array.of(Math.log(4)) })![0]).toBeCloseTo(4, 6);
    expect(drawVariances(predictions("logits", [1, 1, 2], Float32Array.of(1, 3)))).toBeUndefined();
  });
});

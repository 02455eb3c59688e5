import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { LossName } from "../../../src/core/bayesian-model.js";
import type { Target } from "../../../src/core/dataset.js";
import type { Features } from "../../../src/core/features.js";
import { FeatureDataset } from "../../../src/data/features/feature-dataset.js";
import { HeadClassifier } from "../../../src/models/head/head-classifier.js";
import { solveSigmoidRegression } from "../../../src/models/head/sigmoid-regression.js";
import { solveSoftmaxRegression } from "../../../src/models/head/softmax-regression.js";
import { averageDraws } from "../../../src/training/evaluation-metrics.js";
import { solveLastLayer } from "../../../src/training/solve-last-layer.js";

interface Expected {
  readonly features: number[][];
  readonly queries: number[][];
  readonly classes: number[];
  readonly softmax: readonly { c: number; weights: number[] | null; solution: number[][]; probs: number[][] }[];
  readonly sigmoid: { targets: (number | null)[][]; solution: number[][]; probs: number[][] };
  readonly numbers: number[][];
  readonly ridge: readonly { items: number; alpha: number; solution: number[][]; values: number[][] }[];
}

/** Made by make_expected.py beside it. */
const expected = JSON.parse(readFileSync(new URL("./expected.json", import.meta.url), "utf8")) as Expected;
const exact = { tolerance: 1e-10 };

function featuresOf(rows: readonly number[][]): Features {
  return { shape: [rows.length, rows[0]!.length], data: Float32Array.from(rows.flat()), indices: rows.map((_, n) => n) };
}

function datasetOf(rows: readonly number[][], targets: readonly Target[] = []): FeatureDataset {
  const examples = rows.map((_, index) => ({ index, input: undefined, target: targets[index] }));
  return new FeatureDataset({ length: rows.length, at: (position) => examples[position]! }, featuresOf(rows));
}

function expectClose(actual: ArrayLike<number>, wanted: readonly number[][], tolerance: number): void {
  const flat = wanted.flat();
  expect(actual.length).toBe(flat.length);
  const differences = flat.map((value, i) => Math.abs(value - actual[i]!));
  expect(Math.max(...differences)).toBeLessThan(tolerance);
}

/** A number added to all biases changes no probability. */
function withCentredBiases(weights_C_P: Float64Array): Float64Array {
  const width = weights_C_P.length / 4;
  const mean = weights_C_P.reduce((sum, value, i) => sum + (i % width === width - 1 ? value / 4 : 0), 0);
  return weights_C_P.map((value, i) => (i % width === width - 1 ? value - mean : value));
}

/** What a solved model says of the queries: probabilities, or numbers. */
async function answers(
  labels: readonly string[],
  targets: readonly Target[],
  given: { loss: LossName; c: number; items?: number },
) {
  const rows = expected.features.slice(0, given.items);
  const model = HeadClassifier.fromConfig({ inputDim: rows[0]!.length, dropout: 0 }, { labels });
  await solveLastLayer(model, datasetOf(rows, targets), { loss: given.loss, inverseRegularisation: given.c, ...exact });
  for await (const predictions of model.predict(datasetOf(expected.queries))) return averageDraws(predictions, given.loss);
  throw new Error("no predictions came");
}

describe("a solved head is scikit-learn's", () => {
  it.each(expected.softmax)("LogisticRegression(C = $c), weights $weights", async ({ c, weights, solution, probs }) => {
    const options = { classes: 4, inverseRegularisation: c, weights_N: weights ?? undefined, ...exact };
    const { weights_C_P, hasConverged } = await solveSoftmaxRegression(featuresOf(expected.features), expected.classes, options);
    expect(hasConverged).toBe(true);
    expectClose(withCentredBiases(weights_C_P), solution, 1e-6);
    if (weights === null)
      expectClose(await answers(["a", "b", "c", "d"], expected.classes, { loss: "crossEntropy", c }), probs, 1e-6);
  });

  it("LogisticRegression label by label, unknown ones left out", async () => {
    const { targets, solution, probs } = expected.sigmoid;
    const targets_N_C = Float64Array.from(targets.flat(), (target) => target ?? Number.NaN);
    const solved = await solveSigmoidRegression(featuresOf(expected.features), { labels: 3, targets_N_C }, exact);
    expectClose(solved.weights_C_P, solution, 1e-6);
    expectClose(await answers(["x", "y", "z"], targets, { loss: "binaryCrossEntropy", c: 10 }), probs, 1e-6);
  });

  it.each(expected.ridge)("Ridge(alpha = $alpha) on $items items", async ({ items, alpha, values }) => {
    const given = { loss: "meanSquaredError", c: 1 / alpha, items } as const;
    expectClose(await answers(["size", "weight"], expected.numbers, given), values, 1e-6);
  });
});

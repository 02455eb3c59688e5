import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fitLastLayerLaplace, type LaplaceStructure } from "../../../src/bayesian/laplace/fit-last-layer-laplace.js";
import { patchModule } from "../../../src/bayesian/patch-module.js";
import type { LossName } from "../../../src/core/bayesian-model.js";
import type { Target } from "../../../src/core/dataset.js";
import type { Features } from "../../../src/core/features.js";
import { joinPredictions } from "../../../src/core/join-chunks.js";
import type { Predictions } from "../../../src/core/predictions.js";
import { createRandom } from "../../../src/core/random.js";
import { FeatureDataset } from "../../../src/data/features/feature-dataset.js";
import { HeadClassifier } from "../../../src/models/head/head-classifier.js";
import { solveLastLayer } from "../../../src/training/solve-last-layer.js";

const WIDTH = 5;
const DRAWS = 3000;

interface Problem {
  readonly loss: LossName;
  readonly labels: readonly string[];
  readonly targets: readonly Target[];
  readonly features: Features;
  readonly dataset: FeatureDataset;
}

/** Vectors whose first numbers say what the targets are; of labels a third is unknown. */
function problem(loss: LossName, items: number): Problem {
  const random = createRandom(3);
  const data = Float32Array.from({ length: items * WIDTH }, () => random.normal());
  const features = { shape: [items, WIDTH] as const, data, indices: Array.from({ length: items }, (_, n) => n) };
  const noisy = (n: number, d: number) => data[n * WIDTH + d]! + 0.5 * random.normal();
  const targets = features.indices.map((n): Target => {
    if (loss === "meanSquaredError") return [2 * noisy(n, 0) + 7, noisy(n, 1) - noisy(n, 2)];
    if (loss === "crossEntropy") return noisy(n, 0) > 0 ? 1 : 0;
    return [0, 1].map((d) => (random.uniform() < 1 / 3 ? null : Number(noisy(n, d) > 0)));
  });
  const examples = targets.map((target, index) => ({ index, input: undefined, target }));
  const dataset = new FeatureDataset({ length: items, at: (position) => examples[position]! }, features);
  return { loss, labels: ["one", "two"], targets, features, dataset };
}

async function solved({ loss, labels, dataset }: Problem, inverseRegularisation = 1): Promise<HeadClassifier> {
  const model = HeadClassifier.fromConfig({ inputDim: WIDTH, dropout: 0.3 }, { labels });
  await solveLastLayer(model, dataset, { loss, inverseRegularisation, tolerance: 1e-9 });
  return model;
}

const predicted = (model: HeadClassifier, dataset: FeatureDataset, options = {}): Promise<Predictions> =>
  joinPredictions(model.predict(dataset, options), { total: dataset.length });

/** Mean and variance of the draws of one number. */
function moments({ data }: Predictions, at: number): { readonly mean: number; readonly variance: number } {
  const own = data.subarray(at * DRAWS, (at + 1) * DRAWS);
  const mean = own.reduce((sum, value) => sum + value, 0) / DRAWS;
  return { mean, variance: own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (DRAWS - 1) };
}

const cases = (["crossEntropy", "binaryCrossEntropy", "meanSquaredError"] as const).flatMap((loss) =>
  [40, 4].flatMap((items) => {
    const structures = loss === "meanSquaredError" ? (["auto"] as const) : (["auto", "full", "kron", "diag"] as const);
    return structures.map((structure) => [loss, items, structure] as const);
  }),
);

describe.each(cases)("draws of a head solved for %s on %d items (%s)", (loss, items, structure: LaplaceStructure | "auto") => {
  it("lie around its own answers with the variances that the posterior tells", async () => {
    const given = problem(loss, items);
    const model = await solved(given);
    const posterior = await fitLastLayerLaplace(model, given.dataset, { loss, structure, priorPrecision: 1 });
    const own = await predicted(model, given.dataset);
    patchModule(model, { posterior });
    const draws = await predicted(model, given.dataset, { iterations: DRAWS, seed: 2 });
    const variances = posterior.logitVariances(given.features);
    for (const at of [0, 1, 6, 7]) {
      const { mean, variance } = moments(draws, at);
      const expected = variances[at]!;
      expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(2 / DRAWS));
      expect(Math.abs(mean - own.data[at]!)).toBeLessThan(5 * Math.sqrt(expected / DRAWS));
    }
  });
});

describe("the posterior of a solved regression", () => {
  it("is the one of the normal equations", async () => {
    const given = problem("meanSquaredError", 40);
    const alpha = 0.7;
    const model = await solved(given, 1 / alpha);
    const posterior = await fitLastLayerLaplace(model, given.dataset, { loss: "meanSquaredError", priorPrecision: alpha });
    // (H'H + alpha diag(1, ..., 1, 0))^-1, by Gauss and Jordan.
    const P = WIDTH + 1;
    const rows = given.targets.map((_, n) => [...given.features.data.subarray(n * WIDTH, (n + 1) * WIDTH), 1]);
    const a = Array.from({ length: P }, (_, i) =>
      Array.from({ length: 2 * P }, (_, j) => {
        if (j >= P) return Number(j - P === i);
        return rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0) + (i === j && i < WIDTH ? alpha : 0);
      }),
    );
    for (let k = 0; k < P; k++) {
      const pivot = a[k]![k]!;
      a[k] = a[k]!.map((value) => value / pivot);
      for (let i = 0; i < P; i++) {
        const factor = a[i]![k]!;
        if (i !== k) a[i] = a[i]!.map((value, j) => value - factor * a[k]![j]!);
      }
    }
    const variances = posterior.logitVariances(given.features);
    rows.forEach((h, n) => {
      const spread = h.reduce((sum, x, i) => sum + h.reduce((inner, y, j) => inner + x * y * a[i]![P + j]!, 0), 0);
      for (const c of [0, 1]) expect(variances[n * 2 + c]! / (spread * posterior.noiseVariances![c]!)).toBeCloseTo(1, 5);
    });
  });

  it("finds the noise and a prior by itself", async () => {
    const given = problem("meanSquaredError", 300);
    const model = await solved(given);
    const { noiseVariances, priorPrecision } = await fitLastLayerLaplace(model, given.dataset, { loss: "meanSquaredError" });
    // Noise 0.5 times 2, and of two such terms.
    expect(noiseVariances![0]!).toBeGreaterThan(0.8);
    expect(noiseVariances![0]!).toBeLessThan(1.25);
    expect(noiseVariances![1]!).toBeGreaterThan(0.4);
    expect(noiseVariances![1]!).toBeLessThan(0.62);
    expect(priorPrecision).toBeLessThan(10);
  });
});

describe("a head solved for several labels", () => {
  it("says so, answers label by label, and is saved so, draws and all", async () => {
    const given = problem("binaryCrossEntropy", 40);
    const model = await solved(given);
    const answer = await model.classify([3, 3, 0, 0, 0]);
    expect(answer.labels.every(({ probability }) => probability > 0.5)).toBe(true);
    const folder = await mkdtemp(join(tmpdir(), "baaljs-heads-"));
    try {
      await model.save(join(folder, "head"));
      const loaded = await HeadClassifier.fromPretrained(join(folder, "head"));
      expect(loaded.isMultiLabel).toBe(true);
      expect(await loaded.classify([3, 3, 0, 0, 0])).toEqual(answer);
      for (const one of [model, loaded]) patchModule(one, { posterior: await fitLastLayerLaplace(one, given.dataset) });
      const options = { iterations: 7, seed: 1 };
      expect(await predicted(loaded, given.dataset, options)).toEqual(await predicted(model, given.dataset, options));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("what is solved for another loss", () => {
  it.each([
    ["names", { loss: "binaryCrossEntropy" }, "E_ARGUMENT", /names are for items of one class each/],
    ["an unknown loss", { loss: "hinge" }, "E_ARGUMENT", /"meanSquaredError"; "hinge" came/],
    ["a tolerance of 0", { tolerance: 0 }, "E_ARGUMENT", /tolerance/],
  ] as const)("is refused with %s", async (what, options, code, message) => {
    const { labels, dataset } = problem("crossEntropy", 4);
    const model = HeadClassifier.fromConfig({ inputDim: WIDTH }, { labels });
    const given = { ...options, ...(what === "names" ? { names: dataset } : {}) } as Parameters<typeof solveLastLayer>[2];
    const refused = solveLastLayer(model, dataset, given as never);
    await expect(refused).rejects.toMatchObject({ code });
    await expect(refused).rejects.toThrow(message);
  });

  it("is refused where a number is unknown, nothing is known of any label, or the structure is not the exact one", async () => {
    const { features } = problem("crossEntropy", 2);
    const of = (targets: readonly Target[]) =>
      new FeatureDataset({ length: 2, at: (index) => ({ index, input: undefined, target: targets[index] }) }, features);
    const model = HeadClassifier.fromConfig({ inputDim: WIDTH }, { labels: ["one", "two"] });
    const numbers = of([
      [1, 2],
      [1, null],
    ] as Target[]);
    await expect(solveLastLayer(model, numbers, { loss: "meanSquaredError" })).rejects.toThrow(
      /Item 1: a solved regression needs every number/,
    );
    const nothing = of([
      [null, null],
      [null, null],
    ] as Target[]);
    await expect(solveLastLayer(model, nothing, { loss: "binaryCrossEntropy" })).rejects.toMatchObject({ code: "E_DATA" });
    const options = { loss: "meanSquaredError", structure: "kron" } as const;
    await expect(fitLastLayerLaplace(model, numbers, options)).rejects.toMatchObject({ code: "E_ARGUMENT" });
  });
});

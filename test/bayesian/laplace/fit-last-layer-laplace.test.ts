import { describe, expect, it } from "vitest";
import {
  fitLastLayerLaplace,
  type LaplaceModel,
  type LaplaceOptions,
  type LaplaceStructure,
} from "../../../src/bayesian/laplace/fit-last-layer-laplace.js";
import type { LastLayerLaplace } from "../../../src/bayesian/laplace/last-layer-laplace.js";
import type { StateDict } from "../../../src/core/bayesian-model.js";
import type { Dataset } from "../../../src/core/dataset.js";
import { features } from "../../../src/core/features.js";
import { createRandom } from "../../../src/core/random.js";
import { add, identity, invert, kronecker, type Matrix, outer, zeros } from "./dense.js";

const D = 4;
const C = 3;
const P = D + 1;

interface Problem {
  readonly h_N_D: number[][];
  readonly weight_C_D: number[][];
  readonly bias_C: number[];
}

function problem(items: number, scale = 1): Problem {
  const random = createRandom(items);
  const matrix = (rows: number, columns: number, spread: number) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => Math.fround(spread * random.normal())));
  return { h_N_D: matrix(items, D, 1), weight_C_D: matrix(C, D, scale), bias_C: matrix(1, C, scale)[0]! };
}

/** A model that is nothing but a last layer. */
function linearModel({ h_N_D, weight_C_D, bias_C }: Problem, layout: "out-in" | "in-out" = "out-in") {
  const stored = layout === "out-in" ? weight_C_D : Array.from({ length: D }, (_, d) => weight_C_D.map((row) => row[d]!));
  const state: StateDict = new Map([
    ["w", { dims: layout === "out-in" ? [C, D] : [D, C], data: Float32Array.from(stored.flat()) }],
    ["b", { dims: [C], data: Float32Array.from(bias_C) }],
  ]);
  const model: LaplaceModel<number> = {
    labels: ["a", "b", "c"],
    lastLayer: { input: "h", weight: "w", layout, bias: "b" },
    async *features(dataset) {
      const rows = Array.from({ length: dataset.length }, (_, i) => h_N_D[dataset.at(i).input]!);
      yield features([rows.length, D], Float32Array.from(rows.flat()));
    },
    stateDict: () => state,
  };
  const dataset: Dataset<number> = {
    length: h_N_D.length,
    at: (position) => ({ index: position, input: position, target: (position * 7) % C }),
  };
  return { model, dataset, state };
}

function laplaceOf(given: Problem, options: LaplaceOptions = {}, layout?: "out-in" | "in-out"): Promise<LastLayerLaplace> {
  const { model, dataset } = linearModel(given, layout);
  return fitLastLayerLaplace(model, dataset, options);
}

function probabilities({ h_N_D, weight_C_D, bias_C }: Problem): number[][] {
  return h_N_D.map((h) => {
    const exps = weight_C_D.map((row, c) => Math.exp(row.reduce((sum, w, d) => sum + w * h[d]!, bias_C[c]!)));
    return exps.map((value) => value / exps.reduce((a, b) => a + b, 0));
  });
}

const extended = ({ h_N_D }: Problem) => h_N_D.map((h) => [...h, 1]);

/** The curvature written out, weights numbered as (class, column). */
function curvature(given: Problem, structure: LaplaceStructure): Matrix {
  const probs = probabilities(given);
  const inputs = extended(given);
  const spreads = probs.map((p) =>
    add(
      identity(C).map((row, c) => row.map((value) => value * p[c]!)),
      outer(p, p),
      -1,
    ),
  );
  const sum = (matrices: Matrix[]) => matrices.reduce((a, b) => add(a, b), zeros(matrices[0]!.length));
  const squares = inputs.map((h) => outer(h, h));
  if (structure === "kron") {
    const mean = sum(spreads).map((row) => row.map((value) => value / spreads.length));
    return kronecker(mean, sum(squares));
  }
  const full = sum(spreads.map((spread, n) => kronecker(spread, squares[n]!)));
  return structure === "full" ? full : full.map((row, i) => row.map((value, j) => (i === j ? value : 0)));
}

const covariance = (given: Problem, structure: LaplaceStructure, delta: number) =>
  invert(add(curvature(given, structure), identity(C * P), delta));

/** Every structure, with more items than columns and with fewer. */
const cases = (["full", "diag", "kron"] as const).flatMap((structure) => [30, 3].map((items) => [structure, items] as const));

describe.each(cases)("a Laplace approximation (%s, %i items)", (structure, items) => {
  const given = problem(items);
  const delta = 0.7;
  const { inverse: sigma, logDeterminant } = covariance(given, structure, delta);

  it("has the closed form's variances of logits, h' Sigma h", async () => {
    const laplace = await laplaceOf(given, { structure, priorPrecision: delta });
    const variances = laplace.logitVariances(features([items, D], Float32Array.from(given.h_N_D.flat())));
    extended(given).forEach((h, n) => {
      for (let c = 0; c < C; c++) {
        const block = sigma.slice(c * P, (c + 1) * P).map((row) => row.slice(c * P, (c + 1) * P));
        const expected = h.reduce((sum, x, i) => sum + x * h.reduce((inner, y, j) => inner + y * block[i]![j]!, 0), 0);
        expect(variances[n * C + c]).toBeCloseTo(expected, 5);
      }
    });
  });

  it("samples weights with that covariance, around the current ones", async () => {
    const laplace = await laplaceOf(given, { structure, priorPrecision: delta });
    const { state } = linearModel(given);
    const mean = [...given.weight_C_D.map((row, c) => [...row, given.bias_C[c]!])].flat();
    const draws = 2000;
    const deviations: number[][] = [];
    for (let draw = 0; draw < draws; draw++) {
      const target = new Map([
        ["w", new Float32Array(C * D)],
        ["b", new Float32Array(C)],
      ]);
      await laplace.sample(target, { seed: 1, draw, weights: state });
      const [w, b] = [target.get("w")!, target.get("b")!];
      deviations.push(
        mean.map((value, at) => (at % P < D ? w[Math.floor(at / P) * D + (at % P)]! : b[Math.floor(at / P)]!) - value),
      );
    }
    for (let i = 0; i < C * P; i++) {
      const average = deviations.reduce((sum, row) => sum + row[i]!, 0) / draws;
      expect(Math.abs(average)).toBeLessThan(4.5 * Math.sqrt(sigma[i]![i]! / draws));
      for (let j = 0; j <= i; j++) {
        const product = deviations.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / draws;
        const error = Math.sqrt((sigma[i]![i]! * sigma[j]![j]! + sigma[i]![j]! ** 2) / draws);
        expect(Math.abs(product - sigma[i]![j]!)).toBeLessThan(4.5 * error);
      }
    }
  });

  it("knows its marginal likelihood", async () => {
    const laplace = await laplaceOf(given, { structure, priorPrecision: delta });
    const likelihood = probabilities(given).reduce((sum, p, n) => sum + Math.log(p[(n * 7) % C]!), 0);
    const squares = [...given.weight_C_D.flat(), ...given.bias_C].reduce((sum, w) => sum + w * w, 0);
    const expected = likelihood - (delta * squares) / 2 + (C * P * Math.log(delta)) / 2 - logDeterminant / 2;
    expect(laplace.logMarginalLikelihood).toBeCloseTo(expected, 6);
  });

  it("chooses the prior precision by it, unless told", async () => {
    const chosen = await laplaceOf(given, { structure });
    for (const factor of [0.01, 0.3, 0.97, 1.03, 3, 100]) {
      const other = await laplaceOf(given, { structure, priorPrecision: chosen.priorPrecision * factor });
      expect(other.logMarginalLikelihood).toBeLessThan(chosen.logMarginalLikelihood);
    }
    expect((await laplaceOf(given, { structure, priorPrecision: 3 })).priorPrecision).toBe(3);
  });
});

describe("the Kronecker-factored curvature", () => {
  it("is exact where all items have the same probabilities", async () => {
    const given = problem(20, 0);
    const h = features([20, D], Float32Array.from(given.h_N_D.flat()));
    const [kron, full] = await Promise.all(
      (["kron", "full"] as const).map((structure) => laplaceOf(given, { structure, priorPrecision: 0.1 })),
    );
    kron!.logitVariances(h).forEach((variance, i) => {
      expect(variance).toBeCloseTo(full!.logitVariances(h)[i]!, 5);
    });
    expect(kron!.logMarginalLikelihood).toBeCloseTo(full!.logMarginalLikelihood, 8);
  });
});

describe("what a Laplace approximation reads", () => {
  it("may be a weight stored the other way round, or without a bias", async () => {
    const given = problem(12);
    const h = features([12, D], Float32Array.from(given.h_N_D.flat()));
    const [one, other] = [await laplaceOf(given, { priorPrecision: 1 }), await laplaceOf(given, { priorPrecision: 1 }, "in-out")];
    expect(other.logitVariances(h)).toEqual(one.logitVariances(h));
    const sampled = async (laplace: LastLayerLaplace, layout: "out-in" | "in-out") => {
      const target = new Map(laplace.varying.map((name) => [name, new Float32Array(name === "w" ? C * D : C)]));
      await laplace.sample(target, { seed: 1, draw: 2, weights: linearModel(given, layout).state });
      return target.get("w")!;
    };
    const [w, turned] = [await sampled(one, "out-in"), await sampled(other, "in-out")];
    for (let c = 0; c < C; c++) for (let d = 0; d < D; d++) expect(turned[d * C + c]).toBe(w[c * D + d]);

    const { model, dataset } = linearModel({ ...given, bias_C: [0, 0, 0] });
    const plain = await fitLastLayerLaplace({ ...model, lastLayer: { ...model.lastLayer!, bias: undefined } }, dataset, {
      structure: "full",
      priorPrecision: 1,
    });
    expect(plain.varying).toEqual(["w"]);
    expect(plain.logitVariances(h)).toHaveLength(36);
  });

  it("leaves out targets that do not count", async () => {
    const given = problem(12);
    const { model, dataset } = linearModel(given);
    const ignoring = await fitLastLayerLaplace(model, {
      ...dataset,
      at: (i) => ({ ...dataset.at(i), target: i < 8 ? i % C : -100 }),
    });
    const shorter = await fitLastLayerLaplace(model, { length: 8, at: (i) => ({ ...dataset.at(i), target: i % C }) });
    expect(ignoring.logMarginalLikelihood).toBeCloseTo(shorter.logMarginalLikelihood, 10);
  });

  it("must be labelled, of a linear layer, small enough for a full matrix, with usable options", async () => {
    const given = problem(12);
    const { model, dataset } = linearModel(given);
    const unlabelled = { ...dataset, at: (i: number) => ({ ...dataset.at(i), target: undefined }) };
    await expect(fitLastLayerLaplace(model, unlabelled)).rejects.toThrow(/Item 0 of the Laplace data has no label/);
    await expect(fitLastLayerLaplace(model, { ...dataset, length: 0 })).rejects.toMatchObject({ code: "E_DATA" });
    await expect(fitLastLayerLaplace({ ...model, lastLayer: undefined }, dataset)).rejects.toMatchObject({
      code: "E_MODEL_FORMAT",
    });
    for (const priorPrecision of [0, -1, Number.NaN, Infinity]) {
      await expect(laplaceOf(given, { priorPrecision })).rejects.toThrow(/positive number or "marginalLikelihood"/);
    }
    // @ts-expect-error a structure that does not exist
    await expect(laplaceOf(given, { structure: "kfac" })).rejects.toThrow(/one of "kron", "diag", "full", "auto"; "kfac" came/);
    const laplace = await laplaceOf(given);
    expect(() => laplace.logitVariances(features([1, 3], Float32Array.of(1, 2, 3)))).toThrow(/reads 4 features; 3 came/);
    const wide: LaplaceModel<number> = {
      ...model,
      async *features() {
        yield features([12, 700], new Float32Array(12 * 700));
      },
      stateDict: () => new Map([...model.stateDict(), ["w", { dims: [C, 700], data: new Float32Array(C * 700) }]]),
    };
    await expect(fitLastLayerLaplace(wide, dataset, { structure: "full" })).rejects.toThrow(
      /at most 2000 weights; this last layer has 2103/,
    );
  });
});

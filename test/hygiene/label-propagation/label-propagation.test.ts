import { describe, expect, it } from "vitest";
import { features } from "../../../src/core/features.js";
import { entropy } from "../../../src/heuristics/confidence.js";
import { labelPropagation } from "../../../src/hygiene/label-propagation/label-propagation.js";
import { expectClose } from "../../engine/autodiff/check-gradient.js";
import { twoMoons } from "../../training/semi-supervised/mlp.js";
import { bruteForceNeighbours as findNeighbours } from "./brute-force-neighbours.js";

const matrix = (rows: readonly (readonly number[])[], indices?: readonly number[]) =>
  features([rows.length, rows[0]!.length], Float32Array.from(rows.flat()), indices);

const POINTS = [
  ...[
    [0.1, 0.9],
    [0.35, 1.1],
    [-0.2, 1.3],
    [0.8, 0.75],
    [1.2, 0.3],
    [1.45, -0.1],
  ],
  ...[
    [1.1, -0.6],
    [0.5, -1.2],
    [-0.3, -0.9],
    [-0.8, -0.4],
    [-1.1, 0.2],
  ],
];
const LABELLED = { indices: [10, 14, 17], targets: [0, 1, 2] };
const NAMES = POINTS.map((_, i) => 10 + i);

/** numpy 2.4: W = A + A', S = W / sqrt(d d'), rows of solve(I - 0.9 S, Y) over their sums, k = 3. */
const DENSE = {
  cosine: [
    ...[0.7121541, 0.2120823, 0.0757636, 0.631739, 0.2716571, 0.096604, 0.6666319, 0.2436084, 0.0897597, 0.4624759, 0.3993267],
    ...[0.1381974, 0.2127467, 0.6014044, 0.1858489, 0.2130096, 0.515429, 0.2715615, 0.173965, 0.4440353, 0.3819997, 0.0981145],
    ...[0.2399244, 0.6619611, 0.107698, 0.2409814, 0.6513206, 0.1301259, 0.2410862, 0.628788, 0.1539044, 0.241198, 0.6048976],
  ],
  euclidean: [
    ...[0.6822673, 0.2191795, 0.0985532, 0.6044118, 0.2794453, 0.116143, 0.631943, 0.2581341, 0.1099229, 0.4694218, 0.3839372],
    ...[0.146641, 0.2191823, 0.5938188, 0.1869989, 0.2259393, 0.4986272, 0.2754335, 0.1895159, 0.4389104, 0.3715737, 0.1237325],
    ...[0.234772, 0.6414955, 0.1727702, 0.233403, 0.5938267, 0.2115677, 0.2323199, 0.5561124, 0.2728888, 0.230608, 0.4965032],
  ],
} as const;

describe("labelPropagation", () => {
  it.each(["cosine", "euclidean"] as const)("is the dense solution, %s", async (metric) => {
    const fitted = await labelPropagation({ k: 3, alpha: 0.9, metric, findNeighbours }).fit(matrix(POINTS, NAMES), LABELLED, {
      classes: 3,
    });
    expectClose([...fitted.predict(NAMES).data], DENSE[metric], "probabilities", 1e-6);
  });

  it("predicts the unlabelled items in the order of the features, or those asked for, so that heuristics can score them", async () => {
    const fitted = await labelPropagation({ k: 3, alpha: 0.9, findNeighbours }).fit(matrix(POINTS, NAMES), LABELLED, {
      classes: 3,
    });
    const all = fitted.predict();
    expect(all).toMatchObject({ kind: "probabilities", shape: [8, 3, 1], indices: [11, 12, 13, 15, 16, 18, 19, 20] });
    const two = fitted.predict([20, 11]);
    expect([...two.data]).toEqual([...all.data.subarray(21, 24), ...all.data.subarray(0, 3)]);
    const scores = entropy().score(all);
    const row = [...all.data.subarray(0, 3)];
    expect(scores[0]).toBeCloseTo(
      row.reduce((sum, p) => sum - p * Math.log(p), 0),
      6,
    );
  });

  it("tells two moons apart from one label each", async () => {
    const { points } = twoMoons(300, { seed: 3, noise: 0.07 });
    const fitted = await labelPropagation({ k: 8, metric: "euclidean" }).fit(
      matrix(points),
      { indices: [0, 1], targets: [0, 1] },
      { classes: 2 },
    );
    const { data, indices } = fitted.predict();
    const right = indices.filter((index, i) => Number(data[2 * i + 1]! > data[2 * i]!) === index % 2).length;
    // Nearest labelled neighbour alone gets about three quarters.
    expect(right / indices.length).toBeGreaterThan(0.98);
  });

  it("leaves items that no label reaches at 1/C, and does not let labels cross between parts", async () => {
    const cluster = (x: number) => [0, 1, 2, 3].map((i) => [x + (i % 2) * 0.1, (i >> 1) * 0.1]);
    const fitted = await labelPropagation({ k: 2, metric: "euclidean", findNeighbours }).fit(
      matrix([...cluster(0), ...cluster(100), ...cluster(200)]),
      { indices: [0, 4, 5], targets: [0, 1, 2] },
      { classes: 4 },
    );
    const { data } = fitted.predict([3, 6, 11]);
    expect([...data.subarray(0, 4)]).toEqual([1, 0, 0, 0]);
    expect(data[4]).toBe(0);
    expect(data[5]! + data[6]!).toBeCloseTo(1, 6);
    expect(data[7]).toBe(0);
    expect([...data.subarray(8)]).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it("takes identical items, more than k of them, and a single one", async () => {
    const same = Array.from({ length: 9 }, () => [1, 2]);
    const labelled = { indices: [0], targets: [1] };
    for (const metric of ["cosine", "euclidean"] as const) {
      const fitted = await labelPropagation({ k: 3, metric, findNeighbours }).fit(matrix(same), labelled, { classes: 2 });
      expect([...fitted.predict([8]).data].every(Number.isFinite)).toBe(true);
      const alone = await labelPropagation({ metric, findNeighbours }).fit(matrix([[1, 2]]), labelled, { classes: 2 });
      expect([...alone.predict([0]).data]).toEqual([0, 1]);
      expect(alone.predict().shape).toEqual([0, 2, 1]);
    }
  });

  it.each([
    ["E_DATA", { indices: [], targets: [] }, /No item is labelled/],
    ["E_ARGUMENT", { indices: [99], targets: [0] }, /Item 99 is labelled but has no features/],
    ["E_ARGUMENT", { indices: [10, 10], targets: [0, 1] }, /Item 10 is labelled twice/],
    ["E_LABEL_UNKNOWN", { indices: [10], targets: [3] }, /Item 10 has the class 3; the classes are 0 to 2/],
    ["E_SHAPE", { indices: [10], targets: [0, 1] }, /1 labelled items came with 2 targets/],
  ])("throws %s for %o", async (code, labelled, message) => {
    const attempt = labelPropagation({ findNeighbours }).fit(matrix(POINTS, NAMES), labelled, { classes: 3 });
    await expect(attempt).rejects.toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });

  it.each([{ k: 0 }, { alpha: 1 }, { gamma: 0 }, { bandwidth: -1 }, { tolerance: 0 }, { maxIterations: 0 }])(
    "refuses %o",
    (options) => {
      expect(() => labelPropagation(options)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    },
  );

  it("says so when the solver needs more iterations, and stops when aborted", async () => {
    const slow = labelPropagation({ k: 3, alpha: 0.999, maxIterations: 1, findNeighbours });
    await expect(slow.fit(matrix(POINTS, NAMES), LABELLED, { classes: 3 })).rejects.toThrow(/not reached in 1 iterations/);
    const attempt = labelPropagation({ k: 3, findNeighbours }).fit(matrix(POINTS, NAMES), LABELLED, {
      classes: 3,
      signal: AbortSignal.abort(),
    });
    await expect(attempt).rejects.toThrow(expect.objectContaining({ code: "E_ABORTED" }));
    const fitted = await labelPropagation({ k: 3, findNeighbours }).fit(matrix(POINTS, NAMES), LABELLED, { classes: 3 });
    expect(() => fitted.predict([5])).toThrow(/Item 5 had no features/);
  });
});

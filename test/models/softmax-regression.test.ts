import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { solveSoftmaxRegression } from "../../src/models/head/softmax-regression.js";

const [CLASSES, WIDTH] = [4, 6];

/** Overlapping clouds of unit vectors, one a class. */
function clouds(items: number, seed = 1) {
  const random = createRandom(seed);
  const targets = Array.from({ length: items }, (_, n) => n % CLASSES);
  const data = new Float32Array(items * WIDTH);
  for (let n = 0; n < items; n++) {
    const row = data.subarray(n * WIDTH, (n + 1) * WIDTH);
    for (let d = 0; d < WIDTH; d++) row[d] = random.uniform() - 0.5 + (d === targets[n] ? 0.5 : 0);
    const length = Math.hypot(...row);
    row.forEach((value, d) => {
      row[d] = value / length;
    });
  }
  return { features: { shape: [items, WIDTH] as const, data, indices: targets.map((_, n) => n) }, targets };
}

/** The objective and its gradient, by the formula, in double precision. */
function objective(
  w: Float64Array,
  { features, targets }: ReturnType<typeof clouds>,
  { c, weights }: { readonly c: number; readonly weights: readonly number[] },
): { value: number; gradient: Float64Array } {
  const gradient = new Float64Array(w.length);
  let value = 0;
  targets.forEach((target, n) => {
    const h = [...features.data.subarray(n * WIDTH, (n + 1) * WIDTH), 1];
    const logits = Array.from({ length: CLASSES }, (_, k) => h.reduce((sum, x, d) => sum + x * w[k * (WIDTH + 1) + d]!, 0));
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    value += weights[n]! * (Math.log(total) - logits[target]!);
    logits.forEach((logit, k) => {
      const residual = weights[n]! * (Math.exp(logit) / total - Number(k === target));
      h.forEach((x, d) => {
        gradient[k * (WIDTH + 1) + d]! += residual * x;
      });
    });
  });
  for (let i = 0; i < w.length; i++) {
    if (i % (WIDTH + 1) === WIDTH) continue;
    value += w[i]! ** 2 / (2 * c);
    gradient[i]! += w[i]! / c;
  }
  return { value, gradient };
}

describe("solveSoftmaxRegression", () => {
  it.each([0.1, 1, 10, 100])("is where the objective has no slope, C = %d", async (c) => {
    const data = clouds(60);
    const options = { classes: CLASSES, inverseRegularisation: c };
    const { weights_C_P, value, hasConverged } = await solveSoftmaxRegression(data.features, data.targets, options);
    const exact = objective(weights_C_P, data, { c, weights: Array(60).fill(1) });
    expect(hasConverged).toBe(true);
    expect(Math.max(...exact.gradient.map(Math.abs)) / 60).toBeLessThan(3e-5);
    expect(value).toBeCloseTo(exact.value / 60, 5);
  });

  it("takes an item of weight 2 for two items", async () => {
    const data = clouds(20);
    const weights = data.targets.map((_, n) => 1 + (n % 2));
    const weighted = await solveSoftmaxRegression(data.features, data.targets, { classes: CLASSES, weights_N: weights });
    const rows = data.targets.flatMap((_, n) => Array<number>(weights[n]!).fill(n));
    const repeated = Float32Array.from(rows.flatMap((n) => [...data.features.data.subarray(n * WIDTH, (n + 1) * WIDTH)]));
    const twice = await solveSoftmaxRegression(
      { shape: [rows.length, WIDTH], data: repeated, indices: rows.map((_, n) => n) },
      rows.map((n) => data.targets[n]!),
      { classes: CLASSES },
    );
    weighted.weights_C_P.forEach((value, i) => {
      expect(value).toBeCloseTo(twice.weights_C_P[i]!, 2);
    });
  });

  it("ends at the same weights from a warm start, sooner", async () => {
    const data = clouds(80);
    const cold = await solveSoftmaxRegression(data.features, data.targets, { classes: CLASSES });
    const warm = await solveSoftmaxRegression(data.features, data.targets, { classes: CLASSES, start: cold.weights_C_P });
    expect(warm.iterations).toBeLessThan(cold.iterations / 2);
    warm.weights_C_P.forEach((value, i) => {
      expect(value).toBeCloseTo(cold.weights_C_P[i]!, 2);
    });
  });

  it("gives a class without an item less than the others everywhere", async () => {
    const data = clouds(30);
    const { weights_C_P } = await solveSoftmaxRegression(data.features, data.targets, { classes: CLASSES + 1 });
    const biases = Array.from({ length: CLASSES + 1 }, (_, k) => weights_C_P[k * (WIDTH + 1) + WIDTH]!);
    expect(Math.min(...biases)).toBe(biases[CLASSES]);
  });

  it("says what it lacks", async () => {
    const { features } = clouds(3);
    const empty = { shape: [0, WIDTH] as const, data: new Float32Array(0), indices: [] };
    await expect(solveSoftmaxRegression(features, [0], { classes: 2 })).rejects.toMatchObject({ code: "E_SHAPE" });
    await expect(solveSoftmaxRegression(empty, [], { classes: 2 })).rejects.toMatchObject({ code: "E_DATA" });
  });
});

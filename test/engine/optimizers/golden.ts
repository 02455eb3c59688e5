import type { Gradient, Optimizer, ParameterUpdate } from "../../../src/core/bayesian-model.js";

/** Six steps over a weight and a bias with known gradients and a falling rate; PyTorch 1.13 ran the same. */
export function runGolden(optimizer: Optimizer): number[] {
  const weight = Float32Array.of(0.5, -1.25, 2.0, 0.03125);
  const bias = Float32Array.of(0.1, -0.2);
  for (let step = 0; step < 6; step++) {
    const updates: ParameterUpdate[] = [
      { name: "dense.weight", dims: [4], weights: weight, gradient: dense(weight.map((_, i) => Math.sin((step + 1) * (i + 1)))) },
      {
        name: "dense.bias",
        dims: [2],
        weights: bias,
        gradient: dense(bias.map((_, i) => 0.01 * Math.cos(0.5 * (step + 1) * (i + 1)))),
      },
    ];
    optimizer.step(updates, { learningRate: 0.1 * (1 - step / 10), gradientScale: 1 });
  }
  return [...weight, ...bias];
}

export function dense(data: Float32Array): Gradient {
  return { kind: "dense", data };
}

const WIDTH = 3;
const ROWS = 6;
/** Rows with a gradient per step: touched once, again, never (2 and 5), late. */
const TOUCHED = [[0, 3], [3], [], [1, 0], [4], [3]];

/** Runs the same sparse gradients as dense ones with zeros, as rows, or (`"mixed"`) alternating; gives the final weights. */
export function runRows(
  createOptimizer: () => Optimizer,
  form: "dense" | "rows" | "mixed" | "rows, saved and loaded",
): Float32Array {
  const weights = Float32Array.from({ length: ROWS * WIDTH }, (_, i) => Math.cos(i) - 0.2);
  let optimizer = createOptimizer();
  TOUCHED.forEach((rows, step) => {
    const data = Float32Array.from({ length: rows.length * WIDTH }, (_, i) => Math.sin(1 + i + 7 * step));
    const full = new Float32Array(ROWS * WIDTH);
    rows.forEach((row, i) => {
      full.set(data.subarray(i * WIDTH, (i + 1) * WIDTH), row * WIDTH);
    });
    const asRows = form === "mixed" ? step % 2 === 0 : form !== "dense";
    const gradient: Gradient = asRows ? { kind: "rows", rows: Int32Array.from(rows), data } : dense(full);
    if (form === "rows, saved and loaded") {
      const state = optimizer.stateDict();
      optimizer = createOptimizer();
      if (step > 0) optimizer.loadStateDict(state);
    }
    optimizer.step([{ name: "embeddings.weight", dims: [ROWS, WIDTH], weights, gradient }], {
      learningRate: 0.05,
      gradientScale: 0.7,
    });
  });
  return weights;
}

export function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  const worst = Math.max(...expected.map((x, i) => Math.abs(x - actual[i]!)));
  if (actual.length !== expected.length || !(worst <= tolerance)) {
    throw new Error(`expected ${expected}, got ${actual}: off by ${worst}`);
  }
}

import type { Curvature, CurvatureData } from "./curvature.js";
import { type InputFactor, inputFactor } from "./input-factor.js";

/**
 * The whole curvature where each label is predicted by itself: one block per label, `H_c = sum_n p_nc (1 - p_nc) h_n h_n'` over the items
 * whose label is known, nothing between the labels. A block is kept as its eigenvectors, of few items only those in their row space.
 */
export async function independentCurvature(data: CurvatureData): Promise<Curvature> {
  const { h_N_P, spread_N_C, items, width, classes } = data;
  const blocks: InputFactor[] = [];
  for (let c = 0; c < classes; c++) {
    const known = Array.from({ length: items }, (_, n) => n).filter((n) => spread_N_C[n * classes + c]! > 0);
    const scaled = new Float64Array(known.length * width);
    known.forEach((n, at) => {
      const scale = Math.sqrt(spread_N_C[n * classes + c]!);
      for (let i = 0; i < width; i++) scaled[at * width + i] = scale * h_N_P[n * width + i]!;
    });
    blocks.push(await inputFactor({ h_N_P: scaled, items: known.length, width }));
  }
  return {
    eigenvalues: Float64Array.from(blocks.flatMap(({ values }) => [...values])),
    async sample(delta, random) {
      const offset_C_P = new Float32Array(classes * width);
      const w_P = new Float64Array(width);
      blocks.forEach(({ values, vectors }, c) => {
        // A sample of the prior, its part along each eigenvector scaled from 1 / sqrt(delta) down to 1 / sqrt(value + delta).
        for (let i = 0; i < width; i++) w_P[i] = random.normal() / Math.sqrt(delta);
        values.forEach((value, k) => {
          const u_P = vectors.subarray(k * width, (k + 1) * width);
          const change = dot(u_P, w_P) * (Math.sqrt(delta / (value + delta)) - 1);
          for (let i = 0; i < width; i++) w_P[i]! += change * u_P[i]!;
        });
        offset_C_P.set(w_P, c * width);
      });
      return offset_C_P;
    },
    variances(variances_C, h_P, delta) {
      const length = dot(h_P, h_P);
      blocks.forEach(({ values, vectors }, c) => {
        variances_C[c] = values.reduce((variance, value, k) => {
          const square = dot(vectors.subarray(k * width, (k + 1) * width), h_P) ** 2;
          return variance - square * (1 / delta - 1 / (value + delta));
        }, length / delta);
      });
    },
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

import type { Curvature, CurvatureData } from "./curvature.js";

/** The diagonal of the Gauss-Newton matrix: `H_cj = sum_n p_nc (1 - p_nc) h_nj^2`; weights are independent of each other. */
export function diagonalCurvature({ h_N_P, probs_N_C, items, width, classes }: CurvatureData): Curvature {
  const diagonal = new Float64Array(classes * width);
  for (let n = 0; n < items; n++) {
    for (let c = 0; c < classes; c++) {
      const p = probs_N_C[n * classes + c]!;
      const spread = p * (1 - p);
      for (let j = 0; j < width; j++) diagonal[c * width + j]! += spread * h_N_P[n * width + j]! ** 2;
    }
  }
  return {
    eigenvalues: diagonal,
    async sample(delta, random) {
      return Float32Array.from(diagonal, (precision) => random.normal() / Math.sqrt(precision + delta));
    },
    variances(variances_C, h_P, delta) {
      for (let c = 0; c < classes; c++) {
        let sum = 0;
        for (let j = 0; j < width; j++) sum += h_P[j]! ** 2 / (diagonal[c * width + j]! + delta);
        variances_C[c] = sum;
      }
    },
  };
}

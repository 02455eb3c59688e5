import { BaalError } from "../../errors.js";
import { type Curvature, type CurvatureData, nonNegative } from "./curvature.js";
import { symmetricEigen } from "./symmetric-eigen.js";

/** An eigendecomposition of more rows than this takes minutes, and its vectors more than 128 MB. */
const MAX_WEIGHTS = 2000;

/** The whole Gauss-Newton matrix: `H = sum_n (diag(p_n) - p_n p_n') (x) h_n h_n'`. Throws `E_ARGUMENT` for too many weights. */
export function fullCurvature({ h_N_P, probs_N_C, items, width, classes }: CurvatureData): Curvature {
  const size = classes * width;
  if (size > MAX_WEIGHTS) {
    throw new BaalError(
      "E_ARGUMENT",
      `structure "full" is for at most ${MAX_WEIGHTS} weights; this last layer has ${size}. Choose "kron".`,
    );
  }
  const matrix = new Float64Array(size * size);
  for (let n = 0; n < items; n++) {
    const [h, p] = [h_N_P.subarray(n * width, (n + 1) * width), probs_N_C.subarray(n * classes, (n + 1) * classes)];
    for (let row = 0; row < size; row++) {
      const [c, i] = [Math.floor(row / width), row % width];
      for (let e = 0; e < classes; e++) {
        const scale = (Number(c === e) - p[e]!) * p[c]! * h[i]!;
        for (let j = 0; j < width; j++) matrix[row * size + e * width + j]! += scale * h[j]!;
      }
    }
  }
  const { values, vectors_N_N } = symmetricEigen(matrix, size);
  const eigenvalues = nonNegative(values);
  return {
    eigenvalues,
    async sample(delta, random) {
      const offset_C_P = new Float32Array(size);
      for (let k = 0; k < size; k++) {
        const scale = random.normal() / Math.sqrt(eigenvalues[k]! + delta);
        for (let i = 0; i < size; i++) offset_C_P[i]! += scale * vectors_N_N[k * size + i]!;
      }
      return offset_C_P;
    },
    variances(variances_C, h_P, delta) {
      variances_C.fill(0);
      for (let k = 0; k < size; k++) {
        for (let c = 0; c < classes; c++) {
          let along = 0;
          for (let j = 0; j < width; j++) along += vectors_N_N[k * size + c * width + j]! * h_P[j]!;
          variances_C[c]! += along ** 2 / (eigenvalues[k]! + delta);
        }
      }
    },
  };
}

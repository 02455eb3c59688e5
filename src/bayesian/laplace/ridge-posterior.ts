import type { Curvature } from "./curvature.js";
import { noiseVariances, type RidgeEvidence } from "./ridge-evidence.js";

/**
 * The exact Gaussian posterior of linear regression with a free bias: given the noise's variance `v` and the prior's precision `alpha / v`,
 * the weights' covariance is `v (X'X + alpha I)^-1` with centred X, and `bias + mean'w` has the variance `v / N`, independent of them
 * (Bishop 2006, 3.3). `delta` is alpha, and the mean is the solution of ridge regression.
 */
export function ridgePosterior(evidence: RidgeEvidence): Curvature {
  const { items, inputs, outputs, eigenvalues_R: s_R, vectors_R_D: u_R_D, mean_D } = evidence;
  const width = inputs + 1;
  return {
    eigenvalues: s_R,
    async sample(delta, random) {
      const noise_C = noiseVariances(evidence, delta);
      const offset_C_P = new Float32Array(outputs * width);
      const along_D = new Float64Array(inputs);
      for (let c = 0; c < outputs; c++) {
        const deviation = Math.sqrt(noise_C[c]!);
        // Standard normal / sqrt(alpha) everywhere, then the part in X's row space is scaled down to 1 / sqrt(s + alpha).
        for (let d = 0; d < inputs; d++) along_D[d] = random.normal() / Math.sqrt(delta);
        s_R.forEach((value, k) => {
          const u = u_R_D.subarray(k * inputs, (k + 1) * inputs);
          let along = 0;
          for (let d = 0; d < inputs; d++) along += u[d]! * along_D[d]!;
          const change = along * (Math.sqrt(delta / (value + delta)) - 1);
          for (let d = 0; d < inputs; d++) along_D[d]! += change * u[d]!;
        });
        let bias = random.normal() / Math.sqrt(items);
        for (let d = 0; d < inputs; d++) {
          offset_C_P[c * width + d] = deviation * along_D[d]!;
          bias -= mean_D[d]! * along_D[d]!;
        }
        offset_C_P[c * width + inputs] = deviation * bias;
      }
      return offset_C_P;
    },
    variances(variances_C, h_P, delta) {
      let outside = 0;
      for (let d = 0; d < inputs; d++) outside += (h_P[d]! - mean_D[d]!) ** 2;
      let variance = 1 / items;
      s_R.forEach((value, k) => {
        let along = 0;
        for (let d = 0; d < inputs; d++) along += u_R_D[k * inputs + d]! * (h_P[d]! - mean_D[d]!);
        variance += along ** 2 / (value + delta);
        outside -= along ** 2;
      });
      variance += Math.max(0, outside) / delta;
      noiseVariances(evidence, delta).forEach((noise, c) => {
        variances_C[c] = noise * variance;
      });
    },
  };
}

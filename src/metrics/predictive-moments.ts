import { BaalError } from "../core/errors.js";
import type { Predictions } from "../core/predictions.js";
import { normalQuantile } from "./bootstrap-interval.js";
import type { Intervals } from "./regression-metrics.js";

/** Mean and variance of what a regression predicts, `[N, C]` each. */
export interface PredictiveMoments {
  readonly means_N_C: Float64Array;
  /** {@link epistemic_N_C} + {@link aleatoric_N_C}, in the square of the numbers' unit. */
  readonly variances_N_C: Float64Array;
  /** Variance of the draws' means: what more training data would take away. */
  readonly epistemic_N_C: Float64Array;
  /** Mean over the draws of the noise that the model predicts; 0 of a model without. */
  readonly aleatoric_N_C: Float64Array;
}

/**
 * The moments of a regression's draws `[N, C, K]` of the kind `"values"` (Kendall and Gall 2017, arXiv:1703.04977): their variance is that of the draws, and
 * where the model predicts a variance beside each number, the mean of these. Throws `E_ARGUMENT` for predictions of another kind, `E_SHAPE`.
 *
 * @example
 * ```ts
 * import { regressionDraws } from "baaljs/heuristics";
 * import { gaussianIntervals, intervalCoverage, predictiveMoments } from "baaljs/metrics";
 *
 * const draws = regressionDraws([2, 1, 3], Float32Array.of(1, 1.1, 0.9, 3, -2, 5)); // 2 items, 1 number, 3 draws
 * const moments = predictiveMoments(draws);
 * console.log(moments.means_N_C, intervalCoverage(gaussianIntervals(moments, 0.9), [1, 2]));
 * ```
 */
export function predictiveMoments({ kind, shape, data, logVariances }: Predictions): PredictiveMoments {
  if (kind !== "values") throw new BaalError("E_ARGUMENT", `Moments are of a regression's draws ("values"); "${kind}" came.`);
  const [items = 0, outputs = 0, draws = 0] = shape;
  if (shape.length !== 3 || draws < 1)
    throw new BaalError("E_SHAPE", `Moments are of draws [N, C, K], at least one; [${shape}] came.`);
  const size = items * outputs;
  const [means_N_C, epistemic_N_C, aleatoric_N_C] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < size; i++) {
    let [sum, noise, squares] = [0, 0, 0];
    for (let at = i * draws; at < (i + 1) * draws; at++) {
      sum += data[at]!;
      if (logVariances) noise += Math.exp(logVariances[at]!);
    }
    const mean = sum / draws;
    for (let at = i * draws; at < (i + 1) * draws; at++) squares += (data[at]! - mean) ** 2;
    [means_N_C[i], epistemic_N_C[i], aleatoric_N_C[i]] = [mean, squares / draws, noise / draws];
  }
  return { means_N_C, epistemic_N_C, aleatoric_N_C, variances_N_C: epistemic_N_C.map((value, i) => value + aleatoric_N_C[i]!) };
}

/** The central intervals of normal distributions that have the share `level` of them, in (0, 1). Throws `E_ARGUMENT`, `E_SHAPE`. */
export function gaussianIntervals(
  { means_N_C, variances_N_C }: { readonly means_N_C: ArrayLike<number>; readonly variances_N_C: ArrayLike<number> },
  level: number,
): Intervals {
  if (!(level > 0 && level < 1)) throw new BaalError("E_ARGUMENT", `level is expected to lie in (0, 1); ${level} came.`);
  if (means_N_C.length !== variances_N_C.length)
    throw new BaalError("E_SHAPE", `${means_N_C.length} means came with ${variances_N_C.length} variances.`);
  const width = normalQuantile((1 + level) / 2);
  const bound = (side: number) => Float64Array.from(means_N_C, (mean, i) => mean + side * width * Math.sqrt(variances_N_C[i]!));
  return { low_N_C: bound(-1), high_N_C: bound(1) };
}

import { BaalError } from "../core/errors.js";

/** Means and variances that a regression predicts, `[N, C]` row-major each; `predictiveMoments` makes them of draws. */
export interface PredictedNumbers {
  readonly means_N_C: ArrayLike<number>;
  /** Above 0. */
  readonly variances_N_C: ArrayLike<number>;
}

/** A factor for the variance of each number that a regression predicts. */
export interface VarianceCalibrator {
  /** Above 1: the model took itself for surer than it is. */
  readonly scales_C: readonly number[];
  /** Mean negative log-likelihood of the known targets before and after, in nats. */
  readonly fit: { readonly items: number; readonly nllBefore: number; readonly nllAfter: number };
  /** The variances times their factors. Throws `E_SHAPE`. */
  calibrate(variances_N_C: ArrayLike<number>): Float64Array;
}

/**
 * Scales the variances of a regression so that they are as large as its errors: the factor of each number is the mean of `error^2 / variance` over
 * held-out items, the maximum-likelihood one of a normal distribution (Laves et al. 2020, arXiv:2006.10255). `targets_N_C` is row-major; `null` or NaN is
 * unknown. Throws `E_SHAPE`, `E_NOT_FINITE`, `E_ARGUMENT` for a variance that is not above 0, `E_DATA` where a number is known of no item, or is
 * met exactly by all.
 *
 * @example
 * ```ts
 * import { varianceScaling } from "baaljs/calibration";
 *
 * const { scales_C, calibrate } = varianceScaling({ means_N_C: [1, 2], variances_N_C: [0.1, 0.2] }, [1.5, 1]);
 * console.log(scales_C, calibrate([0.3])); // the errors are larger than the variances say
 * ```
 */
export function varianceScaling(
  { means_N_C, variances_N_C }: PredictedNumbers,
  targets_N_C: ArrayLike<number | null>,
  { outputs = 1 }: { readonly outputs?: number | undefined } = {},
): VarianceCalibrator {
  const size = targets_N_C.length;
  if (means_N_C.length !== size || variances_N_C.length !== size || !Number.isInteger(outputs) || size % outputs !== 0) {
    throw new BaalError(
      "E_SHAPE",
      `Means, variances and targets of ${outputs} numbers an item are all [N, ${outputs}]; ${means_N_C.length}, ${variances_N_C.length} and ${size} numbers came.`,
    );
  }
  const known = Array.from({ length: outputs }, () => [] as { readonly variance: number; readonly squared: number }[]);
  for (let i = 0; i < size; i++) {
    const [mean, variance, target] = [means_N_C[i]!, variances_N_C[i]!, targets_N_C[i]!];
    if (target === null || Number.isNaN(target)) continue;
    const item = `Item ${Math.floor(i / outputs)}`;
    if (!Number.isFinite(mean) || !Number.isFinite(variance) || !Number.isFinite(target))
      throw new BaalError("E_NOT_FINITE", `${item} has the mean ${mean}, the variance ${variance} and the target ${target}.`);
    if (variance <= 0) throw new BaalError("E_ARGUMENT", `${item} has the variance ${variance}, where one above 0 was expected.`);
    known[i % outputs]!.push({ variance, squared: (target - mean) ** 2 });
  }
  const scales_C = known.map((entries, c) => {
    const scale = entries.reduce((sum, { variance, squared }) => sum + squared / variance, 0) / entries.length;
    if (scale > 0) return scale;
    const why = entries.length === 0 ? "is known of no item" : "is met exactly by every item, which no variance above 0 fits";
    throw new BaalError("E_DATA", `Number ${c} ${why}: hold out more items.`);
  });
  const entries = known.flatMap((column, c) => column.map((entry) => ({ ...entry, scale: scales_C[c]! })));
  const nll = (scaleOf: (scale: number) => number) =>
    entries.reduce((sum, { variance, squared, scale }) => {
      const scaled = variance * scaleOf(scale);
      return sum + (Math.log(2 * Math.PI * scaled) + squared / scaled) / 2;
    }, 0) / entries.length;
  return {
    scales_C,
    fit: { items: size / outputs, nllBefore: nll(() => 1), nllAfter: nll((scale) => scale) },
    calibrate(variances) {
      if (variances.length % outputs !== 0)
        throw new BaalError("E_SHAPE", `Variances of ${outputs} numbers an item are [N, ${outputs}]; ${variances.length} came.`);
      return Float64Array.from(variances, (variance, i) => variance * scales_C[i % outputs]!);
    },
  };
}

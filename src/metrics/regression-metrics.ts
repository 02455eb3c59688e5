import { BaalError } from "../core/errors.js";
import { meanOfDefined } from "./known-labels.js";

/** How the arrays of a metric of numbers are read. */
export interface OutputsOptions {
  /** C, the numbers that each item has; 1 by default. */
  readonly outputs?: number | undefined;
}

/**
 * Mean of `|prediction - target|`, in the targets' unit; lower is better. `values_N_C` and `targets_N_C` are row-major; a target of `null` or NaN is
 * unknown and does not count. Several outputs: the mean over them. Throws `E_ARGUMENT` where nothing is known, `E_SHAPE`, `E_NOT_FINITE`.
 *
 * @example
 * ```ts
 * import { meanAbsoluteError, r2, rootMeanSquaredError, spearman } from "baaljs/metrics";
 *
 * const [values, targets] = [[1.5, 2, 4], [1, 2, 3]];
 * console.log(meanAbsoluteError(values, targets), rootMeanSquaredError(values, targets), r2(values, targets), spearman(values, targets));
 * ```
 */
export const meanAbsoluteError = overOutputs(({ values, targets }) =>
  meanOf(values.map((value, i) => Math.abs(value - targets[i]!))),
);

/** Root of the mean of `(prediction - target)^2`, in the targets' unit; lower is better. Arguments and errors as of {@link meanAbsoluteError}. */
export const rootMeanSquaredError = overOutputs((column) => Math.sqrt(meanSquares(column)));

/**
 * Share of the targets' variance that is predicted, `1 - sum (prediction - target)^2 / sum (target - mean)^2`: 1 is perfect, 0 as good as the mean,
 * below 0 worse. Of targets that are all equal it is 1 where all are met and else 0, of a single one NaN, as in scikit-learn. Arguments and
 * errors as of {@link meanAbsoluteError}.
 */
export const r2 = overOutputs((column) => {
  const { targets } = column;
  if (targets.length < 2) return Number.NaN;
  const mean = meanOf(targets);
  const spread = meanOf(targets.map((target) => (target - mean) ** 2));
  const left = meanSquares(column);
  if (spread === 0) return left === 0 ? 1 : 0;
  return 1 - left / spread;
});

/**
 * Spearman's rank correlation of predictions and targets, in [-1, 1]; ties have the mean of their ranks (Spearman 1904). NaN where all predictions or
 * all targets are equal. Arguments and errors as of {@link meanAbsoluteError}.
 */
export const spearman = overOutputs(({ values, targets }) => correlation(ranksOf(values), ranksOf(targets)));

/** The bounds that targets are expected in, `[N, C]` each. */
export interface Intervals {
  readonly low_N_C: ArrayLike<number>;
  readonly high_N_C: ArrayLike<number>;
}

/**
 * Share of the known targets that lie in their intervals, bounds included; for intervals of 90 % it should be 0.9. Throws `E_SHAPE`, and `E_ARGUMENT` where
 * nothing is known.
 *
 * @example
 * ```ts
 * import { intervalCoverage } from "baaljs/metrics";
 *
 * console.log(intervalCoverage({ low_N_C: [0, 1], high_N_C: [2, 2] }, [1, 3])); // 0.5
 * ```
 */
export function intervalCoverage({ low_N_C, high_N_C }: Intervals, targets_N_C: ArrayLike<number | null>): number {
  if (low_N_C.length !== targets_N_C.length || high_N_C.length !== targets_N_C.length) {
    throw new BaalError(
      "E_SHAPE",
      `${targets_N_C.length} targets came with ${low_N_C.length} lower and ${high_N_C.length} upper bounds.`,
    );
  }
  const isInside = Array.from(targets_N_C, (target, i) =>
    target === null || Number.isNaN(target) ? Number.NaN : Number(target >= low_N_C[i]! && target <= high_N_C[i]!),
  );
  const coverage = meanOfDefined(isInside);
  if (Number.isNaN(coverage)) throw nothingKnown();
  return coverage;
}

/** Names to values. */
export type RegressionMetrics = Record<string, number> & {
  readonly meanAbsoluteError: number;
  readonly rootMeanSquaredError: number;
  readonly r2: number;
  readonly spearman: number;
};

/** The usual figures of a regression. Arguments and errors as of {@link meanAbsoluteError}. */
export function computeRegressionMetrics(
  values_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  options: OutputsOptions = {},
): RegressionMetrics {
  return {
    meanAbsoluteError: meanAbsoluteError(values_N_C, targets_N_C, options),
    rootMeanSquaredError: rootMeanSquaredError(values_N_C, targets_N_C, options),
    r2: r2(values_N_C, targets_N_C, options),
    spearman: spearman(values_N_C, targets_N_C, options),
  };
}

/** Predictions and targets of an output, of the items where it is known. */
interface OutputColumn {
  readonly values: number[];
  readonly targets: number[];
}

/** A metric of one output, averaged over all that some item is known of. */
function overOutputs(metric: (column: OutputColumn) => number) {
  return (values_N_C: ArrayLike<number>, targets_N_C: ArrayLike<number | null>, { outputs = 1 }: OutputsOptions = {}): number => {
    const columns = columnsOf(values_N_C, targets_N_C, outputs).filter(({ targets }) => targets.length > 0);
    if (columns.length === 0) throw nothingKnown();
    return meanOf(columns.map(metric));
  };
}

function columnsOf(
  values_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  outputs: number,
): readonly OutputColumn[] {
  if (values_N_C.length !== targets_N_C.length || !Number.isInteger(outputs) || targets_N_C.length % outputs !== 0) {
    throw new BaalError(
      "E_SHAPE",
      `Predictions and targets of ${outputs} numbers an item are both [N, ${outputs}]; ${values_N_C.length} and ${targets_N_C.length} numbers came.`,
    );
  }
  const columns = Array.from({ length: outputs }, (): OutputColumn => ({ values: [], targets: [] }));
  for (let i = 0; i < targets_N_C.length; i++) {
    const [value, target] = [values_N_C[i]!, targets_N_C[i]!];
    const item = `Item ${Math.floor(i / outputs)}`;
    if (!Number.isFinite(value)) throw new BaalError("E_NOT_FINITE", `${item} has the prediction ${value}.`);
    if (target === null || Number.isNaN(target)) continue;
    if (!Number.isFinite(target)) throw new BaalError("E_NOT_FINITE", `${item} has the target ${target}.`);
    columns[i % outputs]!.values.push(value);
    columns[i % outputs]!.targets.push(target);
  }
  return columns;
}

function nothingKnown(): BaalError {
  return new BaalError("E_ARGUMENT", "A metric needs at least one item whose number is known; none came.");
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanSquares({ values, targets }: OutputColumn): number {
  return meanOf(values.map((value, i) => (value - targets[i]!) ** 2));
}

/** From 1; equal values share the mean of their ranks. */
function ranksOf(values: readonly number[]): number[] {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/** Pearson's; NaN where one of the two does not vary. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  const product = (x: readonly number[], meanX: number, y: readonly number[], meanY: number) =>
    x.reduce((sum, value, i) => sum + (value - meanX) * (y[i]! - meanY), 0);
  return product(a, meanA, b, meanB) / Math.sqrt(product(a, meanA, a, meanA) * product(b, meanB, b, meanB));
}

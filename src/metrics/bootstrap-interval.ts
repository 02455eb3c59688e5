import { BaalError, throwIfAborted } from "../core/errors.js";
import { createRandom, type Random } from "../core/random.js";
import { type MetricDefinition, summaries } from "./metric.js";

/**
 * A metric with a confidence interval, from resampling the items with replacement (Efron 1979). The items are summarised once and
 * each resample folds summaries by index: no copies. It says how the metric would vary with other test items, not with another training run.
 *
 * Resamples that do not define the metric (no positive item for an AUROC) are left out and counted in `undefinedResamples`; where they
 * are more than half, it throws `E_ARGUMENT`. Throws as the metric, `E_ARGUMENT` for options out of range, `E_ABORTED`.
 *
 * @example
 * ```ts
 * import { accuracy, bootstrapInterval } from "baaljs/metrics";
 *
 * const probs = [0.7, 0.3, 0.6, 0.4, 0.2, 0.8, 0.1, 0.9]; // four items of two classes
 * const { value, low, high } = bootstrapInterval(accuracy, probs, [0, 1, 1, 1], { resamples: 500 });
 * console.log(`${value} (${low} to ${high})`);
 * ```
 */
export function bootstrapInterval<Target extends number | boolean>(
  metric: MetricDefinition<number, Target>,
  values_N_C: ArrayLike<number>,
  targets_N: ArrayLike<Target>,
  options: BootstrapOptions = {},
): BootstrapInterval {
  return intervalOf(statisticOf(metric, values_N_C, targets_N), targets_N.length, options);
}

/**
 * The difference of a metric between two models, `first - second`, on the same items: both are measured on the same resamples, so
 * that what makes items hard for both cancels. The models differ at this level where the interval leaves out 0. Throws as
 * {@link bootstrapInterval}.
 */
export function bootstrapDifference<Target extends number | boolean>(
  metric: MetricDefinition<number, Target>,
  models: { readonly first: ArrayLike<number>; readonly second: ArrayLike<number> },
  targets_N: ArrayLike<Target>,
  options: BootstrapOptions = {},
): BootstrapInterval {
  const first = statisticOf(metric, models.first, targets_N);
  const second = statisticOf(metric, models.second, targets_N);
  return intervalOf((order) => first(order) - second(order), targets_N.length, options);
}

function statisticOf<Target extends number | boolean>(
  metric: MetricDefinition<number, Target>,
  values_N_C: ArrayLike<number>,
  targets_N: ArrayLike<Target>,
): Statistic {
  const { rows, size, classes } = summaries(metric, values_N_C, targets_N);
  return (order) => {
    const fold = metric.fold(classes);
    for (let i = 0; i < order.length; i++) fold.add(rows, order[i]! * size);
    return fold.value();
  };
}

function intervalOf(statistic: Statistic, items: number, options: BootstrapOptions): BootstrapInterval {
  const { resamples, level, method, random, signal } = resolveBootstrap(options);
  const order = Uint32Array.from({ length: items }, (_, i) => i);
  const value = statistic(order);
  const found: number[] = [];
  for (let i = 0; i < resamples; i++) {
    throwIfAborted(signal, "The bootstrap");
    drawItems(order, random);
    const resampled = definedValue(statistic, order);
    if (resampled !== undefined) found.push(resampled);
  }
  const undefinedResamples = resamples - found.length;
  if (undefinedResamples > resamples / 2) {
    throw new BaalError(
      "E_ARGUMENT",
      `${undefinedResamples} of ${resamples} resamples of ${items} items do not define the metric: too few items for an interval.`,
    );
  }
  const sorted = Float64Array.from(found).sort();
  const [low, high] = INTERVAL_LEVELS[method](level, { statistic, items, value, sorted });
  const mean = sorted.reduce((a, b) => a + b, 0) / sorted.length;
  const spread = sorted.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, sorted.length - 1);
  return {
    value,
    low: quantile(sorted, low),
    high: quantile(sorted, high),
    standardError: Math.sqrt(spread),
    level,
    resamples: sorted.length,
    undefinedResamples,
  };
}

/** Linear between the sorted values, as numpy's. */
function quantile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - below);
}

/** Groups of items that the jackknife leaves out in turn: more only cost time, for the skewness is all that is read off them. */
const GROUPS = 200;

export interface Resampled {
  readonly statistic: Statistic;
  readonly items: number;
  readonly value: number;
  /** The statistic of each resample, ascending. */
  readonly sorted: Float64Array;
}

/** The two quantiles of the resamples that bound the interval. */
const INTERVAL_LEVELS: Readonly<Record<IntervalMethod, (level: number, resampled: Resampled) => [number, number]>> = {
  percentile: (level) => [(1 - level) / 2, (1 + level) / 2],
  // Phi(z0 + (z0 + z) / (1 - a (z0 + z))), with the bias z0 and the acceleration a (Efron 1987)
  bca: (level, resampled) => {
    const bias = biasOf(resampled);
    const acceleration = accelerationOf(resampled);
    const shifted = (quantile: number) => {
      const distance = bias + normalQuantile(quantile);
      return normalCdf(bias + distance / (1 - acceleration * distance));
    };
    return [shifted((1 - level) / 2), shifted((1 + level) / 2)];
  },
};

/** How far off centre the value lies among its resamples, in standard deviations; resamples equal to it count half. */
function biasOf({ sorted, value }: Resampled): number {
  let below = 0;
  for (const resample of sorted) below += resample < value ? 1 : resample === value ? 0.5 : 0;
  const edge = 0.5 / sorted.length; // keeps the quantile finite where all resamples lie on one side
  return normalQuantile(Math.min(1 - edge, Math.max(edge, below / sorted.length)));
}

/** A sixth of the skewness of the jackknife, which leaves out every item in turn, or for many items one group of them. */
function accelerationOf({ statistic, items }: Resampled): number {
  const groups = Math.min(items, GROUPS);
  const values: number[] = [];
  for (let group = 0; group < groups; group++) {
    const order = Uint32Array.from({ length: items }, (_, i) => i).filter((i) => i % groups !== group);
    const value = definedValue(statistic, order);
    if (value !== undefined) values.push(value);
  }
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  let squares = 0;
  let cubes = 0;
  for (const value of values) {
    squares += (mean - value) ** 2;
    cubes += (mean - value) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** The options of {@link bootstrapInterval} and {@link bootstrapDifference}. */
export interface BootstrapOptions {
  /** Number of resamples; 1000 by default. */
  readonly resamples?: number | undefined;
  /** Probability that the interval is meant to cover, in (0, 1); 0.95 by default. */
  readonly level?: number | undefined;
  /**
   * `"percentile"` (the default): quantiles of the resampled metric (Efron 1979). `"bca"`: bias-corrected and accelerated (Efron 1987), which
   * also follows a metric whose resamples are skewed or off centre.
   */
  readonly method?: IntervalMethod | undefined;
  /** Source of the resamples; by default a new generator of seed 0, so that the same data give the same interval. */
  readonly random?: Random | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How an interval is read off the resamples; see {@link BootstrapOptions.method}. */
export type IntervalMethod = "percentile" | "bca";

/** A metric with its interval. */
export interface BootstrapInterval {
  /** The metric of the data themselves. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Standard deviation over the resamples. */
  readonly standardError: number;
  readonly level: number;
  /** Resamples that the interval rests on. */
  readonly resamples: number;
  /** Resamples left out because they do not define the metric, such as an AUROC without a positive item. */
  readonly undefinedResamples: number;
}

/** A statistic of the items that `order` names, each as often as it is there. Throws `E_ARGUMENT` where they do not define it. */
export type Statistic = (order: Uint32Array) => number;

/** Checked options with their defaults. Throws `E_ARGUMENT`. */
function resolveBootstrap({ resamples = 1000, level = 0.95, method = "percentile", random, signal }: BootstrapOptions) {
  if (!Number.isInteger(resamples) || resamples < 2)
    throw new BaalError("E_ARGUMENT", `resamples must be a whole number of at least 2; ${resamples} came.`);
  if (!(level > 0 && level < 1)) throw new BaalError("E_ARGUMENT", `level must be between 0 and 1; ${level} came.`);
  if (method !== "percentile" && method !== "bca")
    throw new BaalError("E_ARGUMENT", `method must be "percentile" or "bca"; "${method}" came.`);
  return { resamples, level, method, random: random ?? createRandom(0), signal };
}

/** The statistic, or `undefined` where the items do not define it. */
function definedValue(statistic: Statistic, order: Uint32Array): number | undefined {
  try {
    return statistic(order);
  } catch (error) {
    if (error instanceof BaalError && error.code === "E_ARGUMENT") return undefined;
    throw error;
  }
}

/** Fills `order` with items drawn with replacement. */
function drawItems(order: Uint32Array, random: Random): void {
  for (let i = 0; i < order.length; i++) order[i] = random.integer(0, order.length - 1);
}

/** Standard normal distribution function, to about 1e-13: the series of erf near 0, its continued fraction in the tails. */
export function normalCdf(x: number): number {
  const z = Math.abs(x);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  let tail: number;
  if (z < 3) {
    let term = z;
    let sum = z;
    for (let n = 3; term > 1e-17 * sum; n += 2) {
      term *= (z * z) / n;
      sum += term;
    }
    tail = 0.5 - density * sum;
  } else {
    let fraction = z;
    for (let n = 60; n > 0; n--) fraction = z + n / fraction;
    tail = density / fraction;
  }
  return x > 0 ? 1 - tail : tail;
}

/** The x with `normalCdf(x) = p`, for p in (0, 1), by bisection: it is called a few times only. */
export function normalQuantile(p: number): number {
  let low = -40;
  let high = 40;
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

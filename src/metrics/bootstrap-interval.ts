import { BaalError, throwIfAborted } from "../errors.js";
import { INTERVAL_LEVELS } from "./interval-levels.js";
import { type MetricDefinition, summaries } from "./metric.js";
import {
  type BootstrapInterval,
  type BootstrapOptions,
  definedValue,
  drawItems,
  resolveBootstrap,
  type Statistic,
} from "./resample.js";

/**
 * A metric with a confidence interval, from resampling the items with replacement (Efron 1979). The items are summarised once and
 * each resample folds summaries by index: no copies. It says how the metric would vary with other test items, not with another training run.
 *
 * Resamples that do not define the metric (no positive item for an AUROC) are left out and counted in `undefinedResamples`; where they
 * are more than half, it throws `E_ARGUMENT`. Throws as the metric, `E_ARGUMENT` for options out of range, `E_ABORTED`.
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

import { normalCdf, normalQuantile } from "./normal-distribution.js";
import { definedValue, type IntervalMethod, type Statistic } from "./resample.js";

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
export const INTERVAL_LEVELS: Readonly<Record<IntervalMethod, (level: number, resampled: Resampled) => [number, number]>> = {
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

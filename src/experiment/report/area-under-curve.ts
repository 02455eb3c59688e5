import { createRandom } from "../../random.js";
import type { ExperimentResult } from "../experiment-results.js";
import type { Series } from "./merged-runs.js";
import { type Quartiles, quartiles } from "./quartiles.js";
import { signedRankTest } from "./wilcoxon.js";

/** A strategy's mean height over all its numbers of labels, and how that differs from random sampling with the same seeds. */
export interface AreaRow {
  readonly name: string;
  readonly metric: string;
  readonly seeds: number;
  readonly area: Quartiles;
  /** Against random sampling of the same seeds; absent for that itself, and where no seed has both. */
  readonly difference?: {
    readonly mean: number;
    /** 95 % of the paired bootstrap over seeds. */
    readonly low: number;
    readonly high: number;
    /** Wilcoxon's signed-rank test, exact, of two sides. */
    readonly pValue: number;
    readonly pairs: number;
  };
}

const RESAMPLES = 2000;

/** The area under each learning curve, by the trapezoid rule and divided by the range of labels; `undefined` for curves of one point. */
export function areaUnderCurve(series: Series, metric: string): AreaRow | undefined {
  const areas = areasBySeed(series.seeds, metric);
  if (areas.size === 0) return undefined;
  const row = { name: series.name, metric, seeds: areas.size, area: quartiles([...areas.values()]) };
  const random = series.baseline && areasBySeed(series.baseline.seeds, metric);
  const differences = [...areas].flatMap(([seed, area]) => (random?.has(seed) ? [area - random.get(seed)!] : []));
  if (differences.length === 0) return row;
  const { pValue, pairs } = signedRankTest(differences);
  return { ...row, difference: { mean: mean(differences), ...bootstrapOfMean(differences), pValue, pairs } };
}

function areasBySeed(seeds: Series["seeds"], metric: string): Map<number, number> {
  const longest = Math.max(0, ...[...seeds.values()].map((results) => results.length));
  // A run that is not at its end has another area for that alone.
  const whole = [...seeds].filter(([, results]) => results.length === longest);
  return new Map(
    whole.flatMap(([seed, results]) => {
      const area = areaOf(results, metric);
      return area === undefined ? [] : [[seed, area] as const];
    }),
  );
}

function areaOf(results: readonly ExperimentResult[], metric: string): number | undefined {
  const points = results.map(({ labels, metrics }) => ({ labels, value: metrics[metric] ?? Number.NaN }));
  const range = (points.at(-1)?.labels ?? 0) - (points[0]?.labels ?? 0);
  if (range === 0 || points.some(({ value }) => Number.isNaN(value))) return undefined;
  const sum = points.slice(1).reduce((area, { labels, value }, i) => {
    const before = points[i]!;
    return area + ((labels - before.labels) * (value + before.value)) / 2;
  }, 0);
  return sum / range;
}

/** Seeds drawn with replacement (Efron 1979): the interval of the mean difference. */
function bootstrapOfMean(differences: readonly number[]): { readonly low: number; readonly high: number } {
  const random = createRandom(0);
  const means = Float64Array.from({ length: RESAMPLES }, () =>
    mean(differences.map(() => differences[random.integer(0, differences.length - 1)]!)),
  ).sort();
  return { low: means[Math.floor(0.025 * RESAMPLES)]!, high: means[Math.ceil(0.975 * RESAMPLES) - 1]! };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

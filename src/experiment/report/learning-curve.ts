import type { ExperimentResult } from "../experiment-results.js";
import type { Series } from "./merged-runs.js";

/** A metric over all seeds at one number of labels. */
export interface CurvePoint extends Quartiles {
  readonly step: number;
  readonly labels: number;
  readonly seeds: number;
}

/** One seed's value at one number of labels. */
interface Value {
  readonly step: number;
  readonly labels: number;
  readonly value: number;
}

/** A metric's median and quartiles over the seeds, by number of labels. Values that are not defined are left out. */
export function learningCurve({ seeds }: Pick<Series, "seeds">, metric: string): CurvePoint[] {
  return curveOf([...seeds.keys()].flatMap((seed) => valuesOf(seeds, seed, metric)));
}

/** The same of what is above random sampling with the same seed and as many labels; of random sampling itself zeros. */
export function differenceCurve({ seeds, baseline }: Pick<Series, "seeds" | "baseline">, metric: string): CurvePoint[] {
  return curveOf(
    [...seeds.keys()].flatMap((seed) => {
      const random = new Map(valuesOf(baseline?.seeds ?? seeds, seed, metric).map(({ labels, value }) => [labels, value]));
      return valuesOf(seeds, seed, metric).flatMap(({ value, ...at }) => {
        const other = random.get(at.labels);
        return other === undefined ? [] : [{ ...at, value: value - other }];
      });
    }),
  );
}

/** All metrics that the series have, in the order in which they come. */
export function metricNames(series: readonly Pick<Series, "seeds">[]): string[] {
  const results = series.flatMap(({ seeds }) => [...seeds.values()].flat());
  return [...new Set(results.flatMap(({ metrics }) => Object.keys(metrics)))];
}

function valuesOf(seeds: Series["seeds"], seed: number, metric: string): Value[] {
  return (seeds.get(seed) ?? []).flatMap(({ step, labels, metrics }) => {
    const value = metrics[metric];
    return value === undefined || Number.isNaN(value) ? [] : [{ step, labels, value }];
  });
}

function curveOf(all: readonly Value[]): CurvePoint[] {
  const byLabels = new Map<number, { readonly step: number; readonly values: number[] }>();
  for (const { step, labels, value } of all) {
    const point = byLabels.get(labels) ?? { step, values: [] };
    point.values.push(value);
    byLabels.set(labels, point);
  }
  return [...byLabels]
    .sort(([a], [b]) => a - b)
    .map(([labels, { step, values }]) => ({ step, labels, seeds: values.length, ...quartiles(values) }));
}

/** Of some values: linear between them, as numpy's default. */
export interface Quartiles {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** Infinite values (a target that was not reached) count as the highest. */
export function quartiles(values: readonly number[]): Quartiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (p: number) => {
    const place = p * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    const share = place - Math.floor(place);
    return share === 0 || below === above ? below : below + share * (above - below);
  };
  return { low: at(0.25), median: at(0.5), high: at(0.75) };
}

/** Whether a run of a series came to its end: as many steps as the longest of it and of random sampling, or stopped by a criterion. */
export function isWhole({ seeds, baseline }: Pick<Series, "seeds" | "baseline">, results: readonly ExperimentResult[]): boolean {
  return results.length === mostSteps(baseline ? [{ seeds }, baseline] : [{ seeds }]) || results.at(-1)?.stopped !== undefined;
}

function mostSteps(series: readonly Pick<Series, "seeds">[]): number {
  return Math.max(0, ...series.flatMap(({ seeds }) => [...seeds.values()].map(({ length }) => length)));
}

/** How a cell ended, where not with its last step. */
export interface EarlyEnd {
  readonly name: string;
  readonly seed: number;
  readonly labels: number;
  /** The criterion's reason; `undefined` for a cell that failed or is still to be run. */
  readonly reason: string | undefined;
}

/** The cells that did not come to their last step, in the order of the series. */
export function earlyEnds(series: readonly Series[]): EarlyEnd[] {
  return series.flatMap(({ name, seeds, planned, record }) => {
    const longest = Math.max(1, mostSteps(series.filter((other) => other.record === record)));
    return planned.flatMap((seed): EarlyEnd[] => {
      const results = seeds.get(seed) ?? [];
      const last = results.at(-1);
      const isAtEnd = results.length === longest && last?.stopped === undefined;
      return isAtEnd ? [] : [{ name, seed, labels: last?.labels ?? 0, reason: last?.stopped }];
    });
  });
}

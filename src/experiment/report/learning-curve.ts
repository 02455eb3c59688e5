import type { Series } from "./merged-runs.js";
import { type Quartiles, quartiles } from "./quartiles.js";

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

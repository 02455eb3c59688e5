import type { Series } from "./merged-runs.js";
import { type Quartiles, quartiles } from "./quartiles.js";

/** A metric over all seeds at one number of labels. */
export interface CurvePoint extends Quartiles {
  readonly step: number;
  readonly labels: number;
  readonly seeds: number;
}

/** A metric's median and quartiles over the seeds, by number of labels. Values that are not defined are left out. */
export function learningCurve({ seeds }: Pick<Series, "seeds">, metric: string): CurvePoint[] {
  const byLabels = new Map<number, { readonly step: number; readonly values: number[] }>();
  for (const results of seeds.values()) {
    for (const { step, labels, metrics } of results) {
      const value = metrics[metric];
      if (value === undefined || Number.isNaN(value)) continue;
      const point = byLabels.get(labels) ?? { step, values: [] };
      point.values.push(value);
      byLabels.set(labels, point);
    }
  }
  return [...byLabels]
    .sort(([a], [b]) => a - b)
    .map(([labels, { step, values }]) => ({ step, labels, seeds: values.length, ...quartiles(values) }));
}

/** All metrics that the series have, in the order in which they come. */
export function metricNames(series: readonly Pick<Series, "seeds">[]): string[] {
  const results = series.flatMap(({ seeds }) => [...seeds.values()].flat());
  return [...new Set(results.flatMap(({ metrics }) => Object.keys(metrics)))];
}

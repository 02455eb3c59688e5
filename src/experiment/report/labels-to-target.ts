import { isLowerBetter } from "../../active/stopping.js";
import { learningCurve, type Quartiles, quartiles } from "./learning-curve.js";
import type { Series } from "./merged-runs.js";

/** How many labels it takes to a value of a metric. */
export interface TargetRow {
  readonly name: string;
  readonly metric: string;
  readonly target: number;
  readonly seeds: number;
  /** Seeds whose run reached the target. */
  readonly reached: number;
  /** Over the seeds: the labels of the first step that reached the target; infinite where a run never did. */
  readonly labels: Quartiles;
  /** The first number of labels at which the median over the seeds reached it, infinite where it never did. */
  readonly ofMedian: number;
}

/** Labels to each target, for each series. Metrics of which less is better reach a target from above. */
export function labelsToTarget(series: readonly Series[], targets: Readonly<Record<string, readonly number[]>>): TargetRow[] {
  return Object.entries(targets).flatMap(([metric, values]) =>
    values.flatMap((target) => {
      const reaches = (value: number | undefined) =>
        value !== undefined && (isLowerBetter(metric) ? value <= target : value >= target);
      return series.map((one): TargetRow => {
        const labels = [...one.seeds.values()].map(
          (results) => results.find(({ metrics }) => reaches(metrics[metric]))?.labels ?? Number.POSITIVE_INFINITY,
        );
        return {
          ...{ name: one.name, metric, target, seeds: labels.length },
          reached: labels.filter(Number.isFinite).length,
          labels: quartiles(labels),
          ofMedian: learningCurve(one, metric).find(({ median }) => reaches(median))?.labels ?? Number.POSITIVE_INFINITY,
        };
      });
    }),
  );
}

/** Targets where none were given: 80, 90 and 95 % of what the best strategy's median comes to. */
export function defaultTargets(series: readonly Series[], metric: string): Readonly<Record<string, readonly number[]>> {
  const best = Math.max(...series.map((one) => learningCurve(one, metric).at(-1)?.median ?? 0));
  const values = [0.8, 0.9, 0.95].map((share) => Math.round(1000 * share * best) / 1000).filter((target) => target > 0);
  return { [metric]: [...new Set(values)] };
}

import type { ExperimentResult } from "../experiment-results.js";
import type { Series } from "./merged-runs.js";

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

import { basename, resolve } from "node:path";
import { BaalError } from "../../core/errors.js";
import { differences } from "../../core/json-values.js";
import { type ExperimentResult, readResults, readTimings, type StepTiming } from "../experiment-results.js";
import { type RunRecord, readRunRecord, runIdentity } from "../run-record.js";
import { strategyLabel } from "../strategy-spec.js";

/** A strategy's runs over all seeds, step by step. */
export interface Series {
  /** The strategy's label; with the run's name in front where runs of different experiments are compared. */
  readonly name: string;
  readonly strategy: string;
  /** Results by seed, in the order of their steps. */
  readonly seeds: ReadonlyMap<number, readonly ExperimentResult[]>;
  readonly timings: readonly StepTiming[];
  /** All seeds of the experiment, whether or not they were run yet. */
  readonly planned: readonly number[];
  /** The same experiment's random sampling, `undefined` for that itself. */
  readonly baseline: Series | undefined;
  /** Where each seed's results came from. */
  readonly folders: ReadonlyMap<number, string>;
  readonly record: RunRecord;
  /** Of all runs that became one. */
  readonly records: readonly RunRecord[];
}

/** The fields in which runs of one experiment may differ. */
const FREE = /^(seeds|strategies)$/;

/**
 * The results of one or several folders. Runs that differ in nothing but seeds and strategies become one; others stand beside each other.
 * Throws `E_FILE_NOT_FOUND` for a folder without results, `E_CHECKPOINT` for damaged ones.
 */
export async function mergedRuns(folders: readonly string[]): Promise<readonly Series[]> {
  const runs = await Promise.all(
    folders.map(async (folder) => {
      const record = await readRunRecord(folder);
      if (record === undefined)
        throw new BaalError("E_FILE_NOT_FOUND", `${folder} has no run.json: it is not the folder of an experiment.`);
      return { folder, record, results: await readResults(folder), timings: await readTimings(folder) };
    }),
  );
  const groups: (typeof runs)[] = [];
  for (const run of runs) {
    const same = groups.find(([first]) => isSameExperiment(first!.record, run.record));
    if (same) same.push(run);
    else groups.push([run]);
  }
  return groups.flatMap((group) => {
    const { folder, record } = group[0]!;
    const prefix = groups.length === 1 ? "" : `${record.config.name ?? basename(resolve(folder))}: `;
    const strategies = [...new Set(group.flatMap(({ record: { config } }) => config.strategies.map(strategyLabel)))];
    const planned = [...new Set(group.flatMap(({ record: { config } }) => config.seeds))];
    const seriesOf = (strategy: string, baseline: Series | undefined): Series => {
      const chosen = bySeed(
        group.map((run) => ({ ...run, results: run.results.filter((result) => result.strategy === strategy) })),
      );
      return {
        ...{ name: `${prefix}${strategy}`, strategy, baseline, record, planned },
        records: group.map((run) => run.record),
        seeds: new Map([...chosen].map(([seed, { results }]) => [seed, results])),
        folders: new Map([...chosen].map(([seed, run]) => [seed, run.folder])),
        timings: group.flatMap(({ timings }) => timings.filter((timing) => timing.strategy === strategy)),
      };
    };
    const random = seriesOf("random", undefined);
    return strategies.map((strategy) => (strategy === "random" ? random : seriesOf(strategy, random)));
  });
}

interface RunOfStrategy {
  readonly folder: string;
  readonly results: readonly ExperimentResult[];
}

/** A seed that several runs have is the same in all of them: the longest is taken. */
function bySeed(runs: readonly RunOfStrategy[]): Map<number, RunOfStrategy> {
  const seeds = new Map<number, RunOfStrategy>();
  for (const { folder, results } of runs) {
    for (const seed of new Set(results.map((result) => result.seed))) {
      const steps = results.filter((result) => result.seed === seed);
      if (steps.length > (seeds.get(seed)?.results.length ?? 0)) seeds.set(seed, { folder, results: steps });
    }
  }
  return new Map([...seeds].sort(([a], [b]) => a - b));
}

function isSameExperiment(a: RunRecord, b: RunRecord): boolean {
  return differences(runIdentity(a), runIdentity(b)).every(({ field }) => FREE.test(field));
}

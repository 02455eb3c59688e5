import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { BaalError, errorMessage, throwIfAborted } from "../core/errors.js";
import type { FromPretrainedOptions } from "../models/text/text-classifier.js";
import { lockFolder } from "../system/folder-lock.js";
import { runInProcesses } from "./cell-processes.js";
import { type CellOutcome, CellRunner } from "./cell-runner.js";
import { type Cell, type CellEvent, type ExperimentPlan, planExperiment } from "./experiment-plan.js";
import { appendTiming, cellSteps, isFinished, repairTimings, writeResults } from "./experiment-results.js";
import type { PreparedExperiment } from "./prepare-experiment.js";
import { openRunRecord, type RunRecord, writeRunRecord } from "./run-record.js";

/** Options of {@link runExperiment}: where to, how many processes, who is told. */
export interface RunExperimentOptions extends Pick<FromPretrainedOptions, "signal"> {
  /** The folder of all results. A run that was interrupted continues there. */
  readonly output: string;
  readonly dataDir?: string | undefined;
  /** Cells that run at the same time, each in a process of its own, at most one per core; 1 by default: one after the other, in this one. */
  readonly processes?: number | undefined;
  /** Threads of one operation, in each process; the cores divided by the processes by default. */
  readonly threads?: number | undefined;
  /** Runs the cells that are left, in place of this machine's processes: waits until others have done them. */
  readonly elsewhere?: ((cells: readonly Cell[], run: RunElsewhere) => Promise<void>) | undefined;
  readonly onEvent?: ((event: CellEvent) => void) | undefined;
  readonly onNote?: ((text: string) => void) | undefined;
  /** Told once what is left to do, and how many steps of each cell are there already. */
  readonly onPlan?: ((plan: ExperimentPlan, done: ReadonlyMap<Cell, number>) => void) | undefined;
}

/** What others need to run cells, and whom they tell. */
export interface RunElsewhere {
  /** The experiment's folder, which has its record and all cells' logs. */
  readonly output: string;
  readonly plan: ExperimentPlan;
  /** Names the experiment. */
  readonly hash: string;
  readonly signal: AbortSignal | undefined;
  readonly onFinished: (cell: Cell, outcome: CellOutcome) => Promise<void>;
}

/**
 * Runs all cells of an experiment, or those that are left, and writes `run.json`, `cells/<strategy>-<seed>/steps.jsonl`, `timings.jsonl` and
 * `results.jsonl` into a folder. Killed anywhere and started again, it ends with the same `results.jsonl`, byte for byte, on the same machine.
 *
 * Throws `E_CHECKPOINT` where the folder holds the run of another configuration or of other data, `E_LOCKED` while another process
 * works in it, `E_ABORTED`, what lets no cell run, and `E_EXPERIMENT` once all others are done where cells failed: it names them, and the
 * same run repeats them alone. Steps done until then are kept in each case.
 *
 * @example
 * ```ts no-run=slow
 * import { prepareExperiment, runExperiment, writeReport } from "baaljs/experiment";
 *
 * const experiment = await prepareExperiment(
 *   {
 *     ...{ dataset: { name: "intents" }, model: { recipe: "distilbert-mini" }, strategies: ["random", "power:bald"] },
 *     ...{ seeds: 3, initialLabels: 100, querySize: 50, steps: 8 },
 *   },
 *   {},
 * );
 * await runExperiment(experiment, { output: "runs/intents", processes: 2 });
 * await writeReport(["runs/intents"], { output: "runs/intents" });
 * ```
 */
export async function runExperiment(experiment: PreparedExperiment, options: RunExperimentOptions): Promise<RunRecord> {
  const { output, signal, processes = 1, onPlan } = options;
  await mkdir(output, { recursive: true });
  const lock = await lockFolder(output, "lock");
  try {
    const given = options.threads ?? Math.max(1, Math.floor(availableParallelism() / processes));
    let record = await openRunRecord(output, experiment, { threads: given, onNote: options.onNote });
    // Sums depend on how they are split among threads: what was begun with so many goes on with as many.
    const { threads } = record.machine;
    if (threads !== given) options.onNote?.(`this run was begun with ${threads} threads per process, and goes on with as many`);
    const plan = planExperiment(experiment);
    const done = new Map<Cell, number>();
    const left: Cell[] = [];
    for (const cell of plan.cells) {
      const steps = await cellSteps(output, cell);
      done.set(cell, steps.length);
      if (!isFinished(steps)) left.push(cell);
    }
    onPlan?.(plan, done);
    await repairTimings(output);
    const write = inTurn(async () => {
      const spent = await writeResults(output, plan, experiment.config.evaluation.metrics);
      if (spent.size === 0) return;
      record = { ...record, drawsSpent: [...spent].map(([strategy, draws]) => ({ strategy, ...draws })) };
      await writeRunRecord(output, record);
    });
    const timings: Promise<void>[] = [];
    const onEvent = (event: CellEvent) => {
      if (event.type === "step") {
        timings.push(handled(appendTiming(output, timingOf(event))));
        // So that a report can be made of a run that goes on. Whether it can be written at all is seen at the end.
        handled(write());
      }
      options.onEvent?.(event);
    };
    const failures: CellFailure[] = [];
    const onFinished = async (cell: Cell, { error }: CellOutcome) => {
      if (error !== undefined) {
        failures.push({ cell, error });
        onEvent({ type: "failed", cell, error });
      }
      await write();
    };
    const cores = availableParallelism();
    if (processes * threads > cores)
      options.onNote?.(`${processes} processes of ${threads} threads each are more than the ${cores} cores here`);
    const run = {
      ...{ output, threads, processes: Math.min(processes, left.length, cores), dataDir: options.dataDir },
      signal,
      ...{ onEvent, onNote: (text: string) => options.onNote?.(text) },
    };
    try {
      if (options.elsewhere !== undefined) {
        if (left.length > 0) await options.elsewhere(left, { output, plan, hash: record.hash, signal, onFinished });
      } else if (run.processes > 1) await runInProcesses(experiment.config, left, { ...run, onFinished });
      else {
        const runner = new CellRunner(experiment, run);
        for (const cell of left) {
          throwIfAborted(signal, "The experiment");
          await onFinished(cell, await runner.run(cell));
        }
      }
    } finally {
      // Also of cells that are not at their end.
      await Promise.all(timings);
      await write();
    }
    if (failures.length > 0) throw cellsFailed(failures, plan.cells.length);
    return record;
  } finally {
    await lock.release();
  }
}

interface CellFailure {
  readonly cell: Cell;
  readonly error: unknown;
}

function cellsFailed(failures: readonly CellFailure[], cells: number): BaalError {
  const byMessage = new Map<string, string[]>();
  for (const { cell, error } of failures) {
    const message = errorMessage(error);
    byMessage.set(message, [...(byMessage.get(message) ?? []), `${cell.strategy} seed ${cell.seed}`]);
  }
  const reasons = [...byMessage].map(([message, names]) => `${names.join(", ")}: ${message}`);
  return new BaalError(
    "E_EXPERIMENT",
    `${failures.length} of ${cells} cells failed, the others are done; the same command repeats those alone. ${reasons.join(" ")}`,
    { cause: failures[0]!.error },
  );
}

/** Whoever awaits the promise gets its error; until then nobody needs to. */
function handled(promise: Promise<void>): Promise<void> {
  promise.catch(() => {});
  return promise;
}

/** Calls one after the other, and as one those that come while another is waiting. */
function inTurn(work: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  let waiting: Promise<void> | undefined;
  return () => {
    waiting ??= last.then(() => {
      waiting = undefined;
      const running = work();
      // What failed once may not fail again.
      last = running.catch(() => {});
      return running;
    });
    return waiting;
  };
}

function timingOf({ cell, step, seconds }: CellEvent & { readonly type: "step" }) {
  return { strategy: cell.strategy, seed: cell.seed, step: step.step, labels: step.numLabelled, seconds };
}

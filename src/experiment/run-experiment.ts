import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { throwIfAborted } from "../errors.js";
import { lockFolder } from "../folder-lock.js";
import type { FromPretrainedOptions } from "../models/text-classifier.js";
import { runInProcesses } from "./cell-processes.js";
import { CellRunner } from "./cell-runner.js";
import { type Cell, type ExperimentPlan, planExperiment } from "./experiment-plan.js";
import { appendTiming, writeResults } from "./experiment-results.js";
import type { PreparedExperiment } from "./prepare-experiment.js";
import { type CellEvent, cellSteps, isFinished } from "./run-cell.js";
import { openRunRecord, type RunRecord } from "./run-record.js";

export interface RunExperimentOptions extends Pick<FromPretrainedOptions, "signal"> {
  /** The folder of all results. A run that was interrupted continues there. */
  readonly output: string;
  readonly dataDir?: string | undefined;
  /** Cells that run at the same time, each in a process of its own; 1 by default: one after the other, in this one. */
  readonly processes?: number;
  /** Threads of one operation, in each process; the cores divided by the processes by default. */
  readonly threads?: number | undefined;
  readonly onEvent?: (event: CellEvent) => void;
  readonly onNote?: (text: string) => void;
  /** Told once what is left to do, and how many steps of each cell are there already. */
  readonly onPlan?: (plan: ExperimentPlan, done: ReadonlyMap<Cell, number>) => void;
}

/**
 * Runs all cells of an experiment, or those that are left, and writes `run.json`, `cells/<strategy>-<seed>/steps.jsonl`, `timings.jsonl` and
 * `results.jsonl` into a folder. Killed anywhere and started again, it ends with the same `results.jsonl`, byte for byte, on the same machine.
 *
 * Throws `E_CHECKPOINT` where the folder holds the run of another configuration or of other data, `E_LOCKED` while another process
 * works in it, `E_ABORTED`, and what training throws; steps done until then are kept.
 */
export async function runExperiment(experiment: PreparedExperiment, options: RunExperimentOptions): Promise<RunRecord> {
  const { output, signal, processes = 1, onPlan } = options;
  await mkdir(output, { recursive: true });
  const lock = await lockFolder(output, "lock");
  try {
    const given = options.threads ?? Math.max(1, Math.floor(availableParallelism() / processes));
    const record = await openRunRecord(output, experiment, { threads: given, onNote: options.onNote });
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
    const timings: Promise<void>[] = [];
    const run = {
      ...{ output, threads, processes: Math.min(processes, left.length), dataDir: options.dataDir },
      ...(signal && { signal }),
      onNote: (text: string) => options.onNote?.(text),
      onEvent(event: CellEvent) {
        if (event.type === "step") timings.push(appendTiming(output, timingOf(event)));
        options.onEvent?.(event);
      },
    };
    const finished = () => writeResults(output, plan.cells, experiment.config.evaluation.metrics);
    if (run.processes > 1) await runInProcesses(experiment.config, left, { ...run, onFinished: finished });
    else {
      const runner = new CellRunner(experiment, run);
      for (const cell of left) {
        throwIfAborted(signal, "The experiment");
        await runner.run(cell);
        await finished();
      }
    }
    await Promise.all(timings);
    await finished();
    return record;
  } finally {
    await lock.release();
  }
}

function timingOf({ cell, step, seconds }: CellEvent & { readonly type: "step" }) {
  return { strategy: cell.strategy, seed: cell.seed, step: step.step, labels: step.numLabelled, seconds };
}

import { throwIfAborted } from "../core/errors.js";
import { type ErrorReport, reportedError, WorkerProcess } from "../system/worker-process.js";
import type { CellOutcome } from "./cell-runner.js";
import type { ExperimentConfig } from "./experiment-config.js";
import type { Cell, CellEvent } from "./experiment-plan.js";

/** The calls of a process: once to prepare, then one cell after the other. Their errors would come again with every other cell. */
export interface CellCalls {
  prepare(experiment: {
    readonly config: ExperimentConfig;
    readonly output: string;
    readonly dataDir: string | undefined;
    readonly threads: number;
    /** Whether other machines may have the same cells. */
    readonly areCellsShared?: boolean | undefined;
  }): null;
  /** Gives the cell's own failure. */
  run(cell: Cell): ErrorReport | null;
}

export type CellProcessEvent =
  | { readonly type: "cell"; readonly event: CellEvent }
  | { readonly type: "note"; readonly text: string };

type CellProcess = WorkerProcess<CellCalls, CellProcessEvent>;

/** A process that runs cells, once it has been told of the experiment. */
export function cellProcess(): CellProcess {
  return new WorkerProcess(new URL("./cell-process.js", import.meta.url), { name: "Its process" });
}

export interface CellProcessesOptions {
  readonly output: string;
  readonly threads: number;
  readonly processes: number;
  readonly dataDir: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent: (event: CellEvent) => void;
  readonly onNote: (text: string) => void;
  /** Told how each cell came out. */
  readonly onFinished: (cell: Cell, outcome: CellOutcome) => Promise<void>;
}

/**
 * Runs cells in several processes, each of which takes the next one when it is done. A cell that fails, or whose process dies, leaves the
 * others as they are. Throws what lets no cell run (a model or data that cannot be read), and `E_ABORTED`.
 */
export async function runInProcesses(
  config: ExperimentConfig,
  cells: readonly Cell[],
  options: CellProcessesOptions,
): Promise<void> {
  const { processes, output, dataDir, threads, signal, onFinished } = options;
  const queue = [...cells];
  const started = new Set<CellProcess>();
  const end = () => Promise.all([...started].map((process) => process.stop()));
  const work = async (): Promise<void> => {
    let process: CellProcess | undefined;
    for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
      throwIfAborted(signal, "The experiment");
      const isReady = process !== undefined && !process.hasEnded;
      const current: CellProcess = isReady ? process! : cellProcess();
      started.add(current);
      process = current;
      const outcome = await outcomeOf(current, async () => {
        if (!isReady) await current.call("prepare", { config, output, dataDir, threads });
        return current.call("run", cell, { onEvent: (event) => tell(event, options) });
      });
      throwIfAborted(signal, "The experiment");
      await onFinished(cell, outcome);
    }
  };
  signal?.addEventListener("abort", end, { once: true });
  try {
    await Promise.all(Array.from({ length: processes }, work));
  } catch (error) {
    throwIfAborted(signal, "The experiment");
    throw error;
  } finally {
    signal?.removeEventListener("abort", end);
    // No other cell begins.
    queue.length = 0;
    await end();
  }
}

/** A process that has ended failed with its cell; what one that lives throws lets no cell run. */
async function outcomeOf(process: CellProcess, run: () => Promise<ErrorReport | null>): Promise<CellOutcome> {
  try {
    const report = await run();
    return { error: report === null ? undefined : reportedError(report) };
  } catch (error) {
    if (!process.hasEnded) throw error;
    return { error };
  }
}

function tell(event: CellProcessEvent, { onEvent, onNote }: Pick<CellProcessesOptions, "onEvent" | "onNote">): void {
  if (event.type === "cell") onEvent(event.event);
  else onNote(event.text);
}

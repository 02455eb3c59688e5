import { BaalError, errorMessage } from "../core/errors.js";
import { CellRunner } from "./cell-runner.js";
import type { DataPlace } from "./datasets/experiment-data.js";
import type { ExperimentConfig } from "./experiment-config.js";
import type { Cell } from "./experiment-plan.js";
import { prepareExperiment } from "./prepare-experiment.js";
import type { CellEvent } from "./run-cell.js";

/** An error on its way to another process. */
export interface ReportedError {
  readonly message: string;
  readonly code: string | undefined;
}

/** What a child is told once, before any cell. */
export interface CellProcessStart {
  readonly type: "start";
  readonly config: ExperimentConfig;
  readonly output: string;
  readonly dataDir: string | undefined;
  readonly threads: number;
}

export type CellProcessRequest = CellProcessStart | { readonly type: "run"; readonly cell: Cell };

export type CellProcessReply =
  | { readonly type: "event"; readonly event: CellEvent }
  | { readonly type: "note"; readonly text: string }
  | { readonly type: "ready" }
  /** The cell's own failure; the process is ready for the next one. */
  | { readonly type: "failed"; readonly error: ReportedError }
  /** What would come again with every other cell. */
  | { readonly type: "error"; readonly error: ReportedError };

/** The child's side of an experiment in several processes: this file is started as a process, and runs the cells that it is given. */

// A parent that has gone is noticed by "disconnect", below.
const reply = (message: CellProcessReply) => process.send?.(message, () => {});

let runner: CellRunner | undefined;

async function answer(request: CellProcessRequest): Promise<CellProcessReply> {
  if (request.type === "run") {
    const { error } = await runner!.run(request.cell);
    return error === undefined ? { type: "ready" } : { type: "failed", error: reported(error) };
  }
  const { config, output, dataDir, threads } = request;
  const place: DataPlace = { dataDir };
  runner = new CellRunner(await prepareExperiment(config, place), {
    ...{ output, threads },
    onEvent: (event) => reply({ type: "event", event }),
    onNote: (text) => reply({ type: "note", text }),
  });
  return { type: "ready" };
}

function reported(error: unknown): ReportedError {
  return { message: errorMessage(error), code: error instanceof BaalError ? error.code : undefined };
}

process.on("message", (request: CellProcessRequest) => {
  answer(request).then(reply, (error: unknown) => reply({ type: "error", error: reported(error) }));
});
// Ctrl-C reaches the whole group of processes; the parent decides. Without a parent nobody wants the rest.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit(1));

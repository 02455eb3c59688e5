import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { BaalError, type ErrorCode, throwIfAborted } from "../core/errors.js";
import type { CellProcessReply, CellProcessRequest, ReportedError } from "./cell-process.js";
import type { CellOutcome } from "./cell-runner.js";
import type { ExperimentConfig } from "./experiment-config.js";
import type { Cell } from "./experiment-plan.js";
import type { CellEvent } from "./run-cell.js";

export interface CellProcessesOptions {
  readonly output: string;
  readonly threads: number;
  readonly processes: number;
  readonly dataDir: string | undefined;
  readonly signal?: AbortSignal;
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
  const children = new Set<ChildProcess>();
  const end = () => children.forEach((child) => void child.kill("SIGKILL"));
  const work = async (): Promise<void> => {
    let child: ChildProcess | undefined;
    for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
      throwIfAborted(signal, "The experiment");
      let outcome: CellOutcome = { error: undefined };
      if (child === undefined || hasEnded(child)) {
        child = spawn();
        children.add(child);
        outcome = await request(child, { type: "start", config, output, dataDir, threads }, options);
      }
      if (outcome.error === undefined) outcome = await request(child, { type: "run", cell }, options);
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
    end();
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function spawn(): ChildProcess {
  // As TypeScript (tests, development) the child needs the loader that this process may have got in another way.
  const extension = extname(fileURLToPath(import.meta.url));
  return fork(new URL(`./cell-process${extension}`, import.meta.url), {
    serialization: "advanced",
    execArgv: extension === ".ts" ? ["--import", "tsx"] : [],
  });
}

/** Resolves when the child is ready for the next request, or has ended. Throws what would come again with every other cell. */
function request(
  child: ChildProcess,
  message: CellProcessRequest,
  { onEvent, onNote }: Pick<CellProcessesOptions, "onEvent" | "onNote">,
): Promise<CellOutcome> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      child.off("message", onMessage);
      child.off("exit", onExit);
      act();
    };
    const onMessage = (reply: CellProcessReply) => {
      if (reply.type === "event") onEvent(reply.event);
      else if (reply.type === "note") onNote(reply.text);
      else if (reply.type === "ready") settle(() => resolve({ error: undefined }));
      else if (reply.type === "failed") settle(() => resolve({ error: errorOf(reply.error) }));
      else settle(() => reject(errorOf(reply.error)));
    };
    const onExit = (code: number | null, signal: NodeJS.Signals | null) => {
      const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
      settle(() => resolve({ error: new BaalError("E_MODEL_HOST", `Its process ${how}.`) }));
    };
    child.on("message", onMessage);
    child.once("exit", onExit);
    // One that cannot be told anything has ended, which "exit" says.
    child.send(message, () => {});
  });
}

function errorOf({ message, code }: ReportedError): BaalError {
  return new BaalError((code as ErrorCode | undefined) ?? "E_MODEL_HOST", message);
}

import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { BaalError, type ErrorCode, throwIfAborted } from "../errors.js";
import type { CellProcessReply, CellProcessRequest } from "./cell-process.js";
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
  /** Told whenever a cell has come to its end. */
  readonly onFinished: () => Promise<void>;
}

/**
 * Runs cells in several processes, each of which takes the next one when it is done. The first failure ends all of them; what they had
 * recorded stays. Throws what failed, `E_ABORTED`.
 */
export async function runInProcesses(
  config: ExperimentConfig,
  cells: readonly Cell[],
  options: CellProcessesOptions,
): Promise<void> {
  const { processes, output, dataDir, threads, signal, onFinished } = options;
  const queue = [...cells];
  const children = Array.from({ length: processes }, () => spawn());
  const end = () => children.forEach((child) => void child.kill("SIGKILL"));
  signal?.addEventListener("abort", end, { once: true });
  let writing = Promise.resolve();
  try {
    await Promise.all(
      children.map(async (child) => {
        await request(child, { type: "start", config, output, dataDir, threads }, options);
        for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
          await request(child, { type: "run", cell }, options);
          writing = writing.then(onFinished);
          await writing;
        }
      }),
    );
  } catch (error) {
    throwIfAborted(signal, "The experiment");
    throw error;
  } finally {
    signal?.removeEventListener("abort", end);
    end();
  }
}

function spawn(): ChildProcess {
  // As TypeScript (tests, development) the child needs the loader that this process may have got in another way.
  const extension = extname(fileURLToPath(import.meta.url));
  return fork(new URL(`./cell-process${extension}`, import.meta.url), {
    serialization: "advanced",
    execArgv: extension === ".ts" ? ["--import", "tsx"] : [],
  });
}

/** Resolves when the child is ready for the next request. */
function request(
  child: ChildProcess,
  message: CellProcessRequest,
  { onEvent, onNote }: Pick<CellProcessesOptions, "onEvent" | "onNote">,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      child.off("message", onMessage);
      child.off("exit", onExit);
      act();
    };
    const onMessage = (reply: CellProcessReply) => {
      if (reply.type === "event") onEvent(reply.event);
      else if (reply.type === "note") onNote(reply.text);
      else if (reply.type === "ready") settle(resolve);
      else settle(() => reject(new BaalError((reply.code as ErrorCode | undefined) ?? "E_MODEL_HOST", reply.message)));
    };
    const onExit = (code: number | null, signal: NodeJS.Signals | null) => {
      const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
      settle(() =>
        reject(new BaalError("E_MODEL_HOST", `A process of the experiment ${how}; the same command continues where it was.`)),
      );
    };
    child.on("message", onMessage);
    child.once("exit", onExit);
    child.send(message);
  });
}

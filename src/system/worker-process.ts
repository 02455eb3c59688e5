import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { getPriority, setPriority } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { BaalError, type ErrorCode, errorMessage } from "../core/errors.js";
import { diskFullMessage } from "./disk-reserve.js";

/*
 * Work in another process. `Calls` says what it can be asked, by name, as functions of one argument; `Event` is what it tells while it
 * works. Messages are structured clones, so arrays travel as bytes; an argument holds no functions and no signals.
 *
 *   parent                                                  child, a file of its own
 *   new WorkerProcess<Calls, Event>(url).call(name, ...)    answerCalls<Calls, Event>({ name: (argument, { signal, tell }) => ... })
 */

/** The argument of a call. */
export type ArgumentOf<Calls, Name extends keyof Calls> = Calls[Name] extends (argument: infer Argument) => unknown
  ? Argument
  : never;

/** The answer of a call. */
export type AnswerOf<Calls, Name extends keyof Calls> = Calls[Name] extends (argument: never) => infer Answer ? Answer : never;

/** An error on its way to another process: what a {@link BaalError} says outlives the way, and that a disk is full. */
export interface ErrorReport {
  readonly message: string;
  readonly code: ErrorCode | undefined;
  readonly stack: string | undefined;
}

export function errorReport(error: unknown): ErrorReport {
  const full = error instanceof BaalError ? undefined : diskFullMessage(error);
  const code = error instanceof BaalError ? error.code : full === undefined ? undefined : "E_STORE";
  return { message: full ?? errorMessage(error), code, stack: error instanceof Error ? error.stack : undefined };
}

/** The error of a report: with its code, `E_MODEL_HOST` where it had none, and the other process's stack as its cause. */
export function reportedError({ message, code, stack }: ErrorReport): BaalError {
  return new BaalError(code ?? "E_MODEL_HOST", message, { cause: stack });
}

type Request =
  | { readonly kind: "call"; readonly id: number; readonly name: PropertyKey; readonly argument: unknown }
  | { readonly kind: "abort"; readonly id: number };

type Reply =
  | { readonly kind: "answer"; readonly id: number; readonly value: unknown }
  | { readonly kind: "event"; readonly id: number; readonly event: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly error: ErrorReport };

/** Comes to a handler in the child beside its argument. */
export interface CallContext<Event> {
  /** Fires when the caller's does. */
  readonly signal: AbortSignal;
  /** Tells the caller something while the call goes on. */
  readonly tell: (event: Event) => void;
}

export type CallHandlers<Calls, Event> = {
  readonly [Name in keyof Calls]: (
    argument: ArgumentOf<Calls, Name>,
    context: CallContext<Event>,
  ) => AnswerOf<Calls, Name> | Promise<AnswerOf<Calls, Name>>;
};

/**
 * The child's side: answers the parent's calls, one after the other, until the parent has gone. To be called once, by the file that is
 * started as a process.
 */
export function answerCalls<Calls, Event = never>(handlers: CallHandlers<Calls, Event>): void {
  const underWay = new Map<number, AbortController>();
  let last: Promise<void> = Promise.resolve();
  // A parent that has gone is noticed by "disconnect", below.
  const send = (reply: Reply) => process.send?.(reply, () => {});
  const answer = async ({ id, name, argument }: Request & { kind: "call" }, signal: AbortSignal): Promise<void> => {
    try {
      // The name and its argument come from one typed call on the other side.
      const handler = handlers[name as keyof Calls] as (argument: unknown, context: CallContext<Event>) => unknown;
      const value = await handler(argument, { signal, tell: (event) => send({ kind: "event", id, event }) });
      send({ kind: "answer", id, value });
    } catch (error) {
      send({ kind: "failed", id, error: errorReport(error) });
    } finally {
      underWay.delete(id);
    }
  };
  process.on("message", (request: Request) => {
    if (request.kind === "abort") {
      underWay.get(request.id)?.abort();
      return;
    }
    const controller = new AbortController();
    underWay.set(request.id, controller);
    last = last.then(() => answer(request, controller.signal));
  });
  // Ctrl-C reaches every process of the terminal; the parent decides when to end, and may finish something first.
  process.on("SIGINT", () => {});
  // The parent is gone: nobody is left to work for.
  process.on("disconnect", () => process.exit(0));
}

export interface WorkerProcessOptions {
  /** Its name in messages: "The process that runs the model". */
  readonly name: string;
  /** How to go on after its end: ends the message. */
  readonly remedy?: string | undefined;
  /** So many levels (nice values) the process stands behind this one, 0 (default) to 19. Throws `E_ARGUMENT` for others. */
  readonly nice?: number | undefined;
}

export interface WorkerCallOptions<Event> {
  /** Fires in the child, too, which decides when it ends; nothing is ended here. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: Event) => void) | undefined;
}

interface PendingCall<Event> {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  readonly onEvent: ((event: Event) => void) | undefined;
}

/** The parent's side: a process that is started at once, answers calls, and is not started again once it has ended. */
export class WorkerProcess<Calls, Event = never> {
  readonly #child: ChildProcess;
  readonly #options: WorkerProcessOptions;
  readonly #pending = new Map<number, PendingCall<Event>>();
  #nextId = 0;
  #end: string | undefined;

  /** `module` is the child's file, as `new URL("./child.js", import.meta.url)`; in TypeScript (tests, development) its source is meant. */
  constructor(module: URL, options: WorkerProcessOptions) {
    const { nice = 0 } = options;
    if (!Number.isInteger(nice) || nice < 0 || nice > 19)
      throw new BaalError("E_ARGUMENT", `nice is a whole number of levels from 0 to 19; ${nice} came.`);
    this.#options = options;
    const { file, execArgv } = startable(module);
    this.#child = fork(file, { serialization: "advanced", execArgv: [...execArgv] });
    // Before it has any work, so that all threads that compute inherit it.
    if (this.#child.pid !== undefined) setPriority(this.#child.pid, Math.min(19, getPriority() + nice));
    this.#child.on("message", (reply: Reply) => this.#receive(reply));
    this.#child.once("exit", (code, signal) => this.#lose(signal ? `was ended by ${signal}` : `ended with exit code ${code}`));
    this.#child.once("error", (error) => this.#lose(`failed: ${error.message}`));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether the process is gone, or takes no more calls. */
  get hasEnded(): boolean {
    return this.#end !== undefined || !this.#child.connected;
  }

  /**
   * Asks for something and gives the answer. Throws what the child's handler threw, with its code, `E_MODEL_HOST` where the process has
   * ended or ends before it has answered, and what `onEvent` throws, which aborts the call.
   */
  call<Name extends keyof Calls>(
    name: Name,
    argument: ArgumentOf<Calls, Name>,
    { signal, onEvent }: WorkerCallOptions<Event> = {},
  ): Promise<AnswerOf<Calls, Name>> {
    const id = this.#nextId++;
    return new Promise<AnswerOf<Calls, Name>>((resolve, reject) => {
      if (this.hasEnded) throw this.#gone(this.#end ?? "takes no messages");
      const abort = () => this.#send({ kind: "abort", id });
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          this.#pending.delete(id);
          signal?.removeEventListener("abort", abort);
          settle(value);
        };
      signal?.addEventListener("abort", abort, { once: true });
      const call: PendingCall<Event> = { resolve: settled(resolve), reject: settled(reject), onEvent };
      this.#pending.set(id, call);
      try {
        this.#send({ kind: "call", id, name, argument }, (error) => call.reject(this.#gone("takes no messages", error)));
      } catch (error) {
        // What cannot be cloned.
        call.reject(error);
      }
      if (signal?.aborted) abort();
    });
  }

  /** Ends the process and waits until it is gone; calls that are under way fail with `E_MODEL_HOST`. */
  async stop(): Promise<void> {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await gone;
  }

  /** Of a process that is gone nothing can be asked, which its end says. */
  #send(request: Request, onError?: (error: Error) => void): void {
    this.#child.send(request, (error) => {
      if (error) onError?.(error);
    });
  }

  #gone(how: string, cause?: Error): BaalError {
    const { name, remedy } = this.#options;
    const reason = cause === undefined ? how : `${how}: ${cause.message}`;
    return new BaalError("E_MODEL_HOST", `${name} ${reason}${remedy === undefined ? "." : `; ${remedy}.`}`, { cause });
  }

  #lose(how: string): void {
    this.#end ??= how;
    for (const call of [...this.#pending.values()]) call.reject(this.#gone(how));
  }

  #receive(reply: Reply): void {
    const call = this.#pending.get(reply.id);
    if (!call) return;
    if (reply.kind === "answer") call.resolve(reply.value as never);
    else if (reply.kind === "failed") call.reject(reportedError(reply.error));
    else {
      try {
        call.onEvent?.(reply.event as Event);
      } catch (error) {
        this.#send({ kind: "abort", id: reply.id });
        call.reject(error);
      }
    }
  }
}

/**
 * How a file of the package is started as a process: where only its source is there (tests, development), with the loader that this
 * process may have got in another way.
 */
export function startable(module: URL): { readonly file: string; readonly execArgv: readonly string[] } {
  const file = fileURLToPath(module);
  const source = file.replace(/\.js$/, ".ts");
  if (existsSync(file) || !existsSync(source)) return { file, execArgv: [] };
  // Found from the source's own folder on: the working folder may be anywhere.
  const loader = pathToFileURL(createRequire(source).resolve("tsx"));
  return { file: source, execArgv: ["--import", loader.href] };
}

import { exitCodes } from "./usage-error.js";

/** The user or the system has ended the command. */
export class InterruptedError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super("interrupted");
    this.name = "InterruptedError";
    this.exitCode = exitCode;
  }
}

const signals = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated } as const;

/** Fires once nobody reads what this process writes; a process has one output. */
const unread = new AbortController();

/** Ends what runs, in order and without a word: `baal ... | head` has closed our output, as it may. */
export function endUnread(): void {
  unread.abort(new InterruptedError(exitCodes.unread));
}

/**
 * Runs work with a signal that Ctrl-C, a termination or a closed output aborts, so that it can leave its files in order. A second Ctrl-C ends the
 * process at once. Throws {@link InterruptedError} when the work ends with an error after that.
 */
export async function withInterruption<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const onSignal = (name: NodeJS.Signals) => {
    const exitCode = name === "SIGTERM" ? signals.SIGTERM : signals.SIGINT;
    if (abort.signal.aborted) process.exit(exitCode);
    abort.abort(new InterruptedError(exitCode));
  };
  const onUnread = () => abort.abort(unread.signal.reason);
  for (const name of Object.keys(signals)) process.on(name, onSignal);
  unread.signal.addEventListener("abort", onUnread);
  try {
    return await work(abort.signal);
  } catch (error) {
    throw abort.signal.aborted ? abort.signal.reason : error;
  } finally {
    for (const name of Object.keys(signals)) process.off(name, onSignal);
    unread.signal.removeEventListener("abort", onUnread);
  }
}

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

/**
 * Runs work with a signal that Ctrl-C or a termination aborts, so that it can leave its files in order. A second Ctrl-C ends the
 * process at once. Throws {@link InterruptedError} when the work ends with an error after that.
 */
export async function withInterruption<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const onSignal = (name: NodeJS.Signals) => {
    const exitCode = name === "SIGTERM" ? signals.SIGTERM : signals.SIGINT;
    if (abort.signal.aborted) process.exit(exitCode);
    abort.abort(new InterruptedError(exitCode));
  };
  for (const name of Object.keys(signals)) process.on(name, onSignal);
  try {
    return await work(abort.signal);
  } catch (error) {
    throw abort.signal.aborted ? abort.signal.reason : error;
  } finally {
    for (const name of Object.keys(signals)) process.off(name, onSignal);
  }
}

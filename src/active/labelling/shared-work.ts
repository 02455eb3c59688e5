import { BaalError, throwIfAborted } from "../../core/errors.js";

interface Run {
  readonly controller: AbortController;
  readonly done: Promise<void>;
  waiters: number;
}

/** Work that runs once for all who wait for it. Who gives up leaves it to the others; it is cancelled when nobody waits any more. */
export class SharedWork {
  readonly #work: (signal: AbortSignal) => Promise<void>;
  #run: Run | undefined;

  constructor(work: (signal: AbortSignal) => Promise<void>) {
    this.#work = work;
  }

  /** Joins the work under way, or starts it. Throws what it throws, and `E_ABORTED` as soon as `signal` fires. */
  async run(signal: AbortSignal | undefined, what: string): Promise<void> {
    while (this.#run?.controller.signal.aborted) await unlessAborted(ended(this.#run), { signal, what });
    this.#run ??= this.#start();
    const run = this.#run;
    run.waiters++;
    try {
      await unlessAborted(run.done, { signal, what });
    } finally {
      run.waiters--;
      if (run.waiters === 0 && this.#run === run) run.controller.abort();
    }
  }

  /** Cancels the work and waits for its end. */
  async stop(): Promise<void> {
    this.#run?.controller.abort();
    while (this.#run) await ended(this.#run);
  }

  #start(): Run {
    const controller = new AbortController();
    const done = Promise.resolve()
      .then(() => this.#work(controller.signal))
      .finally(() => {
        this.#run = undefined;
      });
    return { controller, done, waiters: 0 };
  }
}

/** Its failure is told to those who wait for it. */
function ended({ done }: Run): Promise<void> {
  return done.then(
    () => {},
    () => {},
  );
}

function unlessAborted(
  promise: Promise<void>,
  { signal, what }: { readonly signal: AbortSignal | undefined; readonly what: string },
): Promise<void> {
  if (!signal) return promise;
  throwIfAborted(signal, what);
  return new Promise((resolve, reject) => {
    const abort = () => reject(new BaalError("E_ABORTED", `${what} was cancelled.`, { cause: signal.reason }));
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

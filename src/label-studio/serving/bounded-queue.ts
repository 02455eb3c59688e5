import { BaalError, throwIfAborted } from "../../core/errors.js";
import { HttpError } from "../contract/http-error.js";

export interface BoundedQueueOptions {
  /** Most requests that are worked on at once. */
  readonly maxRunning: number;
  /** Most tasks that the waiting requests may have together. */
  readonly maxWaitingTasks: number;
  readonly clock?: Clock | undefined;
}

/** Numbers for a monitoring system: now, but for `rejected` and `completed`, which count from the start. */
export interface QueueStats {
  readonly running: number;
  readonly runningTasks: number;
  readonly waiting: number;
  readonly waitingTasks: number;
  readonly rejected: number;
  readonly completed: number;
}

interface WaitingCall {
  readonly size: number;
  readonly begin: () => void;
}

const LONGEST_RETRY_SECONDS = 60;

/** The rate of work is that of about the last so many busy milliseconds. */
const MEMORY_MS = 60_000;

/** Runs a few requests at a time, lets some wait in their order, and refuses the rest: better an answer at once than one too late. */
export class BoundedQueue {
  readonly #options: BoundedQueueOptions;
  readonly #clock: Clock;
  readonly #waiting: WaitingCall[] = [];
  #running = 0;
  #runningTasks = 0;
  #waitingTasks = 0;
  #rejected = 0;
  #completed = 0;
  /** Tasks done, and the time in which there was work to do, of late. */
  #recentTasks = 0;
  #recentMs = 0;
  #busySince = 0;

  /** Throws `E_ARGUMENT`. */
  constructor(options: BoundedQueueOptions) {
    const { maxRunning, maxWaitingTasks, clock = systemClock } = options;
    if (!Number.isInteger(maxRunning) || maxRunning < 1 || !(maxWaitingTasks >= 0)) {
      throw new BaalError(
        "E_ARGUMENT",
        `maxRunning is a whole number above 0 (${maxRunning} came), maxWaitingTasks a number of tasks (${maxWaitingTasks} came).`,
      );
    }
    this.#options = options;
    this.#clock = clock;
  }

  /**
   * Does `work` for a request of `size` tasks when its turn has come. Throws a 503 (`E_BUSY`) with `Retry-After` when too much is
   * waiting, `E_ABORTED` when the caller leaves before its turn, and what `work` throws.
   */
  async run<T>(size: number, work: () => Promise<T>, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<T> {
    throwIfAborted(signal, "The request");
    if (this.#running < this.#options.maxRunning && this.#waiting.length === 0) this.#begin(size);
    else await this.#wait(size, signal);
    try {
      return await work();
    } finally {
      this.#end(size);
    }
  }

  stats(): QueueStats {
    return {
      running: this.#running,
      runningTasks: this.#runningTasks,
      waiting: this.#waiting.length,
      waitingTasks: this.#waitingTasks,
      rejected: this.#rejected,
      completed: this.#completed,
    };
  }

  #wait(size: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#waitingTasks + size > this.#options.maxWaitingTasks) {
      this.#rejected++;
      const seconds = this.#retryAfterSeconds();
      throw new HttpError(
        503,
        "E_BUSY",
        `Too many predictions are waiting (${this.#waitingTasks} tasks, at most ${this.#options.maxWaitingTasks}): ask again in ${seconds} s, or for fewer tasks.`,
        { headers: { "Retry-After": String(seconds) } },
      );
    }
    this.#waitingTasks += size;
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(call), 1);
        this.#waitingTasks -= size;
        reject(new BaalError("E_ABORTED", "The request was cancelled.", { cause: signal?.reason }));
      };
      const call = {
        size,
        begin: () => {
          signal?.removeEventListener("abort", leave);
          this.#waitingTasks -= size;
          this.#begin(size);
          resolve();
        },
      };
      this.#waiting.push(call);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  #begin(size: number): void {
    if (this.#running === 0) this.#busySince = this.#clock.now();
    this.#running++;
    this.#runningTasks += size;
  }

  #end(size: number): void {
    this.#running--;
    this.#runningTasks -= size;
    this.#completed++;
    const now = this.#clock.now();
    this.#recentTasks += size;
    this.#recentMs += now - this.#busySince;
    this.#busySince = now;
    if (this.#recentMs > MEMORY_MS) {
      this.#recentTasks /= 2;
      this.#recentMs /= 2;
    }
    if (this.#running < this.#options.maxRunning) this.#waiting.shift()?.begin();
  }

  /** When about half of what is there will be done, as far as one can tell. */
  #retryAfterSeconds(): number {
    const left = (this.#waitingTasks + this.#runningTasks) / 2;
    const seconds = this.#recentTasks > 0 ? (left * this.#recentMs) / this.#recentTasks / 1000 : 1;
    return Math.max(1, Math.min(LONGEST_RETRY_SECONDS, Math.ceil(seconds)));
  }
}

/** Time as the serving parts see it, so that tests can hold it still. */
export interface Clock {
  /** Milliseconds that never run backwards; only differences mean something. */
  now(): number;
  /** Calls `run` once, so many milliseconds from now, unless the function that it gives is called before. */
  after(milliseconds: number, run: () => void): () => void;
}

/** The machine's own. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};

import { BaalError } from "../core/errors.js";
import { type AnswerOf, type ArgumentOf, WorkerProcess } from "../system/worker-process.js";
import type { HeadCalls } from "./head-calls.js";

export interface HeadHostOptions {
  /** The file that is started as the process, one that answers the calls; by default that of {@link HeadCalls}. */
  readonly module?: URL | undefined;
  /** So many levels (nice values) the process stands behind this one, 0 (default) to 19. */
  readonly nice?: number | undefined;
}

/**
 * Heads over the vectors of frozen encoders, in a process of their own that starts with the first call. One that died is started again by the next
 * call, without its heads: they are solved again, from vectors that are on the disk.
 */
export class HeadHost<Calls extends HeadCalls = HeadCalls> {
  readonly #options: HeadHostOptions;
  #worker: WorkerProcess<Calls> | undefined;
  #isStopped = false;

  constructor(options: HeadHostOptions = {}) {
    this.#options = options;
  }

  /** Process id of the child; `undefined` while none runs. */
  get pid(): number | undefined {
    return this.#worker?.hasEnded ? undefined : this.#worker?.pid;
  }

  /** Throws what the call throws, and `E_MODEL_HOST` where the process ends meanwhile. */
  call<Name extends keyof Calls>(
    name: Name,
    argument: ArgumentOf<Calls, Name>,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<AnswerOf<Calls, Name>> {
    if (this.#isStopped) return Promise.reject(new BaalError("E_MODEL_HOST", "The process that solves heads has been stopped."));
    if (this.#worker === undefined || this.#worker.hasEnded) {
      const { module = new URL("./head-process.js", import.meta.url) } = this.#options;
      this.#worker = new WorkerProcess<Calls>(module, {
        name: "The process that solves heads",
        remedy: "the next call starts a new one",
        nice: this.#options.nice,
      });
    }
    return this.#worker.call(name, argument, { signal });
  }

  /** Ends the process for good: calls fail with `E_MODEL_HOST`. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#worker?.stop();
  }
}

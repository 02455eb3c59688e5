import { BaalError } from "../../core/errors.js";
import { WorkerProcess } from "../../system/worker-process.js";
import type { EmbedRequest, LoadRequest, Ranking, RankingCalls, RankingEvent, RankRequest } from "./ranking-calls.js";

export interface RankerOptions {
  readonly onEvent?: ((event: RankingEvent) => void) | undefined;
  readonly onRanking: (ranking: Ranking) => void;
  /** Ranking failed: the order stays as it is. */
  readonly onFailure: (error: unknown) => void;
  /** What is to be ranked now; asked for when a ranking begins. */
  readonly request: () => Omit<RankRequest, "withHeldOut">;
}

/** Whoever types comes first. */
const NICE = 10;
/** How well the labels predict each other is found out again after so many rankings. */
const HELD_OUT_EVERY = 5;

/**
 * Ranks a project's items anew after answers, in a process of its own: one ranking at a time, and what is answered meanwhile is in the next.
 * Nothing here waits for it.
 */
export class Ranker {
  readonly #options: RankerOptions;
  readonly #worker: WorkerProcess<RankingCalls, RankingEvent>;
  #isReady = false;
  #isDirty = true;
  #running: Promise<void> | undefined;
  #rankings = 0;
  #isStopped = false;

  constructor(options: RankerOptions) {
    this.#options = options;
    this.#worker = new WorkerProcess(new URL("./ranking-process.js", import.meta.url), {
      name: "The process that ranks items",
      remedy: "labelling goes on without it; begin again to have a ranking",
      nice: NICE,
    });
  }

  /** Whether a ranking is being made. */
  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  /** Loads the encoder. Throws what loading throws, with its code. */
  async load(request: LoadRequest, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    await this.#worker.call("load", request, { signal, onEvent: this.#options.onEvent });
  }

  /** Computes the items' vectors, then ranks for the first time. Failure is told, not thrown. */
  begin(request: EmbedRequest): void {
    void this.#worker.call("embed", request, { onEvent: this.#options.onEvent }).then(
      () => {
        this.#isReady = true;
        this.#next();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  /** Answers, labels or items are other ones than before. */
  changed(): void {
    this.#isDirty = true;
    this.#next();
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#worker.stop();
  }

  #next(): void {
    if (!this.#isReady || !this.#isDirty || this.#running || this.#isStopped) return;
    this.#isDirty = false;
    this.#running = this.#rank().finally(() => {
      this.#running = undefined;
      // Not at once: what has just been typed is handled first.
      setImmediate(() => this.#next());
    });
  }

  async #rank(): Promise<void> {
    try {
      const withHeldOut = this.#rankings % HELD_OUT_EVERY === 0;
      const ranking = await this.#worker.call("rank", { ...this.#options.request(), withHeldOut });
      this.#rankings++;
      if (!this.#isStopped) this.#options.onRanking(ranking);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#isStopped || (error instanceof BaalError && error.code === "E_POOL_EMPTY")) return;
    this.#options.onFailure(error);
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import { BaalError, errorMessage } from "../../core/errors.js";
import type { RunStatus, TrainingRun } from "../state/records.js";
import type { Store } from "../state/store.js";
import type { BackendTrainingOptions } from "./training-options.js";

export interface TrainingQueueOptions {
  /** Where requests, beginnings and ends of trainings are recorded. */
  readonly store: Pick<Store, "addTrainingRequest" | "removeTrainingRequest" | "beginRun" | "endRun">;
  readonly job: TrainingJob;
  /** Trainings at the same time, of different projects. 1 by default. */
  readonly concurrency?: number | undefined;
  /** Until a training whose beginning could not be recorded is tried again, in milliseconds; 30,000 by default. */
  readonly retryMs?: number | undefined;
}

/** The present state of a project's training. */
export interface TrainingState {
  readonly state: "idle" | "queued" | "running";
  /** Of the training that runs, else of the one that waits. */
  readonly cause: string | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number | undefined;
  readonly progress: TrainingProgress | undefined;
  /** Whether another one follows the one that runs. */
  readonly isRequestedAgain: boolean;
  /** The last end since the server started. */
  readonly last: (TrainingEnd & { readonly endedAt: number }) | undefined;
}

export type TrainingEvent =
  | { readonly type: "queued" | "started"; readonly projectId: number; readonly cause: string }
  | { readonly type: "progress"; readonly projectId: number; readonly progress: TrainingProgress }
  | { readonly type: "ended"; readonly projectId: number; readonly end: TrainingEnd };

/** The outcome of a request: `"coalesced"` with one that waits already, `"refused"` because the queue shuts down. */
export type RequestOutcome = "queued" | "coalesced" | "refused";

/** Waits for what a training of the project needs before it begins. */
export type ReadyTraining = (projectId: number, cause: string, signal: AbortSignal) => Promise<void>;

interface Waiting {
  readonly cause: string;
  readonly controller: AbortController;
  isReady: boolean;
}

interface Running {
  readonly cause: string;
  readonly startedAt: number;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
  progress: TrainingProgress | undefined;
}

/**
 * One training per project at a time, and a bounded number of them altogether. Requests for a project that waits already are one
 * request; those that come while it is being trained lead to one more training after it, since they may be about newer annotations.
 * Requests that wait are in the store until their training begins: the next start of the server asks for it again, and for those that could not begin on a full disk.
 */
export class TrainingQueue {
  readonly #options: TrainingQueueOptions;
  readonly #concurrency: number;
  /** Projects that wait, in the order of their turns. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #running = new Map<number, Running>();
  readonly #last = new Map<number, TrainingEnd & { readonly endedAt: number }>();
  readonly #listeners = new Set<(event: TrainingEvent) => void>();
  /** Ends of runs that could not be recorded: on a full disk. */
  #unrecorded: { readonly id: number; readonly end: TrainingEnd }[] = [];
  #isShutDown = false;
  #ready: ReadyTraining | undefined;

  /** Throws `E_ARGUMENT`. */
  constructor(options: TrainingQueueOptions) {
    const { concurrency = 1 } = options;
    if (!Number.isInteger(concurrency) || concurrency < 1)
      throw new BaalError("E_ARGUMENT", `concurrency is a whole number of at least 1, ${concurrency} came.`);
    this.#options = options;
    this.#concurrency = concurrency;
  }

  /** Asks for a training. It starts at once where nothing stands in its way, but not before this has returned. */
  request(projectId: number, cause: string): RequestOutcome {
    if (this.#isShutDown) return "refused";
    if (this.#waiting.has(projectId)) return "coalesced";
    const ready = this.#ready;
    this.#wait(projectId, cause, ready && ((signal) => ready(projectId, cause, signal)));
    this.#record(({ addTrainingRequest }) => addTrainingRequest({ projectId, cause }));
    return "queued";
  }

  #wait(projectId: number, cause: string, until: ((signal: AbortSignal) => Promise<void>) | undefined): void {
    const waiting: Waiting = { cause, controller: new AbortController(), isReady: until === undefined };
    const { signal } = waiting.controller;
    this.#waiting.set(projectId, waiting);
    this.#emit({ type: "queued", projectId, cause });
    Promise.resolve()
      .then(() => until?.(signal))
      .catch((error: unknown) => {
        if (!signal.aborted)
          process.emitWarning(`A training does not wait any longer: ${errorMessage(error)}`, { code: "BAAL_TRAINING" });
      })
      .finally(() => {
        waiting.isReady = true;
        this.#startNext();
      });
  }

  /** Ends the project's training and forgets its requests. Whether there was anything to cancel. */
  cancel(projectId: number): boolean {
    const waiting = this.#waiting.get(projectId);
    const cause = waiting?.cause;
    const running = this.#running.get(projectId);
    this.#waiting.delete(projectId);
    waiting?.controller.abort();
    if (!this.#isShutDown && cause !== undefined) this.#record(({ removeTrainingRequest }) => removeTrainingRequest(projectId));
    running?.controller.abort(new BaalError("E_ABORTED", "The training was cancelled."));
    if (cause !== undefined && running === undefined) {
      this.#end(projectId, { status: "cancelled", message: "it was cancelled before it began" });
    }
    return cause !== undefined || running !== undefined;
  }

  state(projectId: number): TrainingState {
    const running = this.#running.get(projectId);
    const waiting = this.#waiting.get(projectId)?.cause;
    return {
      state: running ? "running" : waiting === undefined ? "idle" : "queued",
      cause: running?.cause ?? waiting,
      startedAt: running?.startedAt,
      progress: running?.progress,
      isRequestedAgain: running !== undefined && waiting !== undefined,
      last: this.#last.get(projectId),
    };
  }

  /** Trainings under way. */
  get running(): number {
    return this.#running.size;
  }

  /** Calls the listener with what happens from now on; the function that it gives ends that. */
  subscribe(listener: (event: TrainingEvent) => void): () => void {
    const own = (event: TrainingEvent) => listener(event);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /**
   * Trainings that are asked for from now on begin when `ready` has resolved for them; further requests meanwhile are the same request. One that
   * throws is told, and does not keep the training from beginning. The function that it gives ends that.
   */
  wait(ready: ReadyTraining): () => void {
    this.#ready = ready;
    return () => {
      this.#ready = undefined;
    };
  }

  /** Cancels all trainings, takes no more requests, and resolves when the last training has ended. */
  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    for (const projectId of [...this.#waiting.keys(), ...this.#running.keys()]) this.cancel(projectId);
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  #startNext(): void {
    for (const [projectId, { cause, isReady }] of this.#waiting) {
      if (this.#running.size >= this.#concurrency) return;
      if (this.#running.has(projectId) || !isReady) continue;
      this.#waiting.delete(projectId);
      this.#start(projectId, cause);
    }
  }

  #start(projectId: number, cause: string): void {
    const controller = new AbortController();
    // The training begins when it is known to run.
    const ended = Promise.resolve().then(async () => {
      const end = await this.#run(projectId, cause, controller.signal);
      this.#running.delete(projectId);
      this.#end(projectId, end);
      this.#startNext();
    });
    this.#running.set(projectId, { cause, startedAt: Date.now(), controller, ended, progress: undefined });
    this.#emit({ type: "started", projectId, cause });
  }

  /** Never throws: whatever goes wrong is how the training ended. */
  async #run(projectId: number, cause: string, signal: AbortSignal): Promise<TrainingEnd> {
    const { store, job } = this.#options;
    const onProgress = (progress: TrainingProgress) => {
      const running = this.#running.get(projectId);
      if (running?.controller.signal !== signal) return;
      running.progress = progress;
      this.#emit({ type: "progress", projectId, progress });
    };
    let run: Pick<TrainingRun, "id">;
    try {
      this.#recordEnds();
      run = store.beginRun(projectId, cause);
    } catch (error) {
      const message = `its beginning could not be recorded: ${errorMessage(error)}`;
      if (this.#isShutDown || signal.aborted || !(error instanceof BaalError && error.code === "E_STORE"))
        return { status: "failed", message };
      // A full disk: what was asked for is done when there is space.
      const { retryMs = 30_000 } = this.#options;
      if (!this.#waiting.has(projectId))
        this.#wait(projectId, cause, (abort) => sleep(retryMs, undefined, { signal: abort, ref: false }));
      return { status: "failed", message: `${message} It is tried again.` };
    }
    if (!this.#waiting.has(projectId)) this.#record(({ removeTrainingRequest }) => removeTrainingRequest(projectId));
    const end = await this.#ended(() => job(projectId, cause, { signal, onProgress }), signal);
    try {
      store.endRun(run.id, end);
      return end;
    } catch (error) {
      this.#unrecorded.push({ id: run.id, end });
      const unrecorded = `its end could not be recorded: ${errorMessage(error)}`;
      return { ...end, message: end.message === undefined ? unrecorded : `${end.message}; ${unrecorded}` };
    }
  }

  /** A request is one even where it cannot be written down: the training would tell why. */
  #record(write: (store: TrainingQueueOptions["store"]) => void): void {
    try {
      write(this.#options.store);
    } catch (error) {
      process.emitWarning(`A request of a training could not be recorded: ${errorMessage(error)}`, { code: "BAAL_TRAINING" });
    }
  }

  #recordEnds(): void {
    for (;;) {
      const [first] = this.#unrecorded;
      if (first === undefined) return;
      this.#options.store.endRun(first.id, first.end);
      this.#unrecorded.shift();
    }
  }

  async #ended(run: () => Promise<TrainingEnd>, signal: AbortSignal): Promise<TrainingEnd> {
    try {
      return await run();
    } catch (error) {
      if (!signal.aborted) return { status: "failed", message: errorMessage(error) };
      // Nobody has cancelled it: it is begun again with the next start.
      if (this.#isShutDown) return { status: "interrupted", message: "the server was shut down" };
      return { status: "cancelled", message: "it was cancelled" };
    }
  }

  #end(projectId: number, end: TrainingEnd): void {
    this.#last.set(projectId, { ...end, endedAt: Date.now() });
    this.#emit({ type: "ended", projectId, end });
  }

  /** A listener's error is its own: it neither ends a training nor the queue. */
  #emit(event: TrainingEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        process.emitWarning(`A listener of the training queue failed: ${errorMessage(error)}`, { code: "BAAL_TRAINING" });
      }
    }
  }
}

export interface StartPolicy extends Pick<BackendTrainingOptions, "everyAnnotations"> {
  /** Whether the project's own `min_annotations_to_start_training` starts the first training. `true` by default. */
  readonly useProjectMinimum?: boolean | undefined;
}

/** The facts about a project when an event of it has been stored. */
export interface TrainingNeed {
  /** Whether the event was START_TRAINING. */
  readonly isAskedFor: boolean;
  /** Annotations that are new or changed since the last training began, whatever became of it; all without one. */
  readonly newAnnotations: number;
  /** `min_annotations_to_start_training`; 0 where the project leaves it open. */
  readonly minAnnotations: number;
  /** Whether a training has ever given a version. */
  readonly hasVersion: boolean;
}

export type StartCause = "START_TRAINING" | "annotations" | "min_annotations_to_start_training";

/** A function that says whether a training is to start, and for which reason. Throws `E_ARGUMENT` for a policy out of range. */
export function startPolicy({
  everyAnnotations,
  useProjectMinimum = true,
}: StartPolicy = {}): (need: TrainingNeed) => StartCause | undefined {
  if (everyAnnotations !== undefined && !(Number.isInteger(everyAnnotations) && everyAnnotations >= 1))
    throw new BaalError("E_ARGUMENT", `everyAnnotations is a whole number of at least 1, ${everyAnnotations} came.`);
  return ({ isAskedFor, newAnnotations, minAnnotations, hasVersion }) => {
    if (isAskedFor) return "START_TRAINING";
    if (everyAnnotations !== undefined && newAnnotations >= everyAnnotations) return "annotations";
    // Without a version the last one was not enough, or failed: it is tried again when as many have come once more.
    const isFirst = useProjectMinimum && !hasVersion && minAnnotations > 0;
    return isFirst && newAnnotations >= minAnnotations ? "min_annotations_to_start_training" : undefined;
  };
}

/** How far a training is. */
export interface TrainingProgress {
  readonly phase: "data" | "loading" | "training" | "evaluating" | "saving";
  /** Steps, images or items done in this phase, of `total`; both 0 where it cannot be said. */
  readonly step: number;
  readonly total: number;
  /** Of the last step of training. */
  readonly loss: number | undefined;
}

/** How a training ended. */
export interface TrainingEnd {
  readonly status: Exclude<RunStatus, "running">;
  readonly version?: string | undefined;
  readonly message?: string | undefined;
}

export interface JobContext {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TrainingProgress) => void;
}

/** Trains one project. What it throws ends the training as `"failed"`, or as `"cancelled"` when its signal has fired. */
export type TrainingJob = (projectId: number, cause: string, context: JobContext) => Promise<TrainingEnd>;

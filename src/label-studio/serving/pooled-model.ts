import type { ModelKind } from "../../models/checkpoint/model-kind.js";
import type { Predictor, TextEncoderModel } from "../contract/predictor.js";
import type { Clock } from "./bounded-queue.js";

export type ModelState = "not loaded" | "loading" | "ready" | "given up";

/** The pool's record of one model, loaded or not. */
export class PooledModel {
  readonly place: ModelPlace;
  readonly #clock: Clock;
  /** The predictor that callers have; it survives the model's leaving memory. */
  shared: Predictor | undefined;
  running: RunningModel | undefined;
  loading: Promise<RunningModel> | undefined;
  /** Settles when a model that is on its way out is gone. */
  stopping: Promise<void> | undefined;
  /** Counts among the models in memory: from before it is loaded until it is gone. */
  hasPlace = false;
  isRetired = false;
  users = 0;
  lastUsed = 0;
  problem: string | undefined;
  cancelIdle: (() => void) | undefined;
  #givenUpUntil = Number.NEGATIVE_INFINITY;

  constructor(place: ModelPlace, clock: Clock) {
    this.place = place;
    this.#clock = clock;
  }

  /** In memory, and nobody is working with it. */
  get isIdle(): boolean {
    return this.running !== undefined && this.users === 0;
  }

  get isGivenUp(): boolean {
    return this.problem !== undefined && this.#clock.now() < this.#givenUpUntil;
  }

  /** There is nothing to remember. */
  get isForgettable(): boolean {
    return this.users === 0 && !this.hasPlace && this.problem === undefined;
  }

  get state(): ModelState {
    if (this.running) return "ready";
    if (this.loading) return "loading";
    return this.isGivenUp ? "given up" : "not loaded";
  }

  get pid(): number | undefined {
    return this.running?.pid;
  }

  begin(): void {
    this.users++;
    this.isRetired = false;
    this.cancelIdle?.();
    this.cancelIdle = undefined;
  }

  end(): void {
    this.users--;
    this.lastUsed = this.#clock.now();
  }

  loaded(running: RunningModel): void {
    this.running = running;
    this.problem = undefined;
  }

  giveUp(problem: string, pauseMs: number): void {
    this.problem = problem;
    this.#givenUpUntil = this.#clock.now() + pauseMs;
  }

  /**
   * Ends it, and gives the promise of its end; `undefined` where it is not in memory. `onEnd` is called in the very moment in which its
   * place is free, so that nobody else comes between.
   */
  unload(onEnd: () => void): Promise<void> | undefined {
    const { running } = this;
    if (!running) return undefined;
    this.running = undefined;
    this.cancelIdle?.();
    this.cancelIdle = undefined;
    this.stopping = running.stop().finally(() => {
      this.stopping = undefined;
      this.hasPlace = false;
      onEnd();
    });
    return this.stopping;
  }
}

/** A model that can be loaded. */
export interface ModelPlace {
  /** Names it: equal keys, equal models. */
  readonly key: string;
  readonly folder: string;
  /** The project whose version it is; a base model is everybody's. */
  readonly projectId?: number | undefined;
  /** By default what the folder's files say. */
  readonly kind?: ModelKind | undefined;
  /** Other labels than the folder's own give a fresh, random head. */
  readonly labels?: readonly string[] | undefined;
  /** Whether its encoder alone is wanted; its classes mean nothing then. */
  readonly isEncoder?: boolean | undefined;
}

/** A model that is in memory. */
export interface RunningModel {
  readonly predictor: Predictor;
  /** The part of it in front of the last layer; missing where there is none, or it cannot be asked for. */
  readonly encoder?: TextEncoderModel | undefined;
  /** Of the process that runs it. */
  readonly pid?: number | undefined;
  stop(): Promise<void>;
}

/**
 * Loads a model. `E_MODEL_HOST` means that its process died, which is tried again; other errors are final. Throws `E_ABORTED` soon after the
 * signal has fired.
 */
export type StartModel = (place: ModelPlace, options?: StartModelOptions) => Promise<RunningModel>;

export interface StartModelOptions {
  /** Nobody waits for the model any more. */
  readonly signal?: AbortSignal | undefined;
}

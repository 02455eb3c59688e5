import { BaalError, errorMessage } from "../../core/errors.js";
import { type Predictor, type PredictsInputs, withCalls } from "../contract/predictor.js";
import { type Clock, systemClock } from "./bounded-queue.js";
import { type ModelPlace, type ModelState, PooledModel, type RunningModel, type StartModel } from "./pooled-model.js";

/** For the log and the status page. `failed`: given up, until its pause is over. */
export interface PoolEvent {
  readonly type: "loaded" | "unloaded" | "crashed" | "failed";
  readonly key: string;
  readonly message?: string;
}

export interface ModelPoolOptions {
  readonly start: StartModel;
  /** Joins the calls of a model: micro-batches. */
  readonly batches?: ((model: PredictsInputs) => PredictsInputs) | undefined;
  /** Most models in memory at once; 4 by default. */
  readonly maxModels?: number | undefined;
  /** A model that is not used for so long leaves memory; 10 minutes by default. */
  readonly idleMs?: number | undefined;
  /** A model that dies so often in a row while it loads is given up; 3 by default. */
  readonly attempts?: number | undefined;
  /** Pause after the first death; doubled with each further one. 500 ms by default. */
  readonly backoffMs?: number | undefined;
  /** A model that was given up is not tried again for so long; a minute by default. */
  readonly pauseMs?: number | undefined;
  readonly onEvent?: ((event: PoolEvent) => void) | undefined;
  readonly clock?: Clock | undefined;
}

export interface PooledModelStatus {
  readonly key: string;
  readonly state: ModelState;
  /** Calls under way. */
  readonly users: number;
  readonly pid: number | undefined;
  /** Why it was given up. */
  readonly problem: string | undefined;
}

type Settings = { readonly [Name in keyof ModelPoolOptions]-?: Exclude<ModelPoolOptions[Name], undefined> };

/**
 * The models of all projects: each is loaded when it is first used, leaves memory when it is not used for a while or when another one
 * needs its place, and comes back with the next use. A call whose model's process dies is made once more.
 */
export class ModelPool {
  readonly #options: Settings;
  readonly #models = new Map<string, PooledModel>();
  /** Those that wait until a model leaves memory, or could. */
  readonly #waiting: (() => void)[] = [];
  #isClosed = false;
  /** Fires with {@link stopLoading}: models that are being loaded are given up, pauses end early. */
  readonly #closing = new AbortController();

  /** Throws `E_ARGUMENT`. */
  constructor(options: ModelPoolOptions) {
    const { batches = (model) => model, onEvent = () => {}, clock = systemClock, start } = options;
    const { maxModels = 4, idleMs = 10 * 60_000, attempts = 3, backoffMs = 500, pauseMs = 60_000 } = options;
    this.#options = { start, batches, onEvent, clock, maxModels, idleMs, attempts, backoffMs, pauseMs };
    const counts = [maxModels, attempts].every((count) => Number.isInteger(count) && count > 0);
    if (!counts || ![idleMs, backoffMs, pauseMs].every((milliseconds) => milliseconds >= 0)) {
      throw new BaalError(
        "E_ARGUMENT",
        `maxModels (${maxModels}) and attempts (${attempts}) are whole numbers above 0; idleMs (${idleMs}), backoffMs (${backoffMs}) and pauseMs (${pauseMs}) milliseconds.`,
      );
    }
  }

  /**
   * The model's predictor, when it is loaded. It stays good when the model leaves memory: its next call brings the model back. Throws
   * `E_MODEL_HOST` when the model cannot be loaded or was given up a short while ago, with the reason as `cause`.
   */
  async predictorFor(place: ModelPlace): Promise<Predictor> {
    return this.#use(place, async ({ predictor }, model) => {
      model.shared ??= withCalls(
        predictor,
        this.#options.batches({
          predict: (inputs, call) => this.#use(place, (running) => (running.predictor as PredictsInputs).predict(inputs, call)),
        }),
      );
      return model.shared;
    });
  }

  /** Works with the model, which is loaded for it and stays in memory meanwhile. Throws as {@link predictorFor}, and what the work throws. */
  withModel<T>(place: ModelPlace, work: (running: RunningModel) => Promise<T>): Promise<T> {
    return this.#use(place, work);
  }

  /** Whether the model was given up: it would fail at once. */
  isGivenUp({ key }: ModelPlace): boolean {
    return this.#models.get(key)?.isGivenUp ?? false;
  }

  /** Whether the model is in memory. */
  isReady({ key }: ModelPlace): boolean {
    return this.#models.get(key)?.state === "ready";
  }

  /** Nobody will ask for this model soon: it leaves memory when the calls under way have ended. */
  async retire({ key }: ModelPlace): Promise<void> {
    const model = this.#models.get(key);
    if (!model) return;
    model.isRetired = true;
    if (model.isIdle) await this.#unload(model);
  }

  status(): readonly PooledModelStatus[] {
    return [...this.#models.values()].map(({ place, state, users, pid, problem }) => ({
      key: place.key,
      state,
      users,
      pid,
      problem,
    }));
  }

  /** Loads no more models, not even those that are on their way; calls of models that are in memory go on. */
  stopLoading(): void {
    this.#isClosed = true;
    this.#closing.abort();
    this.#wake();
  }

  /** Ends all models; calls under way and later ones fail with `E_MODEL_HOST`. */
  async close(): Promise<void> {
    this.stopLoading();
    const models = [...this.#models.values()];
    await Promise.allSettled(models.map((model) => model.loading));
    await Promise.all(models.map((model) => this.#unload(model)));
  }

  /** Works with a loaded model, which stays loaded meanwhile. */
  async #use<T>(place: ModelPlace, work: (running: RunningModel, model: PooledModel) => Promise<T>): Promise<T> {
    const model = this.#model(place);
    model.begin();
    try {
      for (let deaths = 0; ; ) {
        const running = await this.#running(model);
        try {
          return await work(running, model);
        } catch (error) {
          if (!isDeath(error)) throw error;
          await this.#removeDead(model, running, error);
          if (deaths++ > 0 || this.#isClosed) throw error;
        }
      }
    } finally {
      model.end();
      this.#left(model);
    }
  }

  #model(place: ModelPlace): PooledModel {
    const known = this.#models.get(place.key);
    if (known) return known;
    const made = new PooledModel(place, this.#options.clock);
    this.#models.set(place.key, made);
    return made;
  }

  async #running(model: PooledModel): Promise<RunningModel> {
    if (model.running) return model.running;
    model.loading ??= this.#load(model).finally(() => {
      model.loading = undefined;
    });
    return model.loading;
  }

  async #load(model: PooledModel): Promise<RunningModel> {
    if (model.isGivenUp) throw givenUp(model);
    await model.stopping;
    await this.#takePlace(model);
    try {
      const running = await this.#start(model);
      if (this.#isClosed) {
        await running.stop();
        throw closed();
      }
      model.loaded(running);
      this.#options.onEvent({ type: "loaded", key: model.place.key });
      return running;
    } catch (error) {
      this.#freePlace(model);
      throw error;
    }
  }

  /** Starts the model, again and again where its process dies. */
  async #start(model: PooledModel): Promise<RunningModel> {
    const { start, backoffMs, pauseMs, onEvent } = this.#options;
    // After a pause one death is enough.
    const attempts = model.problem === undefined ? this.#options.attempts : 1;
    for (let attempt = 1; ; attempt++) {
      if (this.#isClosed) throw closed();
      try {
        return await start(model.place, { signal: this.#closing.signal });
      } catch (error) {
        if (this.#isClosed) throw closed();
        const message = errorMessage(error);
        if (isDeath(error) && attempt < attempts) {
          onEvent({ type: "crashed", key: model.place.key, message });
          await this.#pause(backoffMs * 2 ** (attempt - 1));
          continue;
        }
        model.giveUp(message, pauseMs);
        onEvent({ type: "failed", key: model.place.key, message });
        throw givenUp(model, error);
      }
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#closing;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(milliseconds, resolve);
      signal.addEventListener("abort", () => resolve(cancel()), { once: true });
    });
  }

  /** Waits until there is room for one more model in memory, and makes some where a loaded model is not in use. */
  async #takePlace(model: PooledModel): Promise<void> {
    while (!model.hasPlace) {
      if (this.#isClosed) throw closed();
      const placed = [...this.#models.values()].filter(({ hasPlace }) => hasPlace);
      if (placed.length < this.#options.maxModels) {
        model.hasPlace = true;
        return;
      }
      const [oldest] = placed.filter(({ isIdle }) => isIdle).sort((a, b) => a.lastUsed - b.lastUsed);
      if (oldest) await this.#unload(oldest, model);
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #freePlace(model: PooledModel): void {
    model.hasPlace = false;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Ends a model. Its place goes to `successor`, before anybody else can take it. */
  async #unload(model: PooledModel, successor?: PooledModel): Promise<void> {
    const stopped = model.unload(() => {
      if (successor) successor.hasPlace = true;
      else this.#wake();
    });
    if (stopped) this.#options.onEvent({ type: "unloaded", key: model.place.key });
    await stopped;
    if (model.isForgettable && this.#models.get(model.place.key) === model) this.#models.delete(model.place.key);
  }

  /** A model whose process died while it worked; of several that notice, the first one does it. */
  async #removeDead(model: PooledModel, running: RunningModel, error: unknown): Promise<void> {
    if (model.running !== running) return;
    const stopped = model.unload(() => this.#wake());
    if (!this.#isClosed) this.#options.onEvent({ type: "crashed", key: model.place.key, message: errorMessage(error) });
    await stopped;
  }

  #left(model: PooledModel): void {
    if (model.isIdle) {
      const leave = () => void this.#unload(model);
      if (model.isRetired) leave();
      else model.cancelIdle = this.#options.clock.after(this.#options.idleMs, leave);
    }
    this.#wake();
  }
}

function isDeath(error: unknown): boolean {
  return error instanceof BaalError && error.code === "E_MODEL_HOST";
}

function givenUp({ place, problem }: PooledModel, cause?: unknown): BaalError {
  return new BaalError("E_MODEL_HOST", `The model ${place.key} cannot be loaded and is not tried for a while: ${problem}`, {
    cause,
  });
}

function closed(): BaalError {
  return new BaalError("E_MODEL_HOST", "The server is shutting down: its models have been ended.");
}

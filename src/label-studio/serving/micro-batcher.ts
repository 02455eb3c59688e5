import { BaalError, throwIfAborted } from "../../core/errors.js";
import { type Predictions, predictions } from "../../core/predictions.js";
import type { ModelInput, PredictorCall, PredictsInputs } from "../contract/predictor.js";
import { isTaskFault } from "../contract/task-model.js";
import { type Clock, systemClock } from "./bounded-queue.js";

export interface MicroBatcherOptions {
  /** How long a first request waits for others while the model is idle; 2 ms by default. */
  readonly windowMs?: number | undefined;
  /** Most items in one call of the model; 256 by default. */
  readonly maxItems?: number | undefined;
  /** About how long one call of the model should take, since others wait for it; 250 ms by default. */
  readonly targetMs?: number | undefined;
  /** Requests of at most so many items go first: somebody is looking at them. 16 by default. */
  readonly interactiveItems?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** Of a call, the share that long requests keep while short ones keep coming. */
const BULK_SHARE = 0.25;

/** After so many calls without an item of theirs it is the long requests' turn. */
const MAX_PASSED_OVER = 4;

/**
 * Joins concurrent calls into fewer, larger calls of the model, and cuts long ones, so that a
 * short one never waits for more than the call under way. One call of the model runs at a time. An aborted call only loses its own
 * items; a fault of one item fails only the call that it came with. Throws `E_ARGUMENT`.
 */
export function microBatcher(model: PredictsInputs, options: MicroBatcherOptions = {}): PredictsInputs {
  const { windowMs = 2, maxItems = 256, targetMs = 250, interactiveItems = 16, clock = systemClock } = options;
  if (!(windowMs >= 0 && targetMs > 0) || ![maxItems, interactiveItems].every((count) => Number.isInteger(count) && count > 0)) {
    throw new BaalError(
      "E_ARGUMENT",
      `windowMs (${windowMs}) and targetMs (${targetMs}) are milliseconds, maxItems (${maxItems}) and interactiveItems (${interactiveItems}) whole numbers above 0.`,
    );
  }
  return new MicroBatcher(model, { windowMs, interactiveItems, clock, size: batchSize({ maxItems, targetMs }) });
}

interface Settings {
  readonly windowMs: number;
  readonly interactiveItems: number;
  readonly clock: Clock;
  readonly size: BatchSize;
}

class MicroBatcher implements PredictsInputs {
  readonly #model: PredictsInputs;
  readonly #settings: Settings;
  #interactive: WaitingRequest[] = [];
  #bulk: WaitingRequest[] = [];
  #isWorking = false;
  #passedOver = 0;
  #current: { readonly parts: readonly RequestSlice[]; readonly controller: AbortController } | undefined;

  constructor(model: PredictsInputs, settings: Settings) {
    this.#model = model;
    this.#settings = settings;
  }

  async predict(inputs: readonly ModelInput[], call: PredictorCall): Promise<Predictions> {
    throwIfAborted(call.signal, "The prediction");
    if (inputs.length === 0) return this.#model.predict(inputs, call);
    const request = new WaitingRequest(inputs, call, () => this.#abandon());
    (inputs.length <= this.#settings.interactiveItems ? this.#interactive : this.#bulk).push(request);
    if (!this.#isWorking) {
      this.#isWorking = true;
      this.#settings.clock.after(this.#settings.windowMs, () => void this.#work());
    }
    return request.result;
  }

  async #work(): Promise<void> {
    for (;;) {
      const parts = this.#nextParts();
      if (parts.length === 0) break;
      await this.#run(parts);
    }
    this.#isWorking = false;
  }

  /** The items of the next call of the model: short requests first, long ones in turn; all with the same settings. */
  #nextParts(): readonly RequestSlice[] {
    this.#dropFinished();
    const isBulkTurn = this.#bulk.length > 0 && this.#passedOver >= MAX_PASSED_OVER;
    const leader = isBulkTurn ? this.#bulk[0] : (this.#interactive[0] ?? this.#bulk[0]);
    if (leader === undefined) return [];
    const fits = ({ call }: WaitingRequest) => call.iterations === leader.call.iterations && call.seed === leader.call.seed;
    const interactive = this.#interactive.filter(fits);
    const bulk = this.#bulk.filter(fits);
    const size = this.#settings.size.items;
    const reserved = bulk.length > 0 ? Math.max(1, Math.floor(size * BULK_SHARE)) : 0;
    const parts = takeParts(interactive, Math.max(1, size - reserved));
    const taken = parts.reduce((sum, { count }) => sum + count, 0);
    const bulkParts = takeParts(bulk, Math.max(reserved, size - taken));
    const served = new Set(bulkParts.map(({ request }) => request));
    this.#bulk = [...this.#bulk.filter((request) => !served.has(request)), ...served];
    this.#passedOver = served.size > 0 || this.#bulk.length === 0 ? 0 : this.#passedOver + 1;
    return [...parts, ...bulkParts];
  }

  /** Calls the model. Where an item fails it, halves of the requests are tried, so that only the request with that item fails. */
  async #run(all: readonly RequestSlice[]): Promise<void> {
    const parts = all.filter(({ request }) => !request.isSettled);
    const [first] = parts;
    if (first === undefined) return;
    const { clock, size } = this.#settings;
    const controller = new AbortController();
    this.#current = { parts, controller };
    const begin = clock.now();
    try {
      const items = parts.reduce((sum, { count }) => sum + count, 0);
      const batch = await this.#model.predict(inputsOf(parts), callOf(parts, controller.signal));
      if (batch.shape[0] !== items) {
        throw new BaalError("E_SHAPE", `The model should give predictions of ${items} items, [${batch.shape}] came.`);
      }
      size.took(items, clock.now() - begin);
      let from = 0;
      for (const part of parts) {
        part.request.deliver(part, batch, from);
        from += part.count;
      }
    } catch (error) {
      if (isTaskFault(error) && parts.length > 1) {
        const middle = parts.length >> 1;
        await this.#run(parts.slice(0, middle));
        await this.#run(parts.slice(middle));
      } else {
        for (const { request } of parts) request.fail(error);
      }
    } finally {
      this.#current = undefined;
    }
  }

  /** A caller is gone: its waiting items are dropped, and the call under way stops if it is for nobody else. */
  #abandon(): void {
    this.#dropFinished();
    if (this.#current?.parts.every(({ request }) => request.isSettled)) this.#current.controller.abort();
  }

  #dropFinished(): void {
    this.#interactive = this.#interactive.filter(({ left }) => left > 0);
    this.#bulk = this.#bulk.filter(({ left }) => left > 0);
  }
}

function takeParts(requests: readonly WaitingRequest[], room: number): RequestSlice[] {
  const parts: RequestSlice[] = [];
  let left = room;
  for (const request of requests) {
    if (left <= 0) break;
    const part = request.take(Math.min(left, request.left));
    left -= part.count;
    parts.push(part);
  }
  return parts;
}

function inputsOf(parts: readonly RequestSlice[]): ModelInput[] {
  return parts.flatMap(({ request, start, count }) => request.inputs.slice(start, start + count));
}

function callOf(parts: readonly RequestSlice[], signal: AbortSignal): PredictorCall {
  const { iterations, seed } = parts[0]!.request.call;
  const hasKeys = parts.every(({ request }) => request.call.itemKeys !== undefined);
  const keys = () => parts.flatMap(({ request, start, count }) => request.call.itemKeys!.slice(start, start + count));
  return { iterations, signal, seed, itemKeys: hasKeys ? keys() : undefined };
}

/** How many items of a kind the model gets at once, so that a call takes about as long as another one may wait for it. */
export interface BatchSize {
  /** Items of the next call. */
  readonly items: number;
  /** Learns from a call that took so long. */
  took(items: number, milliseconds: number): void;
}

const FIRST = 16;

/** Fewer save little time: the model works on the draws of one item at once, and those of a few take hardly longer per item. */
const FEWEST = 4;

/** Starts small, at most doubles from call to call, and shrinks at once where a call took too long. */
export function batchSize({ maxItems, targetMs }: { readonly maxItems: number; readonly targetMs: number }): BatchSize {
  let size = Math.min(FIRST, maxItems);
  return {
    get items() {
      return size;
    },
    took(items, milliseconds) {
      const fitting = milliseconds > 0 ? Math.floor((items * targetMs) / milliseconds) : maxItems;
      // A small call says little about large ones: what each call costs once weighs more in it.
      if (items * 2 >= size || milliseconds > targetMs) size = Math.min(maxItems, Math.max(FEWEST, Math.min(2 * size, fitting)));
    },
  };
}

/** Items `start` to `start + count - 1` of a request: what one call of the model gets of it. */
export interface RequestSlice {
  readonly request: WaitingRequest;
  readonly start: number;
  readonly count: number;
}

/** A request whose items go through the model in parts; its promise settles with the last part, the first error or the caller's abort. */
export class WaitingRequest {
  readonly inputs: readonly ModelInput[];
  readonly call: PredictorCall;
  readonly result: Promise<Predictions>;
  /** The caller has got its answer, or is gone. */
  isSettled = false;
  #taken = 0;
  #delivered = 0;
  #data: Float32Array | undefined;
  #isConsistent = true;
  #beyondScope: Float32Array | undefined;
  readonly #resolve: (value: Predictions) => void;
  readonly #reject: (error: unknown) => void;
  readonly #onAbort: () => void;

  constructor(inputs: readonly ModelInput[], call: PredictorCall, onAbort: () => void) {
    this.inputs = inputs;
    this.call = call;
    const { promise, resolve, reject } = deferred<Predictions>();
    this.result = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#onAbort = () => {
      this.fail(new BaalError("E_ABORTED", "The prediction was cancelled.", { cause: call.signal?.reason }));
      onAbort();
    };
    call.signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Items that no call has got yet. */
  get left(): number {
    return this.isSettled ? 0 : this.inputs.length - this.#taken;
  }

  take(count: number): RequestSlice {
    const start = this.#taken;
    this.#taken += count;
    return { request: this, start, count };
  }

  /** Draws of a part, `[part.count, ..., K]`: items `from` and following of `batch`. */
  deliver(
    { start, count }: RequestSlice,
    { kind, shape, data, isConsistent = false, beyondScope_N }: Predictions,
    from: number,
  ): void {
    if (this.isSettled) return;
    if (beyondScope_N) {
      this.#beyondScope ??= new Float32Array(this.inputs.length);
      this.#beyondScope.set(beyondScope_N.subarray(from, from + count), start);
    }
    const size = data.length / shape[0]!;
    this.#data ??= new Float32Array(this.inputs.length * size);
    this.#data.set(data.subarray(from * size, (from + count) * size), start * size);
    this.#isConsistent &&= isConsistent;
    this.#delivered += count;
    if (this.#delivered < this.inputs.length) return;
    this.#settle();
    const more = { isConsistent: this.#isConsistent, beyondScope_N: this.#beyondScope };
    this.#resolve(predictions(kind, [this.inputs.length, ...shape.slice(1)], this.#data, undefined, more));
  }

  fail(error: unknown): void {
    if (this.isSettled) return;
    this.#settle();
    this.#reject(error);
  }

  #settle(): void {
    this.isSettled = true;
    this.call.signal?.removeEventListener("abort", this.#onAbort);
  }
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}

import { BaalError } from "../../errors.js";
import { type Predictions, predictions } from "../../predictions.js";
import type { PredictorCall } from "../predictor.js";

/** Items `start` to `start + count - 1` of a request: what one call of the model gets of it. */
export interface RequestPart<Input> {
  readonly request: WaitingRequest<Input>;
  readonly start: number;
  readonly count: number;
}

/** A request whose items go through the model in parts; its promise settles with the last part, the first error or the caller's abort. */
export class WaitingRequest<Input> {
  readonly inputs: readonly Input[];
  readonly call: PredictorCall;
  readonly result: Promise<Predictions>;
  /** The caller has got its answer, or is gone. */
  isSettled = false;
  #taken = 0;
  #delivered = 0;
  #data: Float32Array | undefined;
  #isConsistent = true;
  readonly #resolve: (value: Predictions) => void;
  readonly #reject: (error: unknown) => void;
  readonly #onAbort: () => void;

  constructor(inputs: readonly Input[], call: PredictorCall, onAbort: () => void) {
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

  take(count: number): RequestPart<Input> {
    const start = this.#taken;
    this.#taken += count;
    return { request: this, start, count };
  }

  /** Draws of a part, `[part.count, ..., K]`: items `from` and following of `batch`. */
  deliver({ start, count }: RequestPart<Input>, { kind, shape, data, isConsistent = false }: Predictions, from: number): void {
    if (this.isSettled) return;
    const size = data.length / shape[0]!;
    this.#data ??= new Float32Array(this.inputs.length * size);
    this.#data.set(data.subarray(from * size, (from + count) * size), start * size);
    this.#isConsistent &&= isConsistent;
    this.#delivered += count;
    if (this.#delivered < this.inputs.length) return;
    this.#settle();
    this.#resolve(
      predictions(kind, [this.inputs.length, ...shape.slice(1)], this.#data, undefined, { isConsistent: this.#isConsistent }),
    );
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

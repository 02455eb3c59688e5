import { BaalError, throwIfAborted } from "../../core/errors.js";
import { joinPredictions } from "../../core/join-chunks.js";
import type { Predictions } from "../../core/predictions.js";
import { ModelHost, type ModelHostOptions } from "../../host/model-host.js";

/** The part of a model host that training needs. */
export type TrainingHost = Pick<ModelHost, "labels" | "pid" | "train" | "predict" | "save" | "stop">;

export type StartHost = (folder: string, options: ModelHostOptions) => Promise<TrainingHost>;

export const startTrainingHost: StartHost = (folder, options) => ModelHost.start(folder, options);

/** Behind the server and the models that predict: a training can wait, people cannot. */
const NICE = 10;

/** A model whose calls fail once its process has died: a new process would have the weights from before the training. */
export type LivingModel = Omit<TrainingHost, "pid" | "stop">;

export interface WithModelOptions extends ModelHostOptions {
  readonly startHost: StartHost;
  readonly signal: AbortSignal;
}

/**
 * Runs `work` with a model in a process of its own, which is gone when this resolves or throws. When the signal fires the process is
 * killed at once, in the middle of a step if need be. Throws `E_ABORTED`, `E_MODEL_HOST` and what `work` throws.
 */
export async function withModel<T>(
  folder: string,
  { startHost, signal, ...options }: WithModelOptions,
  work: (model: LivingModel) => Promise<T>,
): Promise<T> {
  throwIfAborted(signal, "The training");
  const host = await startHost(folder, { nice: NICE, ...options, signal });
  const stop = () => void host.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await work(livingModel(host, signal));
  } catch (error) {
    throwIfAborted(signal, "The training");
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
    await host.stop();
  }
}

function livingModel(host: TrainingHost, signal: AbortSignal): LivingModel {
  const { pid } = host;
  const check = () => {
    throwIfAborted(signal, "The training");
    if (host.pid === undefined || host.pid !== pid)
      throw new BaalError("E_MODEL_HOST", "The process that trained the model has died, and what it had learned with it.");
  };
  const call = async <T>(run: () => Promise<T>): Promise<T> => {
    check();
    const result = await run();
    check();
    return result;
  };
  return {
    labels: host.labels,
    train: (request, options) => call(() => host.train(request, options)),
    predict: (inputs, options) => call(() => host.predict(inputs, options)),
    save: (folder) => call(() => host.save(folder)),
  };
}

/** So many items per call: how far it is can be told, and a message stays small. */
const itemsPerCall = 256;

export interface ChunkOptions {
  readonly iterations: number;
  readonly seed: number;
  readonly maxSeqLen?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onDone?: ((items: number) => void) | undefined;
}

/** Draws `[N, C, K]` for texts, or for images by path. */
export function predictInChunks(
  model: Pick<LivingModel, "predict">,
  inputs: readonly string[],
  { onDone, ...options }: ChunkOptions,
): Promise<Predictions> {
  async function* chunks(): AsyncGenerator<Predictions> {
    for (let start = 0; start < inputs.length; start += itemsPerCall) {
      const own = inputs.slice(start, start + itemsPerCall);
      const { indices, ...chunk } = await model.predict(own, options);
      yield { ...chunk, indices: indices.map((index) => start + index) };
      onDone?.(start + own.length);
    }
  }
  return joinPredictions(chunks(), { total: inputs.length });
}

import { setTimeout as sleep } from "node:timers/promises";
import { WorkerProcess } from "../../system/worker-process.js";
import type { ImageTaskModelOptions } from "../images/image-task-model.js";
import type { RetrainOptions } from "./retrain.js";
import type { TrainingEnd, TrainingJob, TrainingProgress } from "./training-queue.js";

/** What {@link trainInProcess} trains with: values alone, since they go to another process. */
export interface ProcessTrainingOptions
  extends Pick<RetrainOptions, "baseModel" | "kind" | "maxSeqLen" | "iterations" | "masks" | "device" | "training"> {
  /** Of the store. */
  readonly folder: string;
  readonly images?: ImageTaskModelOptions | undefined;
  /** Of projects that name none themselves. */
  readonly outOfScopeChoice?: string | undefined;
}

/** What the process that trains can be asked. */
export type TrainingCalls = {
  train(request: {
    readonly options: ProcessTrainingOptions;
    readonly projectId: number;
    readonly cause: string;
    /** Texts without a label, for a project that is trained by recipe. */
    readonly unlabelled: readonly string[] | undefined;
  }): Promise<TrainingEnd>;
};

/** Behind the server and the models that predict: a training can wait, people cannot. */
const NICE = 10;
/** A cancelled training that does not end by itself is ended. */
const PATIENCE_MS = 10_000;

/**
 * The job that trains a project's model, see `retrainJob`, in a process of its own: to read hundreds of thousands of annotations, and to measure a
 * model on them, takes seconds in which no request would be answered.
 */
export function trainInProcess(
  options: ProcessTrainingOptions,
  unlabelled: (projectId: number) => Promise<readonly string[] | undefined>,
): TrainingJob {
  return async (projectId, cause, { signal, onProgress }) => {
    onProgress({ phase: "data", step: 0, total: 0, loss: undefined });
    const request = { options, projectId, cause, unlabelled: await unlabelled(projectId) };
    const worker = new WorkerProcess<TrainingCalls, TrainingProgress>(new URL("./training-process.js", import.meta.url), {
      name: "The process that trains",
      nice: NICE,
    });
    const ended = new AbortController();
    const kill = () =>
      void sleep(PATIENCE_MS, undefined, { signal: ended.signal, ref: false })
        .then(() => worker.stop())
        .catch(() => undefined);
    signal.addEventListener("abort", kill, { once: true });
    try {
      return await worker.call("train", request, { signal, onEvent: onProgress });
    } finally {
      ended.abort();
      signal.removeEventListener("abort", kill);
      await worker.stop();
    }
  };
}

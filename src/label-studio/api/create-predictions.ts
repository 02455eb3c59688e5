import { BaalError } from "../../errors.js";
import type { LabelStudioPrediction } from "../prediction.js";
import type { RequestApi } from "./api-requests.js";
import { createdAnswer } from "./api-schemas.js";
import { LabelStudioError } from "./label-studio-error.js";

export interface NewPrediction extends LabelStudioPrediction {
  /** The task's id. */
  readonly task: number;
}

export interface CreatePredictionsOptions {
  /** Requests at the same time; 4 by default, which a Label Studio with SQLite still takes. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface CreatedPredictions {
  readonly created: number;
  /** Predictions that Label Studio does not want, and why: it validates them, and a task may have been deleted. */
  readonly rejected: readonly { readonly taskId: number; readonly reason: string }[];
}

/** What Label Studio says about a single prediction; anything else goes for all of them. */
const REJECTIONS: readonly (number | undefined)[] = [400, 404];

/**
 * Stores predictions, one request each. Throws `LabelStudioError` for what is no fault of a single prediction, once no request is under
 * way any more; `E_ABORTED`; `E_ARGUMENT`.
 */
export async function createPredictions(
  request: RequestApi,
  predictions: readonly NewPrediction[],
  { concurrency = 4, signal }: CreatePredictionsOptions = {},
): Promise<CreatedPredictions> {
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new BaalError("E_ARGUMENT", `concurrency is a whole number of at least 1, ${concurrency} came.`);
  }
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const rejected: { readonly taskId: number; readonly reason: string }[] = [];
  const queue = predictions.values();
  let created = 0;
  let failure: { readonly error: unknown } | undefined;
  const work = async () => {
    for (const prediction of queue) {
      const { task, result, score, model_version } = prediction;
      const body = { task, result, score, model_version };
      try {
        await request({ method: "POST", path: "api/predictions", body, answer: createdAnswer, signal: either });
        created++;
      } catch (error) {
        if (error instanceof LabelStudioError && REJECTIONS.includes(error.status)) {
          rejected.push({ taskId: task, reason: error.message });
          continue;
        }
        failure ??= { error };
        // Ends the other requests, and their waiting for another try.
        stop.abort();
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, predictions.length) }, work));
  if (failure !== undefined) throw failure.error;
  return { created, rejected };
}

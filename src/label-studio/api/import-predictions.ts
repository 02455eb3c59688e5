import type { LabelStudioPrediction } from "../contract/prediction.js";
import type { RequestApi } from "./api-requests.js";
import { importedAnswer } from "./api-schemas.js";
import { LabelStudioError } from "./http-exchange.js";

/** A prediction, and whose it is. */
export interface NewPrediction extends LabelStudioPrediction {
  /** The task's id. */
  readonly task: number;
}

export interface CreatePredictionsOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface CreatedPredictions {
  readonly created: number;
  /** Predictions that Label Studio does not want, and why: it validates them, and a task may have been deleted. */
  readonly rejected: readonly { readonly taskId: number; readonly reason: string }[];
}

/**
 * So many in one request. Label Studio checks a request of up to 500 whole before it stores any of it; a longer one may be stored in part by
 * some of its versions.
 */
export const PREDICTIONS_PER_REQUEST = 500;

/** Answers that are about the predictions of this request; any other is about all requests. */
const REJECTIONS: readonly (number | undefined)[] = [400, 413];

/** When so many were refused one by one and none was taken, the others would fare no better. */
const ENOUGH_REFUSED = 8;

/**
 * Stores predictions, many in each request. Label Studio takes all of a request or nothing, so one that it refuses is halved until those are
 * found that it does not want. Throws `LabelStudioError` for what is no fault of a prediction, `E_ABORTED`; where an answer got lost, a request may
 * have been stored for all that.
 */
export async function importPredictions(
  request: RequestApi,
  projectId: number,
  predictions: readonly NewPrediction[],
  { signal }: CreatePredictionsOptions = {},
): Promise<CreatedPredictions> {
  const rejected: { readonly taskId: number; readonly reason: string }[] = [];
  const path = `api/projects/${projectId}/import/predictions`;
  let created = 0;
  // The next part is at the end: halves are looked at before what comes behind them.
  const parts = inParts(predictions).reverse();
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const body = part.map(({ task, result, score, model_version }) => ({ task, result, score, model_version }));
    try {
      created += (await request({ method: "POST", path, body, answer: importedAnswer, isDoneOnce: true, signal })).created;
    } catch (error) {
      if (!(error instanceof LabelStudioError && REJECTIONS.includes(error.status))) throw error;
      if (part.length > 1) {
        const middle = part.length >> 1;
        parts.push(part.slice(middle), part.slice(0, middle));
        continue;
      }
      rejected.push({ taskId: part[0]!.task, reason: error.message });
      if (created > 0 || rejected.length < ENOUGH_REFUSED) continue;
      rejected.push(...parts.splice(0).flatMap((rest) => rest.map(({ task }) => ({ taskId: task, reason: error.message }))));
    }
  }
  return { created, rejected };
}

function inParts(predictions: readonly NewPrediction[]): (readonly NewPrediction[])[] {
  const count = Math.ceil(predictions.length / PREDICTIONS_PER_REQUEST);
  return Array.from({ length: count }, (_, part) =>
    predictions.slice(part * PREDICTIONS_PER_REQUEST, (part + 1) * PREDICTIONS_PER_REQUEST),
  );
}

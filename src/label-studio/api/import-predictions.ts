import type { LabelStudioPrediction } from "../contract/prediction.js";
import type { RequestApi } from "./api-requests.js";
import { importedAnswer, modelVersionsAnswer } from "./api-schemas.js";
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
  /** Predictions that it left out without a word. */
  readonly dropped: number;
}

/** So many in one request: with each of them Label Studio counts all of a project's tasks anew. */
export const PREDICTIONS_PER_REQUEST = 5_000;

/** Label Studio looks at a request as a whole before it stores any of it; some of its versions do so for each 500 of a longer one. */
const CHECKED_AT_ONCE = 500;

/** Answers that are about the predictions of this request; any other is about all requests. */
const REJECTIONS: readonly (number | undefined)[] = [400, 413];

/** When so many were refused one by one and none was taken, the others would fare no better. */
const ENOUGH_REFUSED = 8;

/**
 * Stores predictions, all of one version, many in each request. A request that Label Studio refuses is halved until those are found that it does
 * not want. Throws `LabelStudioError` for what is no fault of a prediction, `E_ABORTED`; where an answer got lost, a request may have been stored
 * for all that.
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
  let dropped = 0;
  // The next part is at the end: halves are looked at before what comes behind them.
  const parts = inParts(predictions, PREDICTIONS_PER_REQUEST).reverse();
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const version = part[0]!.model_version;
    const count = () => storedOf(request, projectId, { version, signal });
    const before = part.length > CHECKED_AT_ONCE ? await count() : 0;
    const body = part.map(({ task, result, score, model_version }) => ({ task, result, score, model_version }));
    try {
      const answer = await request({ method: "POST", path, body, answer: importedAnswer, isDoneOnce: true, signal });
      created += answer.created;
      dropped += part.length - answer.created;
    } catch (error) {
      if (!(error instanceof LabelStudioError && REJECTIONS.includes(error.status))) throw error;
      if (part.length > CHECKED_AT_ONCE) {
        // What some versions have stored of it by then: whole batches from its beginning.
        const batches = Math.floor(Math.max(0, (await count()) - before) / CHECKED_AT_ONCE);
        const done = Math.min(part.length, batches * CHECKED_AT_ONCE);
        created += done;
        parts.push(...inParts(part.slice(done), CHECKED_AT_ONCE).reverse());
        continue;
      }
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
  return { created, rejected, dropped };
}

/** The stored predictions of a version. */
async function storedOf(
  request: RequestApi,
  projectId: number,
  { version, signal }: { readonly version: string; readonly signal: AbortSignal | undefined },
): Promise<number> {
  const query = { extended: true, include_live_models: false };
  const path = `api/projects/${projectId}/model-versions/`;
  const { static: stored } = await request({ path, query, answer: modelVersionsAnswer, signal });
  return stored.find(({ model_version }) => model_version === version)?.count ?? 0;
}

function inParts(predictions: readonly NewPrediction[], size: number): (readonly NewPrediction[])[] {
  return Array.from({ length: Math.ceil(predictions.length / size) }, (_, part) =>
    predictions.slice(part * size, (part + 1) * size),
  );
}

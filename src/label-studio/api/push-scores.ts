import { BaalError, throwIfAborted } from "../../core/errors.js";
import type { ChoicesControl } from "../contract/choices-controls.js";
import { type PredictTasksOptions, predictTasks } from "../contract/predict-tasks.js";
import type { TaskModel } from "../contract/task-model.js";
import { LabelStudioError } from "./http-exchange.js";
import { type NewPrediction, PREDICTIONS_PER_REQUEST } from "./import-predictions.js";
import type { LabelStudioClient, ProjectSampling } from "./label-studio-client.js";

export interface PushProgress {
  /** Tasks looked at, labelled ones included, of `total`. */
  readonly seen: number;
  readonly total: number;
  /** Predictions stored by this push. */
  readonly created: number;
  /** Unlabelled tasks that had a prediction of this version: from an earlier push, or because they were opened. */
  readonly present: number;
  /** Tasks that cannot be predicted, and predictions that Label Studio does not want. They are tried again by the next push. */
  readonly failed: number;
}

export interface PushedScores extends PushProgress {
  /** Some of what failed, without contents of tasks. */
  readonly problems: readonly string[];
  /** Whether the project now names this version; not if no unlabelled task has a prediction of it. */
  readonly switched: boolean;
}

export interface PushScoresOptions extends Omit<PredictTasksOptions, "signal"> {
  /** Set at the end, by default as it is. `"Uncertainty sampling"` is what orders the queue by score. */
  readonly sampling?: ProjectSampling | undefined;
  /** Whether the project is to name this version at the end, and be ordered as `sampling` says. `true` by default. */
  readonly switches?: boolean | undefined;
  /** Tasks fetched and predicted at once; 500 by default. */
  readonly pageSize?: number | undefined;
  /** Predictions that are stored at once; 5,000 by default. */
  readonly storeSize?: number | undefined;
  /** Fires when the push is no longer wanted, such as when a newer version is there. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PushProgress) => void) | undefined;
}

export interface PushTarget {
  readonly client: Pick<LabelStudioClient, "unlabelledTasks" | "createPredictions" | "updateProject">;
  /** Label Studio's number of the project. */
  readonly labelStudioId: number;
  readonly controls: readonly ChoicesControl[];
  readonly model: TaskModel;
}

const PROBLEMS = 20;

/**
 * Stores predictions of a new version for the unlabelled tasks of a project, and at the end makes the project name that version, so that
 * its label stream shows and ranks by them. Until then it goes on with the version before. Whatever has a prediction of this version
 * already is left alone: a push that was cancelled or failed is finished by the next one. Throws `LabelStudioError`, `E_ABORTED`,
 * `E_LABEL_CONFIG` if no control can be predicted, and what the model throws.
 */
export async function pushScores(target: PushTarget, options: PushScoresOptions): Promise<PushedScores> {
  const { client, labelStudioId, controls, model } = target;
  const {
    sampling,
    switches = true,
    pageSize = 500,
    storeSize = PREDICTIONS_PER_REQUEST,
    signal,
    onProgress,
    ...prediction
  } = options;
  const { modelVersion } = prediction;
  if (controls.length === 0) {
    throw new BaalError("E_LABEL_CONFIG", "The labelling configuration has no control that can be predicted: nothing is pushed.");
  }
  const problems: string[] = [];
  const waiting: NewPrediction[] = [];
  let progress: PushProgress = { seen: 0, total: 0, created: 0, present: 0, failed: 0 };
  const note = (found: readonly { readonly taskId: number | string | undefined; readonly reason: string }[]) => {
    problems.push(...found.map(({ taskId, reason }) => `task ${taskId}: ${reason}`));
    problems.splice(PROBLEMS);
  };
  const store = async () => {
    const part = waiting.splice(0);
    const { created, rejected, dropped } = await client.createPredictions(labelStudioId, part, { signal });
    note(rejected);
    const failed = part.length - created;
    progress = { ...progress, created: progress.created + created, failed: progress.failed + failed };
    if (dropped > 0) problems.unshift(`Label Studio has left out ${dropped} predictions and does not say why: its log does.`);
    if (failed > 0 && progress.created + progress.present === 0) throw allRejected(rejected[0]?.reason ?? problems[0]);
  };
  for await (const { items, seen, total } of client.unlabelledTasks(labelStudioId, { pageSize, signal })) {
    const missing = items.filter(({ modelVersions }) => !modelVersions.has(modelVersion));
    const predicted = await predictTasks(missing, controls, model, { ...prediction, signal });
    if (predicted.mismatches.length === controls.length) throw new BaalError("E_LABEL_CONFIG", predicted.mismatches.join(" "));
    const before = waiting.length;
    for (const [position, { id }] of missing.entries()) {
      const found = predicted.results[position];
      // Without a result it would only come first in the queue.
      if (found !== undefined && found.result.length > 0) waiting.push({ ...found, task: id });
    }
    note(predicted.problems);
    progress = {
      ...progress,
      seen,
      total,
      present: progress.present + items.length - missing.length,
      failed: progress.failed + missing.length - (waiting.length - before),
    };
    if (waiting.length >= storeSize) await store();
    onProgress?.(progress);
  }
  if (waiting.length > 0) {
    await store();
    onProgress?.(progress);
  }
  throwIfAborted(signal, "Pushing scores");
  const switched = switches && progress.created + progress.present > 0;
  if (switched) await client.updateProject(labelStudioId, { modelVersion, sampling }, { signal });
  return { ...progress, problems, switched };
}

/** The rest of a pool would fare no better. */
function allRejected(reason: string | undefined): LabelStudioError {
  return new LabelStudioError(`Label Studio rejects all predictions: ${reason}`, { status: 400 });
}

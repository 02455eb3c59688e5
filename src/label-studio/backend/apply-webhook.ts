import { errorMessage } from "../../core/errors.js";
import { parseLabelConfig } from "../contract/label-config.js";
import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import type { StartCause, TrainingNeed } from "../training/training-queue.js";
import type { StoreOperation, WebhookEvent } from "../training/webhook-events.js";

export interface ApplyEventOptions {
  readonly store: Store;
  readonly policy: (need: TrainingNeed) => StartCause | undefined;
  /** When the event came, in milliseconds since 1970. */
  readonly receivedAt: number;
}

/** What an event has changed, and asks for. */
export interface AppliedEvent {
  readonly projectId: number;
  readonly operations: readonly StoreOperation[];
  /** Why a training is to begin, if one is. */
  readonly started: StartCause | undefined;
}

/** Stores what an event of a project says, and whether there is reason for a training. Within a transaction. Throws `E_STORE`. */
export function applyEvent(
  project: ProjectRecord,
  { operations, project: named }: WebhookEvent,
  { store, policy, receivedAt }: ApplyEventOptions,
): AppliedEvent {
  for (const operation of operations) OPERATIONS[operation.kind](store, project.id, operation as never, receivedAt);
  const isAskedFor = operations.some(({ kind }) => kind === "startTraining");
  const started = policy(trainingNeed(store, project.id, { isAskedFor, minAnnotations: named?.minAnnotations ?? 0 }));
  // With the event: whatever becomes of this process, the training is asked for.
  if (started !== undefined) store.addTrainingRequest({ projectId: project.id, cause: started });
  return { projectId: project.id, operations, started };
}

/** Without a configuration that cannot be read: it would only end the next training. */
export function withoutUnreadable(event: WebhookEvent): WebhookEvent {
  const config = event.operations.find(({ kind }) => kind === "saveConfig");
  try {
    if (config?.kind === "saveConfig") parseLabelConfig(config.labelConfig);
    return event;
  } catch (error) {
    const operations = event.operations.filter((other) => other !== config);
    return { ...event, operations, problems: [...event.problems, errorMessage(error)] };
  }
}

type Apply<Kind extends StoreOperation["kind"]> = (
  store: Store,
  projectId: number,
  operation: Extract<StoreOperation, { readonly kind: Kind }>,
  receivedAt: number,
) => void;

const OPERATIONS: { readonly [Kind in StoreOperation["kind"]]: Apply<Kind> } = {
  saveConfig: (store, projectId, { labelConfig, title }) => {
    store.saveConfig(projectId, { labelConfig, title });
  },
  saveAnnotations: (store, projectId, { annotations }, receivedAt) => {
    store.saveAnnotations(projectId, annotations, { receivedAt });
  },
  deleteAnnotations: (store, projectId, { ids }, receivedAt) => {
    store.deleteAnnotations(projectId, ids, { receivedAt });
  },
  deleteTasks: (store, projectId, { taskIds }, receivedAt) => {
    store.deleteTasks(projectId, taskIds, { receivedAt });
  },
  seeTasks: (store, projectId, { tasks }, receivedAt) => store.tasksCreated(projectId, tasks, { receivedAt }),
  saveReview: (store, projectId, { id, review }) => store.saveReview(projectId, id, review),
  startTraining: () => undefined,
  look: () => undefined,
};

/** The facts about a project by which a training begins, or not. */
export function trainingNeed(
  store: Pick<Store, "runs" | "annotationsSince" | "versions">,
  projectId: number,
  { isAskedFor = false, minAnnotations = 0 }: { readonly isAskedFor?: boolean; readonly minAnnotations?: number } = {},
): TrainingNeed {
  const [lastRun] = store.runs(projectId, 1);
  return {
    isAskedFor,
    newAnnotations: store.annotationsSince(projectId, lastRun?.startedAt),
    minAnnotations,
    hasVersion: store.versions(projectId).length > 0,
  };
}

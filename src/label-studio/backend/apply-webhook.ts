import { errorMessage } from "../../core/errors.js";
import { parseLabelConfig } from "../contract/label-config.js";
import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import type { StartCause, TrainingNeed } from "../training/training-queue.js";
import { parseWebhook, type StoreOperation, type WebhookEvent } from "../training/webhook-events.js";
import type { WebhookAnswer } from "./backend.js";
import type { EventKey } from "./find-project.js";

export interface ApplyWebhookOptions {
  readonly store: Store;
  /** The project that an event is about. */
  readonly projectOf: (event: EventKey) => ProjectRecord;
  readonly policy: (need: TrainingNeed) => StartCause | undefined;
  /** Asks for a training. */
  readonly request: (projectId: number, cause: StartCause) => void;
  /** Called when all of an event is stored. */
  readonly onApplied?: ((projectId: number, operations: readonly StoreOperation[]) => void) | undefined;
}

/** Stores what an event says, and asks for a training where there is reason to. Whatever it returned is on the disk. Throws `E_STORE`. */
export function applyWebhook(
  body: unknown,
  { store, projectOf, policy, request, onApplied }: ApplyWebhookOptions,
): WebhookAnswer {
  const { action, project: named, operations: asked, problems: found } = parseWebhook(body, { receivedAt: Date.now() });
  const { operations, problems } = readable(asked, found);
  const ignored = { action, projectId: undefined, started: undefined };
  if (named === undefined || operations.length === 0) return { ...ignored, problems };
  const config = asked.find((operation) => operation.kind === "saveConfig");
  const project = projectOf({ ...named, labelConfig: config?.labelConfig });
  for (const operation of operations) OPERATIONS[operation.kind](store, project.id, operation as never);
  onApplied?.(project.id, operations);
  const started = policy(
    needOf(store, project, { isAskedFor: operations.some(({ kind }) => kind === "startTraining"), ...named }),
  );
  if (started !== undefined) request(project.id, started);
  return { action, projectId: project.id, started, problems };
}

/** Without a configuration that cannot be read: it would only end the next training. */
function readable(
  operations: readonly StoreOperation[],
  problems: readonly string[],
): Pick<WebhookEvent, "operations" | "problems"> {
  const config = operations.find(({ kind }) => kind === "saveConfig");
  try {
    if (config?.kind === "saveConfig") parseLabelConfig(config.labelConfig);
    return { operations, problems };
  } catch (error) {
    return { operations: operations.filter((other) => other !== config), problems: [...problems, errorMessage(error)] };
  }
}

type Apply<Kind extends StoreOperation["kind"]> = (
  store: Store,
  projectId: number,
  operation: Extract<StoreOperation, { readonly kind: Kind }>,
) => void;

const OPERATIONS: { readonly [Kind in StoreOperation["kind"]]: Apply<Kind> } = {
  saveConfig: (store, projectId, { labelConfig, title }) => {
    store.saveConfig(projectId, { labelConfig, title });
  },
  saveAnnotations: (store, projectId, { annotations }) => {
    store.saveAnnotations(projectId, annotations);
  },
  deleteAnnotations: (store, projectId, { ids }) => {
    store.deleteAnnotations(projectId, ids);
  },
  deleteTasks: (store, projectId, { taskIds }) => {
    store.deleteTasks(projectId, taskIds);
  },
  seeTasks: () => undefined,
  startTraining: () => undefined,
};

function needOf(
  store: Store,
  { id }: ProjectRecord,
  { isAskedFor, minAnnotations }: { readonly isAskedFor: boolean; readonly minAnnotations: number },
): TrainingNeed {
  const [lastRun] = store.runs(id, 1);
  return {
    isAskedFor,
    newAnnotations: store.annotationsSince(id, lastRun?.startedAt),
    minAnnotations,
    hasVersion: store.versions(id).length > 0,
  };
}

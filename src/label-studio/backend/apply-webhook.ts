import { errorMessage } from "../../core/errors.js";
import { parseLabelConfig } from "../contract/label-config.js";
import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import type { StartCause, TrainingNeed } from "../training/training-queue.js";
import { parseWebhook, type StoreOperation, type WebhookEvent } from "../training/webhook-events.js";
import type { WebhookAnswer } from "./backend.js";
import { type HostName, projectOfEvent } from "./find-project.js";

export interface ApplyWebhookOptions {
  readonly store: Store;
  readonly hostName: HostName;
  readonly policy: (need: TrainingNeed) => StartCause | undefined;
  /** Asks for a training. */
  readonly request: (projectId: number, cause: StartCause) => void;
  /** Called when all of an event is stored. */
  readonly onApplied?: ((projectId: number, operations: readonly StoreOperation[]) => void) | undefined;
  /** An event was left out that projects of several Label Studios may have sent. */
  readonly onAmbiguous: (key: string, message: string) => void;
}

/** Stores what an event says, and asks for a training where there is reason to. Whatever it returned is on the disk. Throws `E_STORE`. */
export function applyWebhook(
  body: unknown,
  { store, hostName, policy, request, onAmbiguous, onApplied }: ApplyWebhookOptions,
): WebhookAnswer {
  const { action, project: named, operations: asked, problems: found } = parseWebhook(body, { receivedAt: Date.now() });
  const { operations, problems } = readable(asked, found);
  const ignored = { action, projectId: undefined, started: undefined };
  if (named === undefined || operations.length === 0) return { ...ignored, problems };
  const project = projectOfEvent({ store, hostName }, named);
  if (!project) {
    const key = named.key ?? `${named.id}.`;
    const message = `Projects of several Label Studios are called ${key}: events (${action}) name no host and are left out. If it is one Label Studio that goes by another name now, say so: --label-studio-alias NEW=OLD.`;
    onAmbiguous(key, message);
    return { ...ignored, problems: [...problems, message] };
  }
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

import type { Logger } from "pino";
import { BaalError, errorMessage } from "../../core/errors.js";
import type { LabelStudioClient, ProjectSampling } from "../api/label-studio-client.js";
import { parseLabelConfig } from "../contract/label-config.js";
import type { StatusSource } from "../http/status-routes.js";
import type { ProjectStatus, TrainingStatus } from "../http/status-snapshot.js";
import type { ProjectPredictions } from "../serving/project-model.js";
import type { ProjectModels } from "../serving/project-models.js";
import type { EventRecord, ProjectRecord, RunRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import { type StartPolicy, startPolicy, type TrainingQueue, type TrainingState } from "../training/training-queue.js";
import { type AppliedWebhook, applyWebhook } from "./apply-webhook.js";
import { catchUp } from "./catch-up.js";
import { hostNames, projectOfCall } from "./find-project.js";
import { lostEvents } from "./lost-events.js";
import { type PushReason, pushProject, unpushed } from "./push-project.js";
import { ScorePusher } from "./score-pusher.js";

export interface BackendParts {
  readonly store: Store;
  readonly models: ProjectModels;
  readonly trainings: TrainingQueue;
  readonly logger: Logger;
  /** Name of the base model, for the status page. */
  readonly baseModel: string;
  readonly policy?: StartPolicy;
  /** Names that one Label Studio has had: `[now, before]`, such as `["https://labels.example.org", "http://localhost:8080"]`. */
  readonly hostAliases?: readonly (readonly [string, string])[];
  /** With it, annotations that no event told of are fetched, and scores are pushed. */
  readonly labelStudio?: LabelStudioParts;
}

export interface LabelStudioParts {
  readonly client: LabelStudioClient;
  /** How the project's queue is to be ordered after a training; as it is by default. */
  readonly sampling?: ProjectSampling;
  /** Whether predictions for unlabelled tasks are sent after a training, and when tasks come later. `true` by default. */
  readonly pushesScores?: boolean;
}

/** What the calls of Label Studio's contract do, for any number of projects. */
export interface Backend {
  /** Remembers the configuration. What the next prediction will carry; it never waits for a model. */
  setup(call: { readonly project: string; readonly hostname?: string | undefined; readonly labelConfig: string }): string;
  predict(call: PredictCall): Promise<ProjectPredictions>;
  /** What it returned is on the disk. */
  webhook(body: unknown): AppliedWebhook;
  /** Versions of a project, or of all. */
  versions(): readonly string[];
  readonly status: StatusSource;
  /** Ends the streams of status pages, which would keep a server open that takes no more requests. */
  endStreams(): void;
  /** Cancels trainings and ends the models' processes. The store is the caller's to close. */
  close(): Promise<void>;
}

export interface PredictCall {
  readonly project: string;
  readonly hostname?: string | undefined;
  readonly labelConfig: string;
  readonly tasks: readonly unknown[];
  readonly signal?: AbortSignal;
}

/** Events that can leave tasks without a stored prediction. */
const LEAVING_GAPS: ReadonlySet<string | undefined> = new Set(["TASKS_CREATED", "ANNOTATIONS_DELETED"]);

/** Throws `E_ARGUMENT` for a policy or aliases that make no sense. */
export function createBackend(parts: BackendParts): Backend {
  const { store, models, trainings, logger, labelStudio } = parts;
  const policy = startPolicy(parts.policy);
  const hostName = hostNames(parts.hostAliases);
  const status = backendStatus(parts);

  let isClosed = false;

  /** What happens in the background has no caller to throw at. */
  const tell = (projectId: number | undefined, level: EventRecord["level"], message: string) => {
    if (isClosed) return;
    try {
      store.logEvent({ projectId, level, message });
    } catch (error) {
      logger.error({ err: error, projectId }, `this could not be recorded: ${message}`);
    }
    status.changed();
  };
  const failed = (what: string) => (projectId: number, error: unknown) => {
    const message = `${what}: ${errorMessage(error)}`;
    logger.warn({ projectId }, message);
    tell(projectId, "warn", message);
  };
  const told = new Set<string>();
  const tellOnce = (key: string, message: string) => {
    if (told.has(key)) return;
    told.add(key);
    logger.error({}, message);
    tell(undefined, "error", message);
  };
  const missed =
    labelStudio &&
    catchUp({
      ...{ client: labelStudio.client, store },
      onStored: () => status.changed(),
      onFailure: failed("Annotations could not be fetched from Label Studio"),
    });
  const pusher =
    labelStudio && labelStudio.pushesScores !== false
      ? new ScorePusher({
          push: (projectId, cause, signal) => push(labelStudio, projectId, { cause, signal }),
          onFailure: failed("Scores could not be pushed to Label Studio, which is tried again"),
        })
      : undefined;
  for (const { id } of pusher ? unpushed(store) : []) pusher?.request(id, "version");

  async function push({ client, sampling }: LabelStudioParts, projectId: number, why: PushReason): Promise<void> {
    const end = await pushProject({ client, store, models, sampling }, projectId, why);
    if (end === "nothing") return;
    if (end !== "another's") return tell(projectId, "info", end.told);
    const where = `${client.server.base.host} (LABEL_STUDIO_URL)`;
    const name = store.projectById(projectId)?.project;
    tellOnce(`push ${projectId}`, `Project ${name} is none of the Label Studio at ${where}: it gets no scores from here.`);
  }

  const unsubscribe = trainings.subscribe((event) => {
    status.changed();
    if (event.type !== "ended") return;
    const { projectId, end } = event;
    const told = `Training ${end.status}${end.version === undefined ? "" : ` (${end.version})`}${end.message === undefined ? "." : `: ${end.message}`}`;
    logger[end.status === "failed" ? "error" : "info"]({ projectId, ...end }, "training ended");
    tell(projectId, end.status === "failed" ? "error" : "info", told);
    if (end.status !== "completed") return;
    models
      .of(projectId)
      .refresh()
      .then(() => {
        status.changed();
        // One that does not serve leaves Label Studio as it is.
        if (store.projectById(projectId)?.servingVersion === end.version) pusher?.request(projectId, "version");
      })
      .catch((error: unknown) => failed("The new version could not be loaded")(projectId, error));
  });

  for (const { projectId, cause } of store.trainingRequests()) trainings.request(projectId, cause);
  for (const projectId of interruptedTrainings(store)) trainings.request(projectId, "interrupted training");

  /** A configuration that cannot be read is refused before anything is stored. Throws `E_LABEL_CONFIG`. */
  function projectOf(call: { readonly project: string; readonly hostname?: string | undefined }, labelConfig: string) {
    const { project, hostname = "" } = call;
    if (store.findProject({ project, hostname: hostName(hostname) })?.labelConfig !== labelConfig) parseLabelConfig(labelConfig);
    return projectOfCall({ store, hostName }, call);
  }

  /** Whether it is new. On a full disk predictions go on: they bring their configuration themselves. */
  function saved(projectId: number, labelConfig: string): boolean {
    try {
      return store.saveConfig(projectId, { labelConfig });
    } catch (error) {
      if (!(error instanceof BaalError && error.code === "E_STORE")) throw error;
      logger.error({ err: error, projectId }, "the labelling configuration could not be saved");
      return false;
    }
  }

  const lost = lostEvents({
    store,
    advice: missed ? "they are fetched from Label Studio again" : "label those tasks again, or give LABEL_STUDIO_API_KEY",
    onRecovered() {
      missed?.again();
      for (const project of missed ? store.projects() : []) missed?.begin(project);
      status.changed();
    },
  });

  return {
    status,
    setup({ labelConfig, ...call }) {
      const project = projectOf(call, labelConfig);
      // Label Studio sets up with an empty view before there are labels.
      if (labelConfig !== "" && saved(project.id, labelConfig)) status.changed();
      lost.look();
      if (missed?.begin(project)) pusher?.request(project.id, "tasks");
      return models.of(project.id).modelVersion;
    },
    predict({ project, hostname, ...request }) {
      return models.of(projectOf({ project, hostname }, request.labelConfig).id).predict(request);
    },
    webhook(body) {
      const request = (projectId: number, cause: string) => trainings.request(projectId, cause);
      const applied = lost.watch(() => applyWebhook(body, { store, hostName, policy, request, onAmbiguous: tellOnce }));
      const { action, projectId } = applied;
      if (projectId !== undefined && LEAVING_GAPS.has(action)) pusher?.request(projectId, "tasks");
      status.changed();
      return applied;
    },
    versions: () => [...new Set(store.projects().map(({ id }) => models.of(id).modelVersion))],
    endStreams: () => status.end(),
    async close() {
      isClosed = true;
      unsubscribe();
      await Promise.all([pusher?.close(), missed?.close(), trainings.shutdown()]);
      await models.close();
    },
  };
}

/**
 * Projects whose last training the server's end has interrupted, and not the one before as well: a training that takes the server down
 * with it is not begun for ever.
 */
function interruptedTrainings(store: Pick<Store, "projects" | "runs">): readonly number[] {
  return store.projects().flatMap(({ id }) => {
    const [last, before] = store.runs(id, 2);
    return last?.status === "interrupted" && before?.status !== "interrupted" ? [id] : [];
  });
}

const EVENTS = 30;

/** What the status page shows of a backend; `changed` tells the pages that are open. */
function backendStatus({ store, models, trainings, baseModel }: Omit<BackendParts, "logger">): StatusSource & {
  changed(): void;
  /** Ends the streams of the pages that are open. */
  end(): void;
} {
  const startedAt = Date.now();
  const listeners = new Set<() => void>();
  const enders = new Set<() => void>();

  function projectStatus({ id, title, hostname, project }: ProjectRecord): ProjectStatus {
    const state = trainings.state(id);
    const lastRun = runNow(store.runs(id, 1)[0], state);
    const { modelVersion, requests } = models.of(id).status();
    return {
      ...{ id, title, hostname, project, modelVersion, lastRun },
      annotations: store.countAnnotations(id),
      newAnnotations: store.annotationsSince(id, lastRun?.startedAt),
      isLoaded: requests > 0 || models.status().models.some(({ key, state }) => state === "ready" && isOf(key, id, modelVersion)),
      training: trainingStatus(state),
      versions: [...store.versions(id)].reverse(),
    };
  }

  return {
    snapshot() {
      const { interactive, bulk } = models.status().queues;
      return {
        server: { startedAt, baseModel, memoryBytes: process.memoryUsage.rss() },
        queue: {
          waiting: interactive.waitingTasks + bulk.waitingTasks,
          running: interactive.runningTasks + bulk.runningTasks,
          rejected: interactive.rejected + bulk.rejected,
        },
        projects: store.projects().map(projectStatus),
        events: store.events(EVENTS),
      };
    },
    train: (projectId) => void trainings.request(projectId, "status page"),
    cancel: (projectId) => void trainings.cancel(projectId),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onEnd(listener) {
      enders.add(listener);
      return () => enders.delete(listener);
    },
    end() {
      for (const listener of enders) listener();
    },
    changed() {
      for (const listener of listeners) listener();
    },
  };
}

/** With its end, should that not have been recorded, as on a full disk. */
function runNow(run: RunRecord | undefined, { state, last }: TrainingState): RunRecord | undefined {
  if (run?.status !== "running" || state === "running" || last === undefined) return run;
  const { status, endedAt, version, message } = last;
  return { ...run, status, endedAt, version, message };
}

/** Keys of the pool begin with the project, or with the base model's version. */
function isOf(key: string, projectId: number, version: string): boolean {
  return key === `project ${projectId} ${version}` || key.startsWith(version);
}

function trainingStatus({ state, cause = "", startedAt, progress }: TrainingState): TrainingStatus {
  if (state === "idle") return { state };
  if (state === "queued") return { state, cause };
  const { phase = "loading", step = 0, total = 0, loss } = progress ?? {};
  return { state, cause, startedAt: startedAt ?? 0, phase, step, totalSteps: total, loss };
}

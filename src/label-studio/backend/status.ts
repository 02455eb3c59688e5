import type { LiveHeads, LiveStatus } from "../live/live-heads.js";
import type { ProjectModels } from "../serving/project-models.js";
import type { EventRecord, ProjectRecord, TrainingRun, VersionRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import type { TrainingQueue, TrainingState } from "../training/training-queue.js";
import { namesOf } from "./join-projects.js";

/** The state of a training. */
export type TrainingStatus =
  | { readonly state: "idle" }
  | { readonly state: "queued"; readonly cause: string }
  | {
      readonly state: "running";
      readonly cause: string;
      readonly startedAt: number;
      /** Its present step: `"loading"`, `"training"`, `"evaluating"`, `"saving"`. */
      readonly phase: string;
      /** Steps done and their number; 0 of 0 before the first. */
      readonly step: number;
      readonly totalSteps: number;
      readonly loss: number | undefined;
    };

/** A project on the status page. */
export interface ProjectStatus {
  readonly id: number;
  readonly title: string;
  /** The first name that its Label Studio was known by, and those by which it is known, too. */
  readonly hostname: string;
  readonly otherNames: readonly string[];
  readonly project: string;
  /** Annotations that are stored, and those that came since the last training began. */
  readonly annotations: number;
  readonly newAnnotations: number;
  /** The version that predictions carry, and whether its model is in memory. */
  readonly modelVersion: string;
  readonly isLoaded: boolean;
  /** The head that is solved again with each label; none for a project that is trained alone. */
  readonly head?: LiveStatus | undefined;
  readonly training: TrainingStatus;
  readonly lastRun: TrainingRun | undefined;
  /** The newest first. */
  readonly versions: readonly VersionRecord[];
}

/** Everything that the status page shows, as JSON values. Times are milliseconds since 1970. */
export interface StatusSnapshot {
  readonly server: { readonly startedAt: number; readonly baseModel: string; readonly memoryBytes: number };
  readonly queue: { readonly waiting: number; readonly running: number; readonly rejected: number };
  readonly projects: readonly ProjectStatus[];
  /** The newest first. */
  readonly events: readonly EventRecord[];
}

/** The contents of the status page, and its buttons. */
export interface StatusSource {
  snapshot(): StatusSnapshot;
  /** Asks for a training; one that is asked for already is enough. */
  train(projectId: number): void;
  /** Cancels the training that is queued or runs; nothing happens where there is none. */
  cancel(projectId: number): void;
  /** Calls `listener` after each change; the result ends that. */
  onChange(listener: () => void): () => void;
  /** Calls `listener` when the server is about to end, which waits for nobody who only looks; the result ends that. */
  onEnd(listener: () => void): () => void;
}

export interface StatusOptions {
  readonly store: Store;
  readonly models: ProjectModels;
  readonly trainings: TrainingQueue;
  readonly live?: LiveHeads | undefined;
  /** Name of the base model. */
  readonly baseModel: string;
}

/** The status of a backend, which says itself when something has changed, and when it ends. */
export interface BackendStatus extends StatusSource {
  /** Tells the pages that are open. */
  changed(): void;
  /** Ends the streams of the pages that are open. */
  end(): void;
}

/** So many events are shown. */
const EVENTS = 30;

export function backendStatus({ store, models, trainings, live, baseModel }: StatusOptions): BackendStatus {
  const startedAt = Date.now();
  const listeners = new Set<() => void>();
  const enders = new Set<() => void>();

  function projectStatus({ id, title, hostname, project }: ProjectRecord): ProjectStatus {
    const state = trainings.state(id);
    const lastRun = runNow(store.runs(id, 1)[0], state);
    const { modelVersion, isLoaded } = models.of(id).status();
    return {
      ...{ id, title, hostname, project, modelVersion, isLoaded, lastRun },
      otherNames: namesOf(store, hostname).slice(1),
      annotations: store.countAnnotations(id),
      newAnnotations: store.annotationsSince(id, lastRun?.startedAt),
      head: live?.status(id),
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
function runNow(run: TrainingRun | undefined, { state, last }: TrainingState): TrainingRun | undefined {
  if (run?.status !== "running" || state === "running" || last === undefined) return run;
  const { status, endedAt, version, message } = last;
  return { ...run, status, endedAt, version, message };
}

function trainingStatus({ state, cause = "", startedAt, progress }: TrainingState): TrainingStatus {
  if (state === "idle") return { state };
  if (state === "queued") return { state, cause };
  const { phase = "loading", step = 0, total = 0, loss } = progress ?? {};
  return { state, cause, startedAt: startedAt ?? 0, phase, step, totalSteps: total, loss };
}

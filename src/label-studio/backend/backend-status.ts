import type { ProjectRecord, RunRecord } from "../state/records.js";
import type { StatusSource } from "../status/status-routes.js";
import type { ProjectStatus, TrainingStatus } from "../status/status-snapshot.js";
import type { TrainingState } from "../training/training-queue.js";
import type { BackendParts } from "./backend.js";

const EVENTS = 30;

/** What the status page shows of a backend; `changed` tells the pages that are open. */
export function backendStatus({ store, models, trainings, baseModel }: Omit<BackendParts, "logger">): StatusSource & {
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

import type { RunStatus, TrainingRun } from "../state/records.js";
import type { Store } from "../state/store.js";
import type { TrainingQueue, TrainingState } from "../training/training-queue.js";

/** A training in the words of label-studio-ml's `/job_status`. */
export interface JobStatus {
  readonly job_status: "queued" | "started" | "finished" | "failed" | "canceled";
  /** Why it made no version. */
  readonly error: string | null;
  /** What is known of it, a line each. */
  readonly log: string;
  /** ISO 8601; null while it waits. */
  readonly created_at: string | null;
  readonly finished_at: string | null;
}

export interface JobStatusOptions {
  readonly store: Pick<Store, "projectById" | "runs" | "events">;
  readonly trainings: Pick<TrainingQueue, "state">;
}

const STATUSES: Readonly<Record<Exclude<RunStatus, "running">, JobStatus["job_status"]>> = {
  completed: "finished",
  failed: "failed",
  insufficient: "failed",
  interrupted: "failed",
  cancelled: "canceled",
};

/** So many of a project's events are looked through. */
const EVENTS = 100;

/** The name by which `/webhook` tells a training of a project. */
export function jobName(projectId: number): string {
  return `training ${projectId}`;
}

/** How the training of that name is: the one that runs or waits, else the project's last one. `undefined` for a name that is none. */
export function jobStatus({ store, trainings }: JobStatusOptions, job: string): JobStatus | undefined {
  const projectId = Number(/^training (\d{1,15})$/.exec(job)?.[1] ?? Number.NaN);
  if (!Number.isInteger(projectId) || store.projectById(projectId) === undefined) return undefined;
  const state = trainings.state(projectId);
  if (state.state === "queued")
    return {
      job_status: "queued",
      error: null,
      log: `It waits for its turn: ${state.cause}.`,
      created_at: null,
      finished_at: null,
    };
  const [run] = store.runs(projectId, 1);
  if (state.state === "running") {
    const since = state.startedAt ?? run?.startedAt ?? 0;
    const log = [...linesSince(store, projectId, since), progressLine(state)].join("\n");
    return { job_status: "started", error: null, log, created_at: isoTime(since), finished_at: null };
  }
  return run && ended(run, linesSince(store, projectId, run.startedAt));
}

function ended({ status, startedAt, endedAt, version, message }: TrainingRun, lines: readonly string[]): JobStatus {
  // The end of one that runs no more could not be recorded.
  const own = status === "running" ? "failed" : status;
  const outcome = version === undefined ? own : `${own}, version ${version}`;
  return {
    job_status: STATUSES[own],
    error: STATUSES[own] === "finished" ? null : (message ?? own),
    log: [...lines, message === undefined ? outcome : `${outcome}: ${message}`].join("\n"),
    created_at: isoTime(startedAt),
    finished_at: endedAt === undefined ? null : isoTime(endedAt),
  };
}

function progressLine({ progress }: TrainingState): string {
  if (progress === undefined) return "It has begun.";
  const { phase, step, total, loss } = progress;
  return `${phase}${total === 0 ? "" : ` ${step} of ${total}`}${loss === undefined ? "" : `, loss ${loss.toFixed(4)}`}`;
}

/** What was told of the project since then, the oldest first. */
function linesSince(store: JobStatusOptions["store"], projectId: number, since: number): string[] {
  const events = store.events(EVENTS, projectId).filter(({ at }) => at >= since);
  return events.reverse().map(({ at, level, message }) => `${isoTime(at)} ${level}: ${message}`);
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}

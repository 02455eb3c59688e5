import type { LiveHeads, LiveStatus } from "../live/live-heads.js";
import type { ProjectModels } from "../serving/project-models.js";
import type { Comparison, EventRecord, ProjectRecord, TrainingRun, VersionRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import type { TrainingEvent, TrainingQueue, TrainingState } from "../training/training-queue.js";
import { namesOf } from "./join-projects.js";
import { type ProjectDetail, projectDetails } from "./project-detail.js";
import type { ProjectLink } from "./project-links.js";
import { type ServerTotals, serverTotals } from "./server-totals.js";
import type { StudioStatus } from "./watch-studio.js";

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
      /** Until the end of this step, as fast as it has been so far; `undefined` where that is not known yet. */
      readonly remainingMs: number | undefined;
    };

/** A project on the status page. */
export interface ProjectStatus {
  readonly id: number;
  readonly title: string;
  /** The first name that its Label Studio was known by, and those by which it is known, too. */
  readonly hostname: string;
  readonly otherNames: readonly string[];
  readonly project: string;
  /** As the Label Studio shows it whose token the server has; `undefined` before it was looked at, and without a token. */
  readonly link?: ProjectLink | undefined;
  /** When Label Studio called about it last, to the hour, in milliseconds since 1970. */
  readonly heardAt?: number | undefined;
  /** Annotations that are stored, skipped ones aside, and those of them that came since the last training began. */
  readonly annotations: number;
  readonly newAnnotations: number;
  /** Those that somebody has skipped. */
  readonly skipped: number;
  /** The last comparison with Label Studio, and what it found; none without a token. */
  readonly comparison: Comparison | undefined;
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

/** What the status page shows of all projects, as JSON values. Times are milliseconds since 1970. */
export interface StatusSnapshot {
  readonly server: { readonly startedAt: number; readonly baseModel: string; readonly memoryBytes: number };
  /** None without a token. */
  readonly labelStudio?: StudioStatus | undefined;
  readonly queue: { readonly waiting: number; readonly running: number; readonly rejected: number };
  /** Of one page. */
  readonly projects: readonly ProjectStatus[];
  /** How many there are in all. */
  readonly projectCount: number;
  /** The newest first. */
  readonly events: readonly EventRecord[];
  /** Another number after each change of what is stored. */
  readonly moment: number;
  /** The server's settings as they are, without secrets. */
  readonly settings: readonly ShownSetting[];
}

/** A setting of the server. */
export interface ShownSetting {
  readonly name: string;
  readonly value: string;
}

/** The contents of the status page, and its buttons. */
export interface StatusSource {
  /** With the projects of that page, 1 by default: 200 of them. */
  snapshot(page?: number): StatusSnapshot;
  /** A project, on whatever page it is. */
  project(projectId: number): ProjectStatus | undefined;
  /** The numbers of all projects together. */
  totals(): ServerTotals;
  /** More of one project; `undefined` for one that is not there. Throws `E_STORE`. */
  detail(projectId: number): Promise<ProjectDetail> | undefined;
  /**
   * Lets a version that is kept answer from now on: back to an earlier one; resolves when it does. Throws a 404 (`E_NOT_FOUND`) for one that is not there, a 409
   * (`E_CHECKPOINT`) for a damaged one, and what loading it throws.
   */
  serve(projectId: number, version: string): Promise<void>;
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
  /** Shown to those who run the server: no secrets. */
  readonly settings?: readonly ShownSetting[] | undefined;
  /** With a token: the Label Studio, and how it shows a project. */
  readonly studio?: (() => StudioStatus) | undefined;
  readonly linkOf?: ((projectId: number) => ProjectLink | undefined) | undefined;
}

/** The status of a backend, which says itself when something has changed, and when it ends. */
export interface BackendStatus extends StatusSource {
  /** Tells the pages that are open. */
  changed(): void;
  /** Ends the streams of the pages that are open. */
  end(): void;
}

/** So many projects are told of at once. */
const PROJECTS_PER_PAGE = 200;

/** So many events are shown. */
const EVENTS = 30;

export function backendStatus(
  { store, models, trainings, live, baseModel, settings = [], studio, linkOf }: StatusOptions,
  { serve }: Pick<StatusSource, "serve">,
): BackendStatus {
  const startedAt = Date.now();
  const detail = projectDetails({ store, models });
  const pace = trainingPace();
  trainings.subscribe(pace.see);
  const listeners = new Set<() => void>();
  const enders = new Set<() => void>();

  function projectStatus({ id, title, hostname, project }: ProjectRecord): ProjectStatus {
    const state = trainings.state(id);
    const lastRun = runNow(store.runs(id, 1)[0], state);
    const { modelVersion, isLoaded } = models.of(id).status();
    return {
      ...{ id, title, hostname, project, modelVersion, isLoaded, lastRun },
      otherNames: namesOf(store, hostname).slice(1),
      link: linkOf?.(id),
      heardAt: store.contact(id).heardAt,
      annotations: store.countAnnotations(id),
      skipped: store.countSkipped(id),
      comparison: store.comparison(id),
      newAnnotations: store.annotationsSince(id, lastRun?.startedAt),
      head: live?.status(id),
      training: trainingStatus(state, pace.remainingMs(id)),
      versions: [...store.versions(id)].reverse(),
    };
  }

  return {
    totals: () => serverTotals({ store, models, trainings }),
    project(projectId) {
      const project = store.projectById(projectId);
      return project && projectStatus(project);
    },
    snapshot(page = 1) {
      const projects = store.projects();
      const { interactive, bulk } = models.status().queues;
      return {
        server: { startedAt, baseModel, memoryBytes: process.memoryUsage.rss() },
        labelStudio: studio?.(),
        queue: {
          waiting: interactive.waitingTasks + bulk.waitingTasks,
          running: interactive.runningTasks + bulk.runningTasks,
          rejected: interactive.rejected + bulk.rejected,
        },
        projects: projects.slice((page - 1) * PROJECTS_PER_PAGE, page * PROJECTS_PER_PAGE).map(projectStatus),
        projectCount: projects.length,
        events: store.events(EVENTS),
        moment: store.moment(),
        settings,
      };
    },
    detail(projectId) {
      const project = store.projectById(projectId);
      return project && detail(project);
    },
    serve,
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

function trainingStatus(
  { state, cause = "", startedAt, progress }: TrainingState,
  remainingMs: number | undefined,
): TrainingStatus {
  if (state === "idle") return { state };
  if (state === "queued") return { state, cause };
  const { phase = "loading", step = 0, total = 0, loss } = progress ?? {};
  return { state, cause, startedAt: startedAt ?? 0, phase, step, totalSteps: total, loss, remainingMs };
}

/** So many steps tell how fast the others will be. */
const TELLING = 3;

/** How long trainings will take, by the steps that they have done. */
function trainingPace() {
  const paces = new Map<
    number,
    { readonly phase: string; readonly from: number; readonly at: number; left: number | undefined }
  >();
  return {
    see(event: TrainingEvent): void {
      if (event.type !== "progress") return void paces.delete(event.projectId);
      const { phase, step, total } = event.progress;
      const known = paces.get(event.projectId);
      if (known?.phase !== phase) paces.set(event.projectId, { phase, from: step, at: Date.now(), left: undefined });
      else if (step >= known.from + TELLING) known.left = ((Date.now() - known.at) / (step - known.from)) * (total - step);
    },
    remainingMs: (projectId: number) => paces.get(projectId)?.left,
  };
}

/** A project of one Label Studio: `hostname` and Label Studio's own `"<id>.<created>"`, since several may share a server. */
export interface ProjectKey {
  readonly hostname: string;
  readonly project: string;
}

export interface ProjectRecord extends ProjectKey {
  /** The store's own number. */
  readonly id: number;
  readonly title: string;
  readonly labelConfig: string;
  /** Version that answers predictions; `undefined` until one was trained. */
  readonly servingVersion: string | undefined;
  readonly createdAt: number;
}

/** An annotation as Label Studio sent it last, with its task's data. Times are milliseconds since 1970. */
export interface AnnotationRecord {
  readonly id: number;
  readonly taskId: number;
  /** The task's `data`, as JSON values. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The annotation's regions, as JSON values. */
  readonly result: readonly unknown[];
  readonly completedBy: string | undefined;
  readonly wasCancelled: boolean;
  readonly groundTruth: boolean;
  readonly updatedAt: number;
  /** When Label Studio made it, and its task, by its own clock: what has the number of something that was deleted is told from that. */
  readonly createdAt?: number | undefined;
  readonly taskCreatedAt?: number | undefined;
  /** Seconds that people have spent on it. They only grow, so a correction is known as one though a clock was set back. */
  readonly leadTime?: number | undefined;
  /** What a reviewer has said of it; a rejected one counts no more, an accepted one decides. `null`: certainly nothing, `undefined`: that was not told. */
  readonly review?: Review | null | undefined;
}

export const reviews = ["accepted", "rejected"] as const;

export type Review = (typeof reviews)[number];

/** A task as an event or a listing names it; times by Label Studio's clock. */
export interface TaskMention {
  readonly id: number;
  readonly createdAt?: number | undefined;
}

/** The last comparison of a project with Label Studio. */
export interface Comparison {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Whether all tasks were listed, or only what has changed since the comparison before. */
  readonly isWhole: boolean;
  /** Annotations that no event had told of, and those that were gone. */
  readonly fetched: number;
  readonly removed: number;
  /** Why it could not be made. */
  readonly problem: string | undefined;
}

/** A model that was trained for a project; its folder is complete when there is a record of it. */
export interface VersionRecord {
  readonly projectId: number;
  readonly version: string;
  /** Below the store's folder. */
  readonly folder: string;
  readonly labels: readonly string[];
  /** Items that it was trained on, and items held out that `metrics` is measured on. */
  readonly trained: number;
  readonly heldOut: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly createdAt: number;
}

export type RunStatus = "running" | "completed" | "failed" | "cancelled" | "insufficient" | "interrupted";

/** One training. Those that a server's end has ended are `"interrupted"`: a server that starts calls those so that are `"running"`. */
export interface TrainingRun {
  readonly id: number;
  readonly projectId: number;
  readonly status: RunStatus;
  /** The reason why it started: `"START_TRAINING"`, `"annotations"`, `"status page"`, `"interrupted training"`. */
  readonly cause: string;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  /** The version that it made, if any; whether it serves is in the project. */
  readonly version: string | undefined;
  /** Why it did not make one, or why the new version does not serve. */
  readonly message: string | undefined;
}

export interface EventRecord {
  readonly id: number;
  readonly at: number;
  readonly projectId: number | undefined;
  readonly level: "info" | "warn" | "error";
  readonly message: string;
}

import type { EventRecord, RunRecord, VersionRecord } from "../state/records.js";

/** What a training is doing. */
export type TrainingStatus =
  | { readonly state: "idle" }
  | { readonly state: "queued"; readonly cause: string }
  | {
      readonly state: "running";
      readonly cause: string;
      readonly startedAt: number;
      /** What it does just now: `"loading"`, `"training"`, `"evaluating"`, `"saving"`. */
      readonly phase: string;
      /** Steps done and their number; 0 of 0 before the first. */
      readonly step: number;
      readonly totalSteps: number;
      readonly loss: number | undefined;
    };

export interface ProjectStatus {
  readonly id: number;
  readonly title: string;
  readonly hostname: string;
  readonly project: string;
  /** Annotations that are stored, and those that came since the last training began. */
  readonly annotations: number;
  readonly newAnnotations: number;
  /** What predictions carry, and whether its model is in memory. */
  readonly modelVersion: string;
  readonly isLoaded: boolean;
  readonly training: TrainingStatus;
  readonly lastRun: RunRecord | undefined;
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

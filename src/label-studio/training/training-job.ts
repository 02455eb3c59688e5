import type { RunStatus } from "../state/records.js";

/** How far a training is. */
export interface TrainingProgress {
  readonly phase: "data" | "loading" | "training" | "evaluating" | "saving";
  /** Steps, images or items done in this phase, of `total`; both 0 where it cannot be said. */
  readonly step: number;
  readonly total: number;
  /** Of the last step of training. */
  readonly loss: number | undefined;
}

/** How a training ended. */
export interface TrainingEnd {
  readonly status: Exclude<RunStatus, "running">;
  readonly version?: string;
  readonly message?: string;
}

export interface JobContext {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TrainingProgress) => void;
}

/** Trains one project. What it throws ends the training as `"failed"`, or as `"cancelled"` when its signal has fired. */
export type TrainingJob = (projectId: number, cause: string, context: JobContext) => Promise<TrainingEnd>;
